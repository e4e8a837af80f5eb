"""``make histories N=10000``: plays random histories of eight weeks, and says what did not hold.

A history follows from its number alone: ``make histories ONLY=4711`` plays one again and tells everything that happens
in it. SEED=2 plays others: numbers from 2,000,000 on. What was played is kept under .cache/histories/, one line each,
so that a second call goes on where the first one stopped (it was interrupted, or N was raised); those that failed are
played again. FRESH=1 forgets. A line names the code that it was played with, and the summary counts by that.

Exit 1 where anything did not hold.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import click

from tests.histories.history import Played, play
from tests.histories.places import WEEKS

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
KEPT = REPOSITORY / ".cache" / "histories"
SERIES = 1_000_000  # numbers between two seeds


def code() -> str:
    """A digest of everything that a history follows from, beside its number."""
    digest = hashlib.sha256()
    for folder, pattern in ((REPOSITORY / "maildesk", "*.py"), (HERE, "*.py"), (REPOSITORY / "templates", "*.*")):
        for path in sorted(folder.rglob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def known(kept: Path) -> dict[int, dict[str, object]]:
    """What was played before, by number. A line that was cut off by a kill is left out."""
    found: dict[int, dict[str, object]] = {}
    for line in kept.read_text().splitlines() if kept.exists() else ():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        found[int(row["number"])] = row
    return found


def played(numbers: Iterable[int], workers: int) -> Iterable[Played]:
    """Each as it ends. Workers are renewed now and then: a long run must not grow."""
    with get_context("spawn").Pool(workers, maxtasksperchild=250) as pool:
        yield from pool.imap_unordered(play, numbers, chunksize=1)


@click.command(help=__doc__)
@click.option("--histories", "-n", default=200, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--only", type=int, help="The number of one history: it is told from beginning to end.")
@click.option("--fresh", is_flag=True, help="Forget what was played before.")
def main(histories: int, seed: int, workers: int, only: int | None, fresh: bool) -> None:
    if only is not None:
        out = sys.stdout
        one = play(only, lambda line: print(line, file=out))
        print(f"{one.mails} mails, {one.steps} steps", *one.wrong, sep="\n")
        sys.exit(bool(one.wrong))
    KEPT.mkdir(parents=True, exist_ok=True)
    kept, this, began = KEPT / f"seed-{seed}.jsonl", code(), time.monotonic()
    if fresh:
        kept.unlink(missing_ok=True)
    before = known(kept)
    numbers = range(seed * SERIES, seed * SERIES + histories)
    left = [each for each in numbers if each not in before or before[each]["wrong"]]
    print(f"Seed {seed}: {len(numbers)} histories, {len(left)} to play, kept in {kept.relative_to(REPOSITORY)}")
    with kept.open("a") as lines:
        for count, one in enumerate(played(left, workers), 1):
            row = {**asdict(one), "code": this}
            before[one.number] = row
            lines.write(json.dumps(row) + "\n")
            lines.flush()
            for sentence in one.wrong:
                print(f"history {one.number}: {sentence}")
            if count % 100 == 0:
                print(f"{count} of {len(left)}, {count / (time.monotonic() - began) * 60:.0f} a minute", flush=True)
    sys.exit(summary([before[each] for each in numbers], time.monotonic() - began))


def summary(rows: list[dict[str, object]], seconds: float) -> bool:
    """Prints what all of them came to; whether any failed."""
    failed = [row["number"] for row in rows if row["wrong"]]
    mails, steps = (sum(int(str(row[each])) for row in rows) for each in ("mails", "steps"))
    print(
        f"{len(rows)} histories, {len(rows) * WEEKS.days // 7} simulated weeks, {mails} mails, {steps} steps, "
        f"{len(failed)} failed; this run took {seconds:.0f} s."
    )
    for digest, count in Counter(str(row["code"]) for row in rows).most_common():
        print(f"{count} played with code {digest}")
    if failed:
        print(f"Failed: {', '.join(map(str, failed[:50]))}. Look at one with `make histories ONLY={failed[0]}`.")
    return bool(failed)


if __name__ == "__main__":
    main()
