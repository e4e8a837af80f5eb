"""Whether what desks ask for agrees with the rest of the config: it can be recognised, each desk has words for it."""

from __future__ import annotations

from maildesk.configuration.lines import KeyPath
from maildesk.configuration.need_keys import NeedKeys
from maildesk.configuration.reading import Reading


def judge_needs(reading: Reading) -> None:
    """Note every need that could never be seen, and every desk that is not there or has no words for it."""
    need: NeedKeys
    for path, need in reading.all("need"):
        if not {"looks_like", "attached", "words"} & reading.tables["need"][path[1]].keys():
            sentence = "Nothing says how a mail is seen to hold it; add looks_like, attached or words."
            reading.fault(path, sentence)
        _desks(reading, path, need)


def _desks(reading: Reading, path: KeyPath, need: NeedKeys) -> None:
    desks = [desk for _, desk in reading.all("desk")]
    known = ", ".join(sorted(address for desk in desks for address in (desk.address, *desk.also))) or "none"
    for address in need.desks:
        if not any(address in (desk.address, *desk.also) for desk in desks):
            reading.fault((*path, "desks"), f'There is no desk "{address}"; known are {known}.')
    for desk in desks:
        mine = not need.desks or set(need.desks) & {desk.address, *desk.also}
        if mine and desk.language not in need.ask:
            sentence = f'The desk {desk.address} writes in "{desk.language}", and ask has no words for it; add them.'
            reading.fault((*path, "ask"), sentence)
