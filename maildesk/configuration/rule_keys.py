"""The keys of ``[[rule]]``: what makes a mail urgent, and how rules agree with the rest of the config.

Rules stand by themselves and name their desks, as agents do: one that holds for all desks is written once, and "the
first that fits" is the order of the file.
"""

from __future__ import annotations

import difflib
from typing import Annotated

from pydantic import BeforeValidator, Field

from maildesk.configuration import values
from maildesk.configuration.kinds import Address, PriorityName, Section
from maildesk.desk.judging.rule_words import word_fault
from maildesk.mail.letter import fold_address
from maildesk.mail.words import all_words


def words_by_language(value: object) -> dict[str, tuple[str, ...]]:
    """Lists of words by language, each long enough to mean something."""
    if not isinstance(value, dict):
        raise ValueError(f'{values.shown(value)} is no table by language; write {{ en = ["outage", "server down"] }}')
    found: dict[str, tuple[str, ...]] = {}
    for language, words in value.items():
        known_language(language)
        if not isinstance(words, list) or not words or not all(isinstance(each, str) for each in words):
            raise ValueError(f'{values.shown(words)} is no list of words; write {language} = ["outage", "server down"]')
        fault = next(filter(None, map(word_fault, words)), "")
        if fault:
            raise ValueError(fault)
        found[language] = tuple(words)
    return found


def known_language(language: str) -> None:
    """Raises ``ValueError`` for a language that no mail is ever told to be in."""
    known = sorted(all_words())
    if language.partition("-")[0] not in known:
        close = difflib.get_close_matches(language.lower(), known, n=1)
        way_out = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(known)}"
        raise ValueError(f'"{language}" is no language that maildesk can tell; {way_out}')


def _sender(value: object) -> str:
    """An address, or "@" and a domain."""
    if isinstance(value, str) and value.startswith("@") and len(value) > 1:
        return "@" + values.domain(value[1:])
    if not isinstance(value, str) or "@" not in value:
        raise ValueError(f'{values.shown(value)} is no sender; write "boss@customer.example" or "@customer.example"')
    return values.address(value)


def _header(value: object) -> str:
    """A header's name and its value, as in "X-Our-Verdict: urgent"; "" is none."""
    name, colon, wanted = str(value).partition(":")
    sound = isinstance(value, str) and colon and wanted.strip() and name.strip() and " " not in name.strip()
    if value != "" and not sound:
        raise ValueError(f'{values.shown(value)} is no header; write its name and value: "X-Our-Verdict: urgent"')
    return str(value)


Sender = Annotated[str, BeforeValidator(_sender)]


class RuleKeys(Section):
    """What makes a mail more or less urgent: the first rule that fits wins. All that a rule names must fit."""

    priority: PriorityName = Field(description="low, normal, high, urgent", examples=['"urgent"'])
    desks: tuple[Address, ...] = Field(default=(), description="empty: every desk")
    words: Annotated[dict[str, tuple[str, ...]], BeforeValidator(words_by_language)] = Field(
        default={},
        description="whole words of a new text or subject; a star takes endings, or what is joined before",
        examples=[
            'en = ["outage", "server down", "site is down", "nothing works", "data loss", "security breach"]',
            'de = ["*ausfall*", "Server steht", "nichts geht mehr", "Datenverlust", "Sicherheitslücke", "Notfall"]',
            'es = ["caída del servicio", "servidor caído", "nada funciona", "pérdida de datos", "emergencia"]',
            'ru = ["сбой", "авария", "сервер упал", "ничего не работает", "потеря данных"]',
            'fr = ["panne", "serveur est en panne", "plus rien ne marche", "perte de données", "faille de sécurité"]',
        ],
    )
    from_: tuple[Sender, ...] = Field(
        default=(), alias="from", description='"boss@customer.example", "@customer.example"; only where it is proven'
    )
    to: tuple[Address, ...] = Field(default=(), description='an address of the desk: "support+urgent@example.com"')
    header: Annotated[str, BeforeValidator(_header)] = Field(
        default="", description='"X-Our-Verdict: urgent", set on top by your own server; nobody else is believed'
    )


def is_of(address: str, desk_addresses: tuple[str, ...], extension: str) -> bool:
    """Whether a folded address is one of these, with or without an extension."""
    local, _, domain = fold_address(address).rpartition("@")
    base = local.split(extension, 1)[0] if extension else local
    return address in desk_addresses or f"{base}@{domain}" in desk_addresses
