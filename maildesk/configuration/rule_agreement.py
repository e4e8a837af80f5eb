"""Whether rules of priority agree with the rest of the config: each rule can fit, and names what is there."""

from __future__ import annotations

from maildesk.configuration.desk_keys import DeskKeys
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.mail_keys import ImapSettings, SmtpSettings
from maildesk.configuration.reading import Reading
from maildesk.configuration.rule_keys import RuleKeys, is_of

_PROOF = "name your mail server under authserv_id of the desk, or take this key out"


def judge_rules(reading: Reading) -> None:
    """Note every rule that fits all mail or none, and every desk and address that is not there."""
    desks: list[DeskKeys] = [desk for _, desk in reading.all("desk")]
    rule: RuleKeys
    for path, rule in reading.all("rule"):
        if not {"words", "from", "to", "header"} & _written(reading, path):
            what = "A rule that names nothing would fit every mail"
            reading.fault(path, f"{what}; add words, from, to or header, or take the rule out.")
        _desks(reading, path, rule, desks)
        _proof(reading, path, rule, desks)


def _written(reading: Reading, path: KeyPath) -> set[str]:
    """The keys of a rule that have a value in the file, faulty ones too."""
    table = reading.tables["rule"][path[1]]
    return {key for key, value in table.items() if value not in ("", [], {})}


def _desks(reading: Reading, path: KeyPath, rule: RuleKeys, desks: list[DeskKeys]) -> None:
    known = ", ".join(sorted(address for desk in desks for address in (desk.address, *desk.also))) or "none"
    for address in rule.desks:
        if not any(address in (desk.address, *desk.also) for desk in desks):
            reading.fault((*path, "desks"), f'There is no desk "{address}"; known are {known}.')
    mine = [desk for desk in desks if not rule.desks or set(rule.desks) & {desk.address, *desk.also}]
    for address in rule.to:
        if mine and not any(is_of(address, (desk.address, *desk.also), desk.extension) for desk in mine):
            sentence = f'"{address}" is no address of a desk that this rule is for; known are {known}.'
            reading.fault((*path, "to"), f"{sentence} Add it to also of that desk.")


def _proof(reading: Reading, path: KeyPath, rule: RuleKeys, desks: list[DeskKeys]) -> None:
    """Senders and headers are believed by the word of a trusted server; where none is named, the rule never fits."""
    intakes: list[DeskKeys | ImapSettings | SmtpSettings] = [*desks]
    intakes += [section for table in ("smtp", "imap") for _, section in reading.all(table)]
    if any(each.authserv_id or each.trusted_results for each in intakes):
        return
    if rule.from_:
        reading.fault((*path, "from"), f"Nothing proves who wrote, so this rule would never fit; {_PROOF}.")
    if rule.header:
        reading.fault((*path, "header"), f"Nothing shows which headers are yours, so none is believed; {_PROOF}.")
