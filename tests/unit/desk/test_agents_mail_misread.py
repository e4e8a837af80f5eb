"""Agents' mail that looks like something else: encrypted, redirected, from another address, by somebody who left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from maildesk.desk.deciding import decide
from maildesk.desk.words import Agent, Audience, Fate, MessageKind, Role, TicketState
from maildesk.mail.letter import Automatic, Mailbox
from maildesk.mail.parsing import parse
from tests.unit.desk.making_facts import ANNA, BEN, DESK, MARIA, STRANGER, UNKNOWN, by, facts, letter, ticket, token
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import mistake

ANNAS = token(role=Role.AGENT, mine=False, owner=ANNA)

PGP = (
    'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\n\n--b\n'
    "Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n"
    "-----BEGIN PGP MESSAGE-----\nhQE\n-----END PGP MESSAGE-----\n--b--\n"
)
SMIME = 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\n\nMIIB\n'
BLOCK = "Content-Type: text/plain\n\n-----BEGIN PGP MESSAGE-----\n\nhQE\n-----END PGP MESSAGE-----\n"


def raw(body: str, sender: str = ANNA) -> Any:
    return parse(f"From: Anna Schmidt <{sender}>\nSubject: Re: My order\nMessage-ID: <e@x>\n{body}".encode())


@pytest.mark.parametrize("body", [PGP, SMIME, BLOCK])
def test_an_encrypted_answer_comes_back_whole_and_nothing_leaves(body: str) -> None:
    sent = raw(body)
    decision = decide(agent_facts("", letter=sent))
    assert "encrypted" in mistake(decision)
    back = mail(decision, "agent/returned")
    assert back.attachments == sent.attachments
    assert decision.tickets == (ticket(),)


def test_a_signed_answer_leaves_without_its_signature() -> None:
    body = (
        'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b\n\n--b\n\nIt comes.\n'
        "--b\nContent-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n\n--b--\n"
    )
    leaving = mail(decide(agent_facts("", letter=raw(body))), "reply")
    assert (leaving.body.strip(), leaving.attachments) == ("It comes.", ())


def test_an_answer_with_an_encrypted_file_beside_its_text_leaves() -> None:
    body = (
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nThe key is in the file.\n--b\n"
        "Content-Type: application/pgp-encrypted; name=key.asc\nContent-Disposition: attachment\n\nx\n--b--\n"
    )
    assert mails(decide(agent_facts("", letter=raw(body)))) == ["reply"]


def test_a_third_partys_answer_stays_inside_and_its_agent_gets_it_with_a_fresh_address() -> None:
    waiting = ticket(state=TicketState.WAITING)
    decision = decide(facts(waiting, tokens=(ANNAS,), **by(STRANGER, "Expert")))
    assert (decision.tickets, mails(decision)) == ((waiting,), [])
    assert [(each.kind, each.from_.address) for each in decision.messages] == [(MessageKind.NOTE, STRANGER)]
    back = mail(decision, "agent/returned")
    assert (back.to[0].address, back.token_issue) == (ANNA, 1)
    assert [each.revoke_token_issue for each in decision.agents] == [0]


def test_what_comes_to_a_void_address_is_shown_and_moves_nothing() -> None:
    void = replace(ANNAS, revoked=True)
    decision = decide(facts(ticket(), tokens=(void,), **by(STRANGER)))
    assert (decision.tickets, mails(decision)) == ((ticket(),), [])
    assert [each.kind for each in decision.messages] == [MessageKind.STRANGER]
    assert [each.revoke_token_issue for each in decision.agents] == []


def test_the_agent_who_answers_to_an_address_that_is_void_gets_a_fresh_one() -> None:
    decision = decide(agent_facts("It comes.", tokens=(replace(ANNAS, revoked=True),)))
    assert (decision.fate, mails(decision)) == (Fate.RETURNED, [])
    assert mail(decision, "agent/returned").ticket == 1042


def test_who_left_has_no_powers_and_the_team_sees_what_they_write() -> None:
    """Their signed address is nobody's now."""
    left = ticket(assignee="gone@example.com")
    decision = decide(
        facts(left, tokens=(replace(ANNAS, owner=None),), letter=letter("#close"), **by("gone@example.com"))
    )
    assert (decision.tickets, mails(decision)) == ((left,), [])
    assert [each.kind for each in decision.messages] == [MessageKind.STRANGER]
    shown = {each.to[0].address for each in decision.mails if each.audience is Audience.AGENT}
    assert shown == {ANNA, BEN}


def test_a_customer_who_answers_to_an_address_of_who_left_is_heard() -> None:
    decision = decide(facts(ticket(state=TicketState.WAITING), tokens=(replace(ANNAS, owner=None),)))
    assert (decision.tickets[0].state, decision.messages[0].kind) == (TicketState.OPEN, MessageKind.QUESTION)


def test_a_mail_that_an_agent_redirects_is_its_authors_and_voids_nothing() -> None:
    redirected = letter(headers=(("Resent-From", f"Anna Schmidt <{ANNA}>"),))
    decision = decide(facts(ticket(state=TicketState.WAITING), letter=redirected, tokens=(ANNAS,)))
    assert (decision.tickets[0].state, decision.messages[0].kind) == (TicketState.OPEN, MessageKind.QUESTION)
    assert [each.revoke_token_issue for each in decision.agents] == []
    fresh = decide(facts(letter=redirected))
    assert (fresh.tickets[0].requester, mails(fresh)) == (MARIA, ["received"])


def test_an_agent_at_another_desk_is_a_customer_proven_or_not() -> None:
    plain = facts(letter=letter(from_=(Mailbox("Anna Schmidt", ANNA),)), **by(ANNA, "Anna Schmidt"))
    elsewhere = Agent("Anna Schmidt", ANNA, desks=("other@example.com",))
    site = replace(plain.site, agents=(elsewhere, *plain.site.agents[1:]))
    for verdict in (plain.verdict, UNKNOWN):
        decision = decide(replace(plain, site=site, verdict=verdict))
        assert (decision.fate, decision.tickets[0].requester, mails(decision)) == (Fate.NEW_TICKET, ANNA, ["received"])


def test_a_phone_answers_like_the_registered_address() -> None:
    decision = decide(
        agent_facts("It comes.", address="ben@phone.example", tokens=(token(role=Role.AGENT, owner=BEN),))
    )
    leaving = mail(decision, "reply")
    assert (leaving.sender_name, decision.tickets[0].assignee) == ("Ben Weber", BEN)
    assert "phone" not in repr(leaving.values)
    assert DESK.address == leaving.desk


def test_an_agents_read_receipt_is_filed_and_moves_nothing() -> None:
    read = letter("Your message was read.", automatic=Automatic.RECEIPT, reason="it is a disposition notification")
    decision = decide(agent_facts("", letter=read))
    assert (decision.fate, decision.tickets, decision.mails, decision.agents) == (Fate.REPORT, (ticket(),), (), ())
    assert [each.kind for each in decision.messages] == [MessageKind.REPORT]
