"""How fast ``maildesk inspect`` is: from the shell, as a user has it, and per mail inside of one process.

    python benchmarks/inspect_speed.py [FOLDER] [--count 1000]

Without a folder, the mails of ``tests/unit/mail/samples.py``. Prints the time to start (an empty mail), the
mails a second of one call with ``--count`` files (CPU seconds of the child: other work on the machine does not count),
and the slowest mail by ``parse``.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
LARGEST = 100_000  # octets of an ordinary mail


def child_seconds(paths: list[str]) -> float:
    """CPU seconds of one ``maildesk inspect --json`` over these files."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", "from maildesk.cli.inspect import inspect; inspect()", "--json", *paths]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def sources(folder: Path | None, scratch: Path) -> list[str]:
    """The files to read."""
    if folder:
        return [str(path) for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size < LARGEST]
    sys.path.insert(0, str(ROOT))
    from tests.unit.mail.samples import SAMPLES

    for number, raw in enumerate(SAMPLES.values()):
        (scratch / f"{number}.eml").write_bytes(raw)
    return [str(path) for path in sorted(scratch.iterdir())]


def slowest(paths: list[str]) -> tuple[float, str]:
    """The mail that ``parse`` takes longest for; the first is read twice, so that loading does not count."""
    from maildesk.mail.parsing import parse

    parse(Path(paths[0]).read_bytes())
    worst = (0.0, "")
    for path in paths:
        raw = Path(path).read_bytes()
        started = time.process_time()
        parse(raw)
        worst = max(worst, (time.process_time() - started, path))
    return worst


def main() -> None:
    """Measures and prints."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--count", type=int, default=1000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        paths = sources(given.folder, Path(scratch))
        chosen = list(itertools.islice(itertools.cycle(paths), given.count))
        empty = Path(scratch) / "empty"
        empty.touch()
        start = min(child_seconds([str(empty)]) for _ in range(3))
        took = child_seconds(chosen)
        seconds, name = slowest(paths)
    rate = len(chosen) / (took - start)
    print(f"start {start:.2f} s; {len(chosen)} mails in {took:.2f} s of CPU: {rate:.0f} a second")
    print(f"slowest of {len(paths)}: {seconds * 1000:.0f} ms, {name}")


if __name__ == "__main__":
    main()
