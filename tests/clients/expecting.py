"""What is expected of each kept mail: ``expected/<client>/<case>.txt``, the whole of what came of it.

Written anew by ``python -m tests.clients.expecting [CLIENT...]``, never by a test and never in CI; read it with a
customer's eyes before you commit it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.clients.capturing import CAPTURED, on_the_way
from tests.clients.leaks import leaks
from tests.clients.scene import HERE, Outcome, answer


def expected_of(client: str, case: str) -> Path:
    """Where it is kept."""
    return HERE / "expected" / client / f"{case}.txt"


def captured() -> list[tuple[str, str]]:
    """Client and case of every kept mail."""
    return sorted((path.parent.name, path.stem) for path in CAPTURED.glob("*/*.eml"))


def wrong_with(outcome: Outcome) -> list[str]:
    """Faults of the desk, and secrets that left."""
    return [*outcome.faults, *(leak for each in outcome.outside for leak in leaks(each))]


def main(clients: Sequence[str]) -> int:
    """Writes what is expected. Exit status 1 where anything is wrong with it."""
    if os.environ.get("CI"):
        print("Expected mails are written by people who read them, never in CI.", file=sys.stderr)
        return 1
    wrong = 0
    for client, case in captured():
        if clients and client not in clients:
            continue
        outcome = answer(on_the_way((CAPTURED / client / f"{case}.eml").read_bytes()))
        path = expected_of(client, case)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(outcome.told)
        said = wrong_with(outcome)
        wrong += len(said)
        print("\n".join([f"{client} {case}", *(f"    {each}" for each in said)]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
