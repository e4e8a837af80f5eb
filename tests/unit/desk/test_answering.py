from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.judging.answering import (
    REFUSED_AS_UNKNOWN,
    Asked,
    is_no_reply,
    may_we_answer,
    suppresses_answers,
    why_not_answer,
)
from maildesk.desk.known.facts import PersonFacts
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.words import Trust
from maildesk.mail.letter import Automatic
from tests.unit.desk.making_facts import DESK, arrival, by, facts, letter

PERSON = Asked(author="max@customer.org")


def test_a_person_is_answered() -> None:
    verdict = may_we_answer(PERSON)
    assert verdict.allowed
    assert verdict.reason


@pytest.mark.parametrize("kind", list(Automatic))
def test_no_robot_of_any_kind_is_answered(kind: Automatic) -> None:
    verdict = may_we_answer(replace(PERSON, automatic=kind, automatic_reason="List-Id"))
    assert not verdict.allowed
    assert verdict.reason


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (replace(PERSON, history=True), "history"),
        (replace(PERSON, author=""), "no address"),
        (replace(PERSON, author="undisclosed"), "no address"),
        (replace(PERSON, ours=True), "our own addresses"),
        (replace(PERSON, automatic=Automatic.LIST, automatic_reason="List-Id"), "a robot wrote: list (List-Id)"),
        (replace(PERSON, null_sender=True), "envelope sender is empty"),
        (replace(PERSON, author="noreply@shop.example"), "no-reply address"),
        (replace(PERSON, spam="the configured filter says so"), "counts as spam: the configured filter"),
        (replace(PERSON, dmarc_fails_under_policy=True), "DMARC fails"),
        (replace(PERSON, suppress=("All",)), "X-Auto-Response-Suppress"),
        (replace(PERSON, repeated_id=True), "same Message-ID"),
        (replace(PERSON, robot=True), "may be a robot"),
        (replace(PERSON, unreachable=f"{REFUSED_AS_UNKNOWN}: 550 5.1.1"), "refused the address as unknown: 550 5.1.1"),
    ],
)
def test_each_refusal_has_its_reason(asked: Asked, reason: str) -> None:
    verdict = may_we_answer(asked)
    assert not verdict.allowed
    assert reason in verdict.reason


def test_the_first_refusal_that_applies_is_the_reason() -> None:
    verdict = may_we_answer(replace(PERSON, automatic=Automatic.BULK, spam="the filter", robot=True))
    assert verdict.reason == "a robot wrote: bulk"


@pytest.mark.parametrize("sender", ["maria@customer.example", None])
def test_a_persons_mail_may_be_answered_and_an_unknown_envelope_sender_is_not_a_null_one(sender: str | None) -> None:
    assert why_not_answer(facts(arrival=arrival(sender=sender))) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"letter": letter(automatic=Automatic.AUTO_REPLY, reason="Auto-Submitted")}, "auto-reply (Auto-Submitted)"),
        ({"letter": letter(headers=(("X-Auto-Response-Suppress", "All"),))}, "X-Auto-Response-Suppress"),
        ({"arrival": arrival(history=True)}, "history"),
        ({"arrival": arrival(sender="")}, "envelope sender is empty"),
        ({"arrival": arrival(spam=True)}, "the configured filter says so"),
        ({"person": PersonFacts(spam=True)}, "an agent said so"),
        ({"person": PersonFacts(robot=True)}, "may be a robot"),
        ({"person": PersonFacts(unreachable=f"{REFUSED_AS_UNKNOWN}: 550")}, "refused the address as unknown"),
        (by(DESK.address.upper()), "our own addresses"),
        (by("noreply@shop.example"), "no-reply"),
        ({"same_id_other_content": True}, "same Message-ID"),
        ({"verdict": SenderVerdict(Trust.STRANGER, "", True, True)}, "DMARC fails"),
    ],
)
def test_the_facts_of_an_arrival_that_speak_against_an_answer(changes: dict[str, Any], reason: str) -> None:
    assert reason in why_not_answer(facts(**changes))


def test_dmarc_that_fails_without_a_policy_does_not_silence_us() -> None:
    assert why_not_answer(facts(verdict=SenderVerdict(Trust.STRANGER, "", True, False))) == ""


def test_a_bounce_marks_an_address_but_does_not_stop_its_acknowledgement() -> None:
    assert may_we_answer(replace(PERSON, unreachable="a bounce said: mailbox full")).allowed


@pytest.mark.parametrize(
    "address",
    [
        "noreply@example.com",
        "no-reply@example.com",
        "no_reply@example.com",
        "NO.REPLY@example.com",
        "do-not-reply@example.com",
        "donotreply@example.com",
        "billing-noreply@example.com",
        "noreply-billing@example.com",
        "noreply+abc123@example.com",
        "noreply2@example.com",
        "bitte-nicht-antworten@example.de",
        "shop-1-please-do-not-reply@example.com",
        "keine.antwort@example.de",
        "no-responder@example.es",
        "ne-pas-repondre@example.fr",
        "ne-otvechat@example.ru",
        "12345+octocat@users.noreply.github.com",
        "x@no-reply.example.com",
        "mailer-daemon@example.com",
    ],
)
def test_addresses_that_nobody_reads_are_known_by_their_words(address: str) -> None:
    assert is_no_reply(address)


@pytest.mark.parametrize(
    "address",
    [
        "nora.reply@example.com",
        "reply@example.com",
        "arno.reply@example.com",
        "noreplyson@example.com",
        "n.o.replyan@example.com",
        "max.noreply.fan@example.com",
        "no@example.com",
        "support@noreplystudios.com",
        "antworten@example.de",
        "",
        "@",
    ],
)
def test_people_whose_names_look_like_it_are_answered(address: str) -> None:
    assert not is_no_reply(address)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("All",), True),
        (("AutoReply",), True),
        (("DR, RN, NRN, OOF, AutoReply",), True),
        (("oof", "autoreply"), True),
        (("DR; AutoReply",), True),
        (("DR, RN, NRN",), False),
        (("OOF",), False),
        (("none",), False),
        ((), False),
    ],
)
def test_only_all_and_autoreply_ask_for_no_answer(values: tuple[str, ...], expected: bool) -> None:
    assert suppresses_answers(values) is expected
