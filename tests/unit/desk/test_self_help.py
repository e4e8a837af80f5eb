"""Help articles in decisions: what a first reply offers, what one word says of it, and what agents send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.actions import Decision, Mail
from maildesk.desk.answers.sending_articles import named, near
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Facts, Help, HelpArticle
from maildesk.desk.site import Rule
from maildesk.desk.words import Audience, Fate, MessageKind, Role, TicketState
from maildesk.mail.letter import Attachment
from tests.unit.desk.making_facts import (
    ANNA,
    DESK,
    NOW,
    OTTO,
    SITE,
    UNKNOWN,
    by,
    facts,
    hit,
    letter,
    ticket,
    token,
)

RESET = HelpArticle(
    "password-reset", "Set a new password", "1. Click *Forgot?*", "Set a new password\n\n1. Click Forgot?"
)
LONG = HelpArticle("long", "A long one", "", "A long one\n\nAll of it.")
TRACK = HelpArticle("track-parcel", "See where it is", "1. Open the link.", "See where it is\n\n1. Open the link.")
TRUCK = HelpArticle("track-truck", "See the truck", "1. Look.", "See the truck\n\n1. Look.")
FITS = Help((RESET, LONG, TRACK, TRUCK))


def mail(decision: Decision, template: str) -> Mail:
    return next(each for each in decision.mails if each.template == template)


def offered(decision: Decision) -> list[str]:
    found = mail(decision, "received").values.get("offers", ())
    assert isinstance(found, tuple)
    return [str(each["title"]) for each in found if isinstance(each, Mapping)]


def test_a_first_reply_offers_what_fits_and_it_is_counted() -> None:
    decision = decide(facts(help=FITS))
    assert offered(decision) == ["Set a new password", "See where it is", "See the truck"]  # not what is too long
    assert [(each.article, each.how, each.ticket) for each in decision.articles] == [
        ("password-reset", "offered", 2000),
        ("track-parcel", "offered", 2000),
        ("track-truck", "offered", 2000),
    ]
    told = mail(decision, "agent/new-ticket").values
    assert told["offered"] == ("password-reset", "track-parcel", "track-truck")
    assert told["fitting"] == ("long",)
    assert decision.tickets[0].asked_at == NOW


def test_the_desk_says_how_many_and_none_is_none() -> None:
    for most in (0, 1):
        desk = replace(DESK, articles=most)
        decision = decide(facts(help=FITS, desk=desk, site=replace(SITE, desks=(desk,))))
        assert len(decision.articles) == most == len(offered(decision))
        assert (decision.tickets[0].asked_at is None) is (most == 0)
    assert offered(decide(facts())) == []


def test_somebody_in_need_is_not_sent_to_read() -> None:
    desk = replace(DESK, rules=(Rule(1, "urgent", words={"en": ("outage",)}),))
    site = replace(SITE, desks=(desk,))
    decision = decide(facts(help=FITS, desk=desk, site=site, letter=letter("There is an outage.")))
    assert decision.tickets[0].priority == "urgent"
    assert decision.articles == ()
    assert mail(decision, "agent/new-ticket").values["fitting"] == tuple(each.name for each in FITS.fitting)


def test_who_gets_no_answer_is_offered_nothing() -> None:
    decision = decide(facts(help=FITS, **by("noreply@shop.example", "Shop")))
    assert decision.tickets[0].unanswerable
    assert decision.articles == ()


def test_further_mail_of_the_customer_is_offered_nothing_but_agents_see_what_may_fit() -> None:
    decision = decide(facts(ticket(), help=FITS, tokens=(token(),)))
    assert decision.articles == ()
    assert mail(decision, "agent/new-message").values["fitting"][0] == "password-reset"  # type: ignore[index]  # a tuple


SOLVED = ["YES", "Yes!", "solved", "That solved it.", "Thanks, that solved it!", "Ja", "Danke, das hat geholfen", "Sí",
          "Gracias, resuelto", "Oui", "Merci, ça a suffi", "Да", "Спасибо, помогло!", "👍"]  # fmt: skip


def answer(text: str, *, state: TicketState = TicketState.OPEN, asked: bool = True, **changes: Any) -> Facts:
    known = ticket(state=state, asked_at=NOW if asked else None)
    return facts(known, **{"tokens": (token(),), "letter": letter(text), **changes})


@pytest.mark.parametrize("text", SOLVED)
def test_one_word_after_it_closes_the_ticket_with_thanks_and_is_counted(text: str) -> None:
    decision = decide(answer(text))
    closed = decision.tickets[0]
    assert (closed.state, closed.promise, closed.asked_at) == (TicketState.CLOSED, None, None)
    assert (closed.timer, decision.messages[0].kind) == (None, MessageKind.RATING)
    assert [each.ticket for each in decision.articles_solved] == [1042]
    assert [each.template for each in decision.mails if each.audience is Audience.CUSTOMER] == ["thanks"]
    assert mail(decision, "agent/new-message").values["kind"] == "self-help"
    assert decision.drops[0].ticket == 1042
    assert [change.promise.state for change in decision.promises] == ["replaced"]


@pytest.mark.parametrize(
    "odd",
    [
        answer("No"),
        answer("Yes, but it still fails"),
        answer("Yes?"),
        answer("Thank you!"),
        answer("YES", asked=False),  # nothing was offered, or somebody wrote since
        answer("YES", tokens=(), hits=(hit(),), verdict=UNKNOWN),  # joined, but not proven
        answer("YES", **by(OTTO, "Otto"), tokens=(token(mine=False),)),
        answer("YES", letter=letter("YES", attachments=(Attachment("a.jpg", "image/jpeg", 1, "0" * 64, False, b"x"),))),
    ],
)
def test_all_else_is_an_ordinary_mail_and_a_person_answers(odd: Facts) -> None:
    decision = decide(odd)
    assert decision.articles_solved == ()
    assert all(each.state is not TicketState.CLOSED for each in decision.tickets)


def test_a_second_mail_ends_the_question() -> None:
    assert decide(answer("It is about my other account.")).tickets[0].asked_at is None


# Agents


def ordered(text: str, **changes: Any) -> Decision:
    known = Help((RESET,), (RESET, LONG, TRACK, TRUCK))
    proof = {"tokens": (token(role=Role.AGENT, owner=ANNA),), "letter": letter(text, message_id="a@example.com")}
    return decide(facts(ticket(), **{**proof, "help": known, **by(ANNA, "Anna Schmidt"), **changes}))


def test_an_agent_sends_an_article_with_or_without_words_of_their_own() -> None:
    for text, begins in (
        ("#article password-reset", "Set a new"),
        ("Hello!\n\n#article password-reset", "Hello!\n\nSet"),
    ):
        decision = ordered(text)
        reply = mail(decision, "reply")
        assert reply.body.startswith(begins)
        assert [(each.article, each.how, each.agent) for each in decision.articles] == [
            ("password-reset", "sent", ANNA)
        ]
        assert decision.tickets[0].state is TicketState.WAITING


def test_two_articles_are_two_and_one_named_twice_is_one() -> None:
    two = ordered("#article password-reset\n#article long\n#article Set a new password")
    assert [each.article for each in two.articles] == ["password-reset", "long"]


@pytest.mark.parametrize("text", ["#article", "#artikel"])
def test_article_alone_lists_what_fits_and_changes_nothing(text: str) -> None:
    decision = ordered(text)
    assert decision.fate is Fate.COMMAND
    assert decision.articles == ()
    assert "articles:password-reset (Set a new password)" in mail(decision, "agent/receipt").values["done"]  # type: ignore[operator]  # a tuple
    none = mail(ordered(text, help=Help()), "agent/receipt").values["done"]
    assert none == ("no-articles",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Hello\n\n#article trick-parcel", "track-parcel"),
        ("Hello\n\n#article track", "track-truck"),  # more than one
        ("Hello\n\n#article", "password-reset"),
        ("#note\nHello\n#article password-reset", "two mails"),
    ],
)
def test_a_name_that_is_none_is_returned_with_those_that_are_near(text: str, says: str) -> None:
    decision = ordered(text)
    assert decision.fate is Fate.RETURNED
    assert says in str(mail(decision, "agent/returned").values)
    assert decision.articles == ()


def test_a_name_may_be_the_title_or_a_part_that_only_one_has() -> None:
    known = (RESET, LONG, TRACK, TRUCK)
    for wanted in ("Password Reset", "PASSWORD_RESET", "set a new password", "passw"):
        assert named(wanted, known) == (RESET,)
    assert named("track", known) == (TRACK, TRUCK)
    assert named("nothing of it", known) == named("", known) == ()
    assert near("pasword reset", Help((LONG,), known))[0] == "password-reset"
