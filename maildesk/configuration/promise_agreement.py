"""What a desk promises, against the rest of its keys: nothing may be promised sooner than it can be done."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from maildesk.configuration.desk_keys import DeskKeys
from maildesk.configuration.example import span
from maildesk.configuration.kinds import PriorityName
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.reading import Reading

_ORDER: tuple[PriorityName, ...] = ("low", "normal", "high", "urgent")
LONGEST_PROMISE = timedelta(days=60)


def judge_promises(reading: Reading, path: KeyPath, desk: DeskKeys) -> None:
    """Note where a desk's promises contradict each other or its other keys."""
    for priority, target in desk.promise.items():
        if target > LONGEST_PROMISE:
            sentence = f'"{span(target)}" of business time is no promise; write at most "{span(LONGEST_PROMISE)}".'
            reading.fault((*path, "promise", priority), sentence)
    _in_order(reading, path, desk)
    resting = [target for priority, target in desk.promise.items() if priority != "urgent"]
    for key in ("recall_window", "acknowledge_again_after"):
        owner, where = (desk, path) if key == "recall_window" else (desk.follow_up, (*path, "follow_up"))
        wait: timedelta = getattr(owner, key)
        written = key in owner.model_fields_set
        if resting and wait >= min(resting) and (written or key == "recall_window"):
            told = f'{key} is "{span(wait)}", but an answer is promised within "{span(min(resting))}"'
            fault_at = (*where, key) if written else (*path, "promise")
            reading.fault(fault_at, f"{told}; make {key} shorter, or the promise longer.")


def _in_order(reading: Reading, path: KeyPath, desk: DeskKeys) -> None:
    """More urgent mail may not wait longer; compared where both run on the same clock."""
    named = [priority for priority in _ORDER if priority in desk.promise]
    for calmer, keener in pairwise(named):
        same_clock = (calmer in desk.around_the_clock) is (keener in desk.around_the_clock)
        if same_clock and desk.promise[keener] > desk.promise[calmer]:
            told = f'{keener} mail would wait "{span(desk.promise[keener])}", longer than {calmer} mail'
            reading.fault((*path, "promise", keener), f'{told} ("{span(desk.promise[calmer])}"); swap the two.')
