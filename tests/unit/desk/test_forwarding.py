"""Forwards by agents: each mail is its author's own, the agent's words stay inside, and nothing proves the author."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.actions import Decision
from maildesk.desk.deciding import decide, is_from_agent
from maildesk.desk.forward_facts import Forwarded
from maildesk.desk.known.facts import DeliveryFacts, Facts
from maildesk.desk.senders.trust import SenderVerdict
from maildesk.desk.words import Audience, Fate, MessageKind, Priority, Role, TicketState, Trust
from maildesk.mail.letter import Automatic, Letter, Mailbox
from maildesk.mail.parsing import parse
from tests.unit.desk.making_facts import (
    ANNA,
    BEN,
    DESK,
    MARIA,
    NOW,
    OTTO,
    STRANGER,
    UNKNOWN,
    arrival,
    by,
    facts,
    hit,
    letter,
    ticket,
    token,
)
from tests.unit.desk.test_deciding import mail, mails
from tests.unit.desk.test_ticket_orders import done, mistake

BLOCK = f"---------- Forwarded message ---------\nFrom: Otto <{OTTO}>\nSubject: Lamp\nTo: {ANNA}\n\nIt is red."


def forward(words: str = "Please help him.", block: str = BLOCK, subject: str = "Fwd: Lamp", **changes: Any) -> Facts:
    """Anna forwards Otto's mail to the desk."""
    text = f"{words}\n\n{block}"
    written = letter(text, subject, from_=(Mailbox("Anna Schmidt", ANNA),), message_id="f@example.com")
    return facts(ticket(), **{"letter": written, **by(ANNA), **changes})


def original(said: Forwarded | None = None, *, author: str = OTTO, **changes: Any) -> Facts:
    """Otto's mail, as it came in on its own."""
    found = letter("It is red.", "Lamp", from_=(Mailbox("Otto", author),), message_id="lamp@customer.example")
    of_agent = said or Forwarded(ANNA, "Please help him.")
    verdict = SenderVerdict(Trust.STRANGER, "an agent forwarded it")
    came = arrival(intake="forward", sender=ANNA)
    plain = {"letter": found, "arrival": came, "verdict": verdict, "forwarded": of_agent, **by(author, "Otto")}
    return facts(ticket(), **{**plain, **changes})


def notes(decision: Decision) -> list[str]:
    return [each.text for each in decision.messages if each.kind is MessageKind.NOTE]


# The forward


def test_what_is_forwarded_comes_in_on_its_own_and_nothing_is_sent() -> None:
    decision = decide(forward())
    (found,) = decision.unpacked
    assert (decision.fate, decision.mails, decision.messages) == (Fate.UNPACKED, (), ())
    assert (found.desk, found.forwarded) == (DESK.address, Forwarded(ANNA, "Please help him."))
    assert parse(found.raw).sender.address == OTTO


def test_a_forward_to_a_signed_address_is_for_that_ticket() -> None:
    for changes in ({}, {"subject": "Lamp"}):
        decision = decide(forward(tokens=(token(role=Role.AGENT, owner=ANNA),), **changes))
        assert [each.forwarded.ticket for each in decision.unpacked] == [1042]


def test_a_reply_with_a_mail_attached_is_no_forward() -> None:
    raw = (
        f"From: {ANNA}\nSubject: Re: My order\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee the mail.\n"
        f"--b\nContent-Type: message/rfc822\n\nFrom: {OTTO}\nSubject: x\n\nText\n--b--\n"
    )
    decision = decide(forward(letter=parse(raw.encode()), tokens=(token(role=Role.AGENT, owner=ANNA),)))
    assert (decision.unpacked, mails(decision)) == ((), ["reply"])


def test_our_own_notification_forwarded_to_a_desk_comes_back_and_opens_nothing() -> None:
    shown = f"{BLOCK}\n\n— write your reply above this line\n\n- Ticket: #1042"
    decision = decide(forward("Who knows this?", shown, hits=(hit(people=(ANNA,)),)))
    assert (decision.fate, decision.unpacked) == (Fate.RETURNED, ())
    assert [each.template for each in decision.mails] == ["agent/returned"]
    assert decision.mails[0].body == "Who knows this?"
    asked = decide(forward(f"#new for {OTTO}\n\nHe phoned.", shown))
    assert asked.tickets[0].requester == OTTO


def test_our_own_notification_is_no_forward() -> None:
    block = BLOCK.replace("It is red.", "It is red.\n\n— write your reply above this line")
    assert decide(forward(block=block)).unpacked == ()


