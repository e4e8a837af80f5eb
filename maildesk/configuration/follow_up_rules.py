"""The follow-up of a desk: ``[follow_up]`` for all desks, ``[desk.follow_up]`` over it key by key; what must agree.

Steps that would come in another order than the table in docs/design.md are refused: a customer must hear of a closing
before it, and an agent be reminded before the customer is told that it takes longer. A fault stands at the key that
the desk wrote, else at that of ``[follow_up]``; where both keys stand somewhere, at the later of the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from maildesk.configuration.desk_keys import DeskKeys, FollowUpKeys
from maildesk.configuration.example import span
from maildesk.configuration.lines import KeyPath, line_of
from maildesk.configuration.reading import Reading

IN_ORDER = (
    ("ask_if_helped_after", "announce_closing_after", "the question comes before the notice of closing"),
    ("announce_closing_after", "close_after", "customers hear of a closing before it"),
    ("ask_if_solved_after", "close_solved_after", "the question comes before the closing"),
    ("remind_assignee_at", "remind_all_at", "the assignee is reminded before all"),
)
"""Which step must come before which, and why."""


def rules_of(reading: Reading, desk: DeskKeys) -> FollowUpKeys:
    """What holds for a desk: its own keys over those of ``[follow_up]``."""
    everywhere = reading.sections.get(("follow_up",), FollowUpKeys())
    assert isinstance(everywhere, FollowUpKeys)
    own = {name: getattr(desk.follow_up, name) for name in desk.follow_up.model_fields_set}
    return everywhere.model_copy(update=own)


def judge_follow_up(reading: Reading) -> None:
    """Note what contradicts itself in the follow-up of any desk, once each."""
    seen: set[tuple[int, str]] = set()
    desk: DeskKeys
    for path, desk in reading.all("desk"):
        rules = rules_of(reading, desk)
        for keys, sentence in _contradictions(rules):
            where = _written(reading, path, keys)
            at = line_of(where, reading.lines), sentence
            if at not in seen:
                reading.fault(where, sentence)
            seen.add(at)


def _contradictions(rules: FollowUpKeys) -> Iterator[tuple[tuple[str, ...], str]]:
    for first, second, reason in IN_ORDER:
        earlier, later = getattr(rules, first), getattr(rules, second)
        if earlier >= later:
            told = f"{first} is {_shown(earlier)} and {second} is {_shown(later)}, but {reason}"
            yield (first, second), f"{told}; make {first} less than {second}."
    silence = min(rules.longest_silence.values(), default=None)
    if silence is not None and rules.least_gap >= silence:
        told = f"least_gap is {_shown(rules.least_gap)}, but customers are to hear from us every {_shown(silence)}"
        yield ("least_gap", "longest_silence"), f"{told}; make least_gap shorter."
    if rules.remind_all_at + rules.lapse_margin_share >= 1:
        told = f"All are reminded at {rules.remind_all_at} of the way, when the customer is told already"
        way_out = (
            f"make remind_all_at less than {round(1 - rules.lapse_margin_share, 3)}, or lapse_margin_share smaller"
        )
        yield ("remind_all_at", "lapse_margin_share"), f"{told}; {way_out}."


def _shown(value: object) -> str:
    return f'"{span(value)}"' if isinstance(value, timedelta) else str(value)


def _written(reading: Reading, desk: KeyPath, keys: tuple[str, ...]) -> KeyPath:
    """The key to name: the desk's own before that of all desks, the last line of those that stand there."""
    for section in ((*desk, "follow_up"), ("follow_up",)):
        written = [(*section, key) for key in keys if _stands(reading, (*section, key))]
        if written:
            return max(written, key=lambda path: line_of(path, reading.lines))
    return (*desk, "follow_up", keys[0])


def _stands(reading: Reading, path: KeyPath) -> bool:
    section = reading.sections.get(path[:-2] if path[0] == "desk" else path[:-1])
    own = section.follow_up if isinstance(section, DeskKeys) else section
    return own is not None and path[-1] in own.model_fields_set
