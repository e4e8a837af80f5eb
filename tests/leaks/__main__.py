"""``python -m tests.leaks COUNT SEED``: that many replies at random, then every attack on every notification."""

from __future__ import annotations

import sys
from collections import Counter

from tests.leaks.attacks import attacks
from tests.leaks.scene import notices, what_leaves
from tests.leaks.search import found_in
from tests.leaks.trying import ANSWERED, cases, faults_of


def main(count: int, seed: int) -> None:
    """Prints every fault, then how many of which kind there were."""
    kinds: Counter[str] = Counter(replies=count)
    for case in cases(seed, count):
        found = faults_of(case)
        kinds.update({each.kind for each in found})
        for fault in found[:3]:
            print(f"{fault.kind}: {fault.case}: {fault.what}")
    for notice in (each for each in notices() if each.template in ANSWERED and each.is_carlas):
        for name, raw in attacks(notice):
            kinds["attacks"] += 1
            shown = [each for answer in what_leaves(raw).answers for each in found_in(answer, notice.language)]
            if shown:
                kinds["attacks that leak"] += 1
                print(f"attack: {notice.language} {notice.template}, {name}: {shown[0]}")
    print(dict(kinds))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
