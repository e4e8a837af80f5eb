"""What a desk promises, against the rest of its keys: nothing may be promised sooner than it can be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

from maildesk.configuration.desk_keys import DeskKeys
from maildesk.configuration.example import span
from maildesk.configuration.kinds import PriorityName
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.reading import Reading

_ORDER: tuple[PriorityName, ...] = ("low", "normal", "high", "urgent")
LONGEST_PROMISE = timedelta(days=60)
_AGAIN = "acknowledge_again_after"


def judge_promises(reading: Reading, path: KeyPath, desk: DeskKeys) -> None:
    """Note where a desk's promises contradict each other or its other keys."""
    for key, promises in (("promise", desk.promise), ("next_promise", desk.next_promise)):
        for priority, target in promises.items():
            if target > LONGEST_PROMISE:
                sentence = f'"{span(target)}" of business time is no promise; write at most "{span(LONGEST_PROMISE)}".'
                reading.fault((*path, key, priority), sentence)
        _in_order(reading, (*path, key), promises, frozenset(desk.around_the_clock))
    _after_all(reading, path, desk)


def _after_all(reading: Reading, path: KeyPath, desk: DeskKeys) -> None:
    """What waits on purpose may not wait until the promise. Urgent answers do not rest."""
    resting = [
        target
        for promises in (desk.promise, desk.next_promise)
        for priority, target in promises.items()
        if priority != "urgent"
    ]
    shortest = min(resting, default=None)
    own = desk.follow_up
    for key, wait, written, where in (
        ("recall_window", desk.recall_window, "recall_window" in desk.model_fields_set, path),
        (_AGAIN, own.acknowledge_again_after, _AGAIN in own.model_fields_set, (*path, "follow_up")),
    ):
        if shortest is not None and wait >= shortest and (written or key == "recall_window"):
            told = f'{key} is "{span(wait)}", but an answer is promised within "{span(shortest)}"'
            fault_at = (*where, key) if written else (*path, "promise")
            reading.fault(fault_at, f"{told}; make {key} shorter, or the promise longer.")


def _in_order(
    reading: Reading,
    path: KeyPath,
    promises: Mapping[PriorityName, timedelta],
    around_the_clock: frozenset[PriorityName],
) -> None:
    """More urgent mail may not wait longer; compared where both run on the same clock."""
    named = [priority for priority in _ORDER if priority in promises]
    for calmer, keener in pairwise(named):
        same_clock = (calmer in around_the_clock) is (keener in around_the_clock)
        if same_clock and promises[keener] > promises[calmer]:
            told = f'{keener} mail would wait "{span(promises[keener])}", longer than {calmer} mail'
            reading.fault((*path, keener), f'{told} ("{span(promises[calmer])}"); swap the two.')
