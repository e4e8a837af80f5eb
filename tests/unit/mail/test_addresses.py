"""Mailboxes, sound and broken."""

from __future__ import annotations

import pytest

from maildesk.mail.addresses import mailboxes
from maildesk.mail.letter import Mailbox
from maildesk.mail.parsing import parse

EVA = Mailbox("Eva Lind", "eva@x.example")


@pytest.mark.parametrize(
    "field",
    [
        "Eva Lind <eva@x.example>",
        '"Eva Lind" <eva@x.example>',
        "eva@x.example (Eva Lind)",
        "=?utf-8?q?Eva_Lind?= <eva@x.example>",
        '"=?utf-8?q?Eva_Lind?=" <eva@x.example>',
        "Eva Lind <eva@x.example",
        "Eva Lind <@relay.example:eva@x.example>",
        "Eva Lind <mailto:eva@x.example>",
        "Eva Lind <eva @x.example>",
        "<Eva Lind> eva@x.example",
        "'Eva Lind' <eva@x.example>",
        "friends: Eva Lind <eva@x.example>;",
    ],
)
def test_one_mailbox_in_every_dress(field: str) -> None:
    assert mailboxes(field) == (EVA,)
    assert parse(f"From: {field}\n\n".encode()).from_ == (EVA,)


def test_a_comma_in_quotes_separates_nothing() -> None:
    assert mailboxes('"Lind, Eva" <eva@x.example>, b@y.example') == (
        Mailbox("Lind, Eva", "eva@x.example"),
        Mailbox("", "b@y.example"),
    )


def test_a_comma_in_an_encoded_word_separates_nothing() -> None:
    assert mailboxes("=?utf-8?q?Lind=2C_Eva?= <eva@x.example>") == (Mailbox("Lind, Eva", "eva@x.example"),)


def test_an_empty_group_gives_nobody() -> None:
    assert mailboxes("undisclosed-recipients:;") == ()


def test_a_name_that_looks_like_an_address_is_a_name() -> None:
    assert mailboxes('"boss@x.example" <thief@y.example>') == (Mailbox("boss@x.example", "thief@y.example"),)


def test_one_broken_address_costs_only_itself() -> None:
    assert mailboxes("<<>>, eva@x.example")[-1] == Mailbox("", "eva@x.example")


def test_raw_8_bit_names_are_kept() -> None:
    letter = parse("From: Jürgen <j@x.example>\n\n".encode("cp1252"))
    assert letter.sender == Mailbox("Jürgen", "j@x.example")


def test_of_two_from_fields_the_first_counts() -> None:
    letter = parse(b"From: a@x.example\nFrom: b@x.example\nTo: c@x.example\n\n")
    assert letter.sender.address == "a@x.example"


def test_the_last_subject_counts() -> None:
    assert parse(b"Subject: one\nSubject: two\n\n").subject == "two"


def test_raw_8_bit_fields_are_read_in_the_charset_of_the_body() -> None:
    raw = "From: a@x.example\nSubject: Drucker für Łódź\nContent-Type: text/plain; charset=iso-8859-2\n\nx".encode(
        "iso-8859-2"
    )
    assert parse(raw).subject == "Drucker für Łódź"
