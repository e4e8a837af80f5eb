"""Tickets put aside as spam or moved to another desk, and mail that agents bring in: what is done, noted, and left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.forward_facts import Forwarded
from maildesk.desk.known.facts import Asked
from maildesk.desk.words import Audience, Fate, PromiseState, Role, TicketState
from maildesk.mail.letter import Mailbox
from maildesk.mail.parsing import parse
from tests.unit.desk.making_facts import ANNA, BEN, DESK, MARIA, OTTO, STRANGER, letter, promise, ticket, token
from tests.unit.desk.test_deciding import agent_facts, mails
from tests.unit.desk.test_forwarding import BLOCK, forward, notes, original
from tests.unit.desk.test_merge_orders import SOON, merging
from tests.unit.desk.test_moving import BILLING, asking
from tests.unit.desk.test_outside_answers import outside, written
from tests.unit.desk.test_splitting import MAIL, SPLIT
from tests.unit.desk.test_ticket_orders import done, mistake

# Spam


def test_spam_is_closed_without_a_word_also_of_those_that_wait() -> None:
    decision = decide(agent_facts("#spam"))
    assert (decision.tickets[0].state, mails(decision)) == (TicketState.CLOSED, [])
    assert [(each.ticket, each.audience, each.deliveries) for each in decision.drops] == [(1042, Audience.CUSTOMER, ())]
    assert not decision.drops[0].templates  # whatever it is
    assert [each.promise.state for each in decision.promises] == [PromiseState.REPLACED]
    assert [(each.address, each.spam) for each in decision.people] == [(MARIA, True)]
    assert "spam" in [each.what for each in decision.events]


def test_what_was_no_spam_after_all_is_in_the_history() -> None:
    marked = decide(agent_facts("#spam")).tickets[0]
    decision = decide(agent_facts("#take", marked))
    assert "no spam" in [each.what for each in decision.events]
    assert [(each.address, each.spam) for each in decision.people if each.spam is not None] == [(MARIA, False)]


# To another desk, or another ticket


def test_what_waits_for_the_customer_or_the_old_team_does_not_leave_the_desk_that_gave_it_away() -> None:
    decision = decide(asking("#move billing"))
    to_customers, to_agents_too = decision.drops[:2]
    assert (to_customers.ticket, to_customers.audience) == (1042, Audience.CUSTOMER)
    assert {"received", "still-working"} <= to_customers.templates
    assert (to_agents_too.ticket, to_agents_too.audience, to_agents_too.automatic_only) == (1042, None, False)
    assert "agent/reminder" in to_agents_too.templates
    assert f"moved to {BILLING.address}" in [each.what for each in decision.events]
    assert [(each.desk, each.name, each.version) for each in decision.people if each.desk == BILLING.address] == [
        (BILLING.address, "Maria Muster", -1)
    ]


def test_both_histories_say_that_a_mail_was_split_off_and_it_waits_no_more_in_the_old_one() -> None:
    old = ticket(unanswered=3)
    decision = decide(agent_facts("#split\n#tag lamp", old, asked=SPLIT))
    said = [(each.ticket, each.what) for each in decision.events]
    assert said[:2] == [(2000, "split from #1042"), (1042, "a mail became #2000")]
    assert len(said) > 2  # the tag's
    assert [each.unanswered for each in decision.tickets[1:]] == [2]
    unnamed = replace(MAIL, subject="", left_at=None)
    again = decide(agent_facts("#split", old, asked=Asked(split=unnamed)))
    assert again.tickets[0].subject == old.subject
    assert again.tickets[1].last_customer_at == old.last_customer_at


def test_both_histories_say_that_tickets_were_merged_and_what_waits_for_the_other_is_dropped() -> None:
    decision = merging(ticket(1007, promise=promise(SOON)), text="#tag lamp\n#merge 1007")
    said = [(each.ticket, each.what) for each in decision.events]
    assert said[-2:] == [(1042, "#1007 merged into it"), (1007, "merged into #1042")]
    assert len(said) > 3  # that of the mail, and the tag's
    assert [(each.ticket, bool(each.templates)) for each in decision.drops] == [(1007, False), (1042, True)]


# Forwards


def test_one_customer_is_named_for_one_mail_and_not_for_several() -> None:
    part = f"--b\nContent-Type: message/rfc822\n\nFrom: {OTTO}\nSubject: Lamp\n\nText\n"
    head = (
        f"From: {ANNA}\nSubject: Fwd: Lamp\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n#new for {STRANGER}\n"
    )
    for count in (1, 2):
        decision = decide(forward(letter=parse(f"{head}{part * count}--b--\n".encode())))
        assert (decision.fate is Fate.UNPACKED) == (count == 1)
    assert mistake(decision)


def test_a_forward_that_comes_back_is_kept_with_the_ticket_that_it_is_about() -> None:
    decision = decide(forward("#close", tokens=(token(role=Role.AGENT, owner=ANNA),)))
    assert (decision.fate, [each.number for each in decision.tickets]) == (Fate.RETURNED, [1042])


def test_only_an_agents_own_address_says_into_which_ticket_a_forward_goes() -> None:
    (found,) = decide(forward(tokens=(token(),))).unpacked
    assert found.forwarded.ticket is None


@pytest.mark.parametrize("words", ["#colse\nPlease help him.", "#assign Nobody\nPlease help him."])
def test_words_that_cannot_be_read_as_commands_are_kept_whole(words: str) -> None:
    assert notes(decide(original(Forwarded(ANNA, words)))) == [words]


def test_without_words_there_is_no_note() -> None:
    assert notes(decide(original(Forwarded(ANNA, "")))) == []


def test_what_is_here_already_says_so_in_its_history() -> None:
    decision = decide(original(duplicate_of=3, duplicate_in=1042))
    assert [(each.ticket, each.what, each.by) for each in decision.events] == [(1042, "forwarded again", ANNA)]


def test_into_a_ticket_commands_go_along_and_its_new_agent_is_told() -> None:
    said = Forwarded(ANNA, "#assign Ben\n#remind tomorrow 10:00\nSee this.", ticket=1042)
    decision = decide(original(said, author=MARIA))
    assert decision.tickets[0].assignee == BEN
    assert [each.agent for each in decision.wishes] == [ANNA]
    assert BEN in [each.to[0].address for each in decision.mails if each.template.startswith("agent/")]
    assert notes(decision) == ["See this."]


def test_a_colleagues_forward_without_an_address_comes_back_whole() -> None:
    hidden = BLOCK.replace(f" <{OTTO}>", "")
    written_by = letter(f"Came to me.\n\n{hidden}", "Fwd: Lamp", from_=(Mailbox("Ben Weber", BEN),))
    decision = decide(original(author=BEN, letter=written_by))
    assert (decision.fate, decision.unpacked) == (Fate.RETURNED, ())


# Answers from outside the desk


def test_of_two_tickets_with_one_subject_the_newest_was_answered() -> None:
    older, newer = ticket(), replace(ticket(), number=1050)
    for both in ((older, newer), (newer, older)):
        assert decide(outside(*both, hits=())).tickets[0].number == 1050


def test_who_has_the_ticket_keeps_it_although_a_colleague_answered() -> None:
    assert decide(outside(ticket(assignee=BEN))).tickets[0].assignee == BEN


def test_what_waits_for_the_customer_is_dropped_when_they_have_the_answer() -> None:
    (drop,) = decide(outside()).drops
    assert {"received-again", "still-working", "closing-soon"} <= set(drop.templates)


def test_commands_in_it_are_done() -> None:
    decision = decide(outside(mail=written("It comes.\n\n#assign Ben\n#priority low")))
    assert (decision.tickets[0].assignee, str(decision.tickets[0].priority)) == (BEN, "low")


def test_one_that_cannot_be_done_is_named_and_the_answer_counts() -> None:
    decision = decide(outside(mail=written("It comes.\n\n#untag lamp")))
    assert decision.tickets[0].state is TicketState.WAITING
    assert any(str(each).startswith("outside-undone:#untag") for each in done(decision))  # type: ignore[attr-defined]


def test_a_new_tickets_language_is_one_that_the_desk_writes() -> None:
    desk = replace(DESK, language="de", languages=("de", "fr"))
    mail = written("Bonjour", subject="New", language="es")
    assert decide(outside(mail=mail, hits=(), desk=desk)).tickets[0].language == "de"
    assert decide(outside(mail=replace(mail, language="fr"), hits=(), desk=desk)).tickets[0].language == "fr"


def test_a_no_reply_address_gets_no_automatic_mail_later() -> None:
    robot = written(subject="New", to=(Mailbox("", "noreply@shop.example"),))
    assert decide(outside(mail=robot, hits=())).tickets[0].unanswerable
    assert not decide(outside(mail=written(subject="New"), hits=())).tickets[0].unanswerable
