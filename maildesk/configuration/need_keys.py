"""The keys of ``[[need]]``: what a desk asks for in its first reply, and how it sees that the mail holds it already."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StrictStr

from maildesk.configuration import values
from maildesk.configuration.kinds import Address, Section
from maildesk.configuration.rule_keys import known_language, words_by_language

LONGEST_QUESTION = 120
SHORTEST_SHAPE = 3


def _questions(value: object) -> dict[str, str]:
    """One short line by language."""
    if not isinstance(value, dict) or not value:
        raise ValueError(f'{values.shown(value)} is no table by language; write {{ en = "your order number" }}')
    for language, said in value.items():
        known_language(language)
        if not isinstance(said, str) or not said.strip() or "\n" in said or len(said) > LONGEST_QUESTION:
            raise ValueError(
                f"{values.shown(said)} is no line of at most {LONGEST_QUESTION} characters; say what you need, "
                f'as in {language} = "your order number"'
            )
    return {language: said.strip() for language, said in value.items()}


def _shapes(value: object) -> tuple[str, ...]:
    """Shapes that are long enough to mean something."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError(f'{values.shown(value)} is no list of shapes; write ["A-#####"], # a digit, @ a letter')
    for each in value:
        if len(each.strip()) < SHORTEST_SHAPE or not set("#@") & set(each):
            raise ValueError(
                f'"{each}" would fit almost any mail; a shape has {SHORTEST_SHAPE} signs or more, and # or @ in it'
            )
    return tuple(each.strip() for each in value)


def _kinds(value: object) -> tuple[str, ...]:
    """Content types, or names of files, with stars."""
    if not isinstance(value, list) or not all(isinstance(each, str) and ("/" in each or "." in each) for each in value):
        raise ValueError(f'{values.shown(value)} is no list of kinds of files; write ["image/*", "*.log"]')
    return tuple(value)


Words = Annotated[dict[str, tuple[str, ...]], BeforeValidator(words_by_language)]


class NeedKeys(Section):
    """What the first reply asks for where the mail does not hold it, such as an order number."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=60)] = Field(
        description="for your agents", examples=['"order number"']
    )
    ask: Annotated[dict[str, str], BeforeValidator(_questions)] = Field(
        description="for customers, by language",
        examples=['{ en = "your order number, such as A-12345", de = "Ihre Bestellnummer, etwa A-12345" }'],
    )
    looks_like: Annotated[tuple[str, ...], BeforeValidator(_shapes)] = Field(
        default=(), description="the mail holds it: # is a digit, @ a letter", examples=['["A-#####"]']
    )
    attached: Annotated[tuple[str, ...], BeforeValidator(_kinds)] = Field(
        default=(), description='or a file that came with it: "image/*", "*.log"'
    )
    words: Words = Field(default={}, description='or it says one of these: { en = ["version"] }')
    about: Words = Field(
        default={},
        description="asked only where the mail speaks of it; empty: always",
        examples=['{ en = ["order*", "parcel", "delivery"], de = ["Bestellung*", "Paket", "Lieferung"] }'],
    )
    desks: tuple[Address, ...] = Field(default=(), description="empty: every desk")