def test_who_only_claims_to_be_an_agent_forwards_nothing() -> None:
    decision = decide(forward(verdict=UNKNOWN))
    assert (decision.fate, decision.unpacked) == (Fate.CONFIRMING, ())
    confirmed = decide(forward(verdict=UNKNOWN, arrival=arrival(override="confirmed")))
    assert len(confirmed.unpacked) == 1


def test_a_customers_forward_is_the_customers_mail() -> None:
    assert decide(forward(**by(MARIA))).fate is Fate.NEW_TICKET


@pytest.mark.parametrize(
    "words", ["#close", "#promise tomorrow 10:00", "#assign Nobody", "#colse", f"#new for {BEN}", "#cc all"]
)
def test_a_command_that_cannot_be_done_stops_the_forward(words: str) -> None:
    assert mistake(decide(forward(words)))


def test_a_forward_that_shows_no_address_comes_back_unless_the_customer_is_named() -> None:
    block = BLOCK.replace(f" <{OTTO}>", "")
    assert "does not show the address" in mistake(decide(forward(block=block)))
    (found,) = decide(forward(f"#new for {OTTO}\nHe phoned, too.", block)).unpacked
    assert found.forwarded.customer == OTTO


def test_more_mails_than_anybody_means_come_back_and_none_is_dropped_unsaid() -> None:
    parts = "".join(f"--b\nContent-Type: message/rfc822\n\nFrom: {OTTO}\nSubject: {n}\n\nText\n" for n in range(51))
    raw = f"From: {ANNA}\nSubject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n"
    assert "51 mails" in mistake(decide(forward(letter=parse(raw.encode()))))
    half = raw.replace(parts, parts[: len(parts) // 2])
    assert len(decide(forward(letter=parse(half.encode()))).unpacked) > 10


# The mail in it


def test_the_original_becomes_its_authors_ticket_and_is_acknowledged_without_a_word_of_theirs() -> None:
    decision = decide(original())
    (opened,) = decision.tickets
    assert (decision.fate, opened.requester, opened.requester_trust) == (Fate.NEW_TICKET, OTTO, Trust.STRANGER)
    told = mail(decision, "received")
    assert (told.tells_promise, told.recipient_trust, told.body) == (1, Trust.STRANGER, "")
    assert told.in_reply_to == "lamp@customer.example"
    assert done(decision) == (f"forwarded:{OTTO}",)


def test_the_agents_words_are_a_note_that_the_team_reads_and_the_customer_does_not() -> None:
    decision = decide(original())
    assert notes(decision) == ["Please help him."]
    assert [each.message_id for each in decision.messages] == ["lamp@customer.example", None]
    shown = mail(decision, "agent/new-ticket")
    assert (shown.values["forwarded_by"], shown.values["forwarded_with"]) == ("Anna Schmidt", "Please help him.")
    for each in decision.mails:
        assert each.audience is Audience.AGENT or "help him" not in repr(each)


def test_commands_hold_for_the_new_ticket_from_its_first_reply_on() -> None:
    decision = decide(original(Forwarded(ANNA, "#assign Ben\n#priority urgent\n#tag lamp\nHelp.")))
    opened = decision.tickets[0]
    assert (opened.assignee, opened.priority, opened.tags) == (BEN, Priority.URGENT, ("lamp",))
    assert mails(decision) == ["received-urgent"]
    shown = [each.to[0].address for each in decision.mails if each.template == "agent/new-ticket"]
    assert (shown, notes(decision)) == ([BEN], ["Help."])


def test_forwarded_to_a_ticket_of_theirs_it_is_a_question_there() -> None:
    decision = decide(original(Forwarded(ANNA, "See.", ticket=1042), author=MARIA))
    assert (decision.fate, decision.tickets[0].number) == (Fate.FILED, 1042)
    assert [each.kind for each in decision.messages] == [MessageKind.QUESTION, MessageKind.NOTE]
    assert done(decision) == ("forward-joined:#1042",)


def test_forwarded_to_somebody_elses_ticket_it_stays_inside_and_moves_nothing() -> None:
    waiting = ticket(state=TicketState.WAITING)
    said = Forwarded(ANNA, "See.", ticket=1042)
    decision = decide(replace(original(said), tickets={1042: waiting}))
    assert (decision.tickets, mails(decision)) == ((waiting,), [])
    assert [each.kind for each in decision.messages] == [MessageKind.STRANGER, MessageKind.NOTE]
    assert done(decision) == (f"forward-inside:{OTTO}",)


@pytest.mark.parametrize(
    "changes",
    [
        {"duplicate_of": 3, "duplicate_in": 1042},
        {"said": Forwarded(ANNA, "Please help him.", known_in=1042)},
    ],
)
def test_a_mail_that_is_here_already_points_to_its_ticket(changes: dict[str, Any]) -> None:
    decision = decide(original(**changes))
    assert (decision.fate, decision.tickets, mails(decision)) == (Fate.DUPLICATE, (ticket(),), [])
    assert (done(decision), notes(decision)) == (("forward-known:#1042",), ["Please help him."])
    assert mail(decision, "agent/receipt").ticket == 1042


def test_a_mail_that_was_put_aside_before_becomes_a_ticket_now() -> None:
    decision = decide(original(duplicate_of=3))
    assert (decision.fate, decision.again) == (Fate.NEW_TICKET, True)


def robot(kind: Automatic) -> Letter:
    return letter("x", "Lamp", from_=(Mailbox("", STRANGER),), automatic=kind, reason="it says so")


def test_a_robots_mail_becomes_a_ticket_and_the_robot_gets_no_answer() -> None:
    decision = decide(original(letter=robot(Automatic.BULK), author=STRANGER))
    assert (decision.fate, mails(decision)) == (Fate.NEW_TICKET, [])
    assert done(decision) == (f"forwarded-silent:{STRANGER}",)


@pytest.mark.parametrize("kind", [Automatic.BOUNCE, Automatic.AUTO_REPLY, Automatic.RECEIPT, Automatic.COMPLAINT])
def test_a_report_opens_nothing_and_counts_for_nothing(kind: Automatic) -> None:
    decision = decide(original(letter=robot(kind), author=STRANGER))
    assert "a report of a mail system" in mistake(decision)
    assert (decision.reports, decision.people, decision.tickets) == ((), (), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"letter": robot(Automatic.OWN)},
        {"said": Forwarded(ANNA, "", known_in=1042, is_ours=True)},
        {"author": DESK.address},
    ],
)
def test_our_own_mail_opens_nothing(changes: dict[str, Any]) -> None:
    assert "one of our own" in mistake(decide(original(**changes)))


def test_a_colleagues_mail_opens_nothing() -> None:
    assert "belongs to the desk" in mistake(decide(original(author=BEN)))


def test_a_colleagues_forward_is_opened_in_its_turn_and_both_wrote() -> None:
    written = letter(f"Came to me.\n\n{BLOCK}", "Fwd: Lamp", from_=(Mailbox("Ben Weber", BEN),))
    decision = decide(original(author=BEN, letter=written))
    (found,) = decision.unpacked
    assert found.forwarded.words == "Please help him.\n\nOtto: Came to me."
    assert parse(found.raw).sender.address == OTTO


def test_nobody_gains_an_agents_powers_by_being_forwarded() -> None:
    written = letter("#close", "Re: My order", from_=(Mailbox("Ben Weber", BEN),))
    decision = decide(original(author=BEN, letter=written, hits=(hit(people=(BEN,)),)))
    assert (decision.fate, decision.tickets) == (Fate.RETURNED, ())


def test_what_is_forwarded_looks_nothing_up_in_a_colleagues_name() -> None:
    minted = DeliveryFacts(1, "k", 1042, BEN, "ours@example.com", "agent/new-ticket", "sent", "agent", NOW, False)
    plain = original(author=BEN, deliveries=(minted,))
    ours = replace(plain, desk=replace(plain.desk, extension=""))
    assert not is_from_agent(ours)
    assert is_from_agent(replace(ours, forwarded=None))


def test_an_agent_of_another_desk_hears_of_it_without_an_address_that_answers() -> None:
    decision = decide(original())
    elsewhere = original()
    site = replace(
        elsewhere.site, agents=tuple(replace(a, desks=()) if a.address == ANNA else a for a in elsewhere.site.agents)
    )
    far = decide(replace(elsewhere, site=site))
    assert mail(decision, "agent/receipt").ticket == 2000
    assert mail(far, "agent/receipt").ticket is None


def test_an_agent_who_left_meanwhile_leaves_an_ordinary_mail() -> None:
    decision = decide(original(Forwarded("gone@example.com", "Please help him.")))
    assert (decision.fate, mails(decision)) == (Fate.NEW_TICKET, ["received"])


@pytest.mark.parametrize(
    ("line", "begun"),
    [
        ("#mine", ("mine",)),
        ("#assign Ben", ("assign:Ben Weber",)),
        ("#priority high", ("priority:high",)),
        ("#assign Ben\n#priority high", ("assign:Ben Weber", "priority:high")),
        ("", ()),
    ],
)
def test_the_receipt_names_what_a_forwards_commands_did(line: str, begun: tuple[str, ...]) -> None:
    decision = decide(original(Forwarded(ANNA, f"{line}\n\nPlease help him.")))
    assert done(decision) == (f"forwarded:{OTTO}", *begun)
