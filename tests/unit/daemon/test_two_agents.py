"""Two agents write on one ticket in the same second, and their mails share a group commit: the first is first."""

from __future__ import annotations

from pathlib import Path

from maildesk.store import arrivals
from maildesk.store.arrivals import NewArrival
from tests.unit.daemon.playing import ANNA, BEN, CONFIG, MARIA, Play
from tests.worlds.post import envelope, fill


def answer(play: Play, who: str, body: str) -> NewArrival:
    """An agent's reply to their notification, as it waits to be processed."""
    raw = (
        f"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\nFrom: {who}\n"
        f"To: {{reply_to:{who}/new-ticket}}\nSubject: Re: {{subject:{who}/new-ticket}}\nDate: {{date}}\n"
        f"Message-ID: <{who}>\nIn-Reply-To: {{message_id:{who}/new-ticket}}\n\n{body}\n"
    )
    filled = fill(raw.encode(), play.house.sent, play.clock.now)
    author, recipients = envelope(filled)
    return NewArrival("smtp", author, recipients, filled, play.clock.now, authserv_id="mx.example.com")


def at_once(play: Play, said: dict[str, str]) -> None:
    """All of it comes in before anything of it is processed."""
    play.writes(MARIA, "Where is my order?")
    play.later(minutes=10)
    arrivals.accept(play.house.database, [answer(play, who, body) for who, body in said.items()])
    play.house.stage.settle()
    play.later(minutes=10)


def test_the_first_of_a_group_has_the_ticket_and_the_second_is_told(tmp_path: Path) -> None:
    play = Play(tmp_path)
    at_once(play, {ANNA: "#mine", BEN: "#mine"})
    assert play.ticket.assignee == ANNA
    assert ["Anna Schmidt has taken this ticket" in each.text for each in play.sent(BEN, "agent/returned")] == [True]
    assert not play.sent(MARIA, "reply")
    assert not play.wrong


def test_of_two_answers_in_one_group_the_second_is_held(tmp_path: Path) -> None:
    play = Play(tmp_path)
    at_once(play, {ANNA: "It comes tomorrow.", BEN: "It is lost."})
    assert [each.text.split("\n")[0] for each in play.sent(MARIA, "reply")] == ["It comes tomorrow."]
    assert "Anna Schmidt answered" in play.sent(BEN, "agent/held")[0].text
    assert play.ticket.assignee == ANNA
    assert not play.wrong


def test_an_answer_beside_a_taking_in_one_group_goes_out_and_its_agent_is_told(tmp_path: Path) -> None:
    play = Play(tmp_path)
    at_once(play, {ANNA: "#mine", BEN: "It comes tomorrow."})
    assert [each.text.split("\n")[0] for each in play.sent(MARIA, "reply")] == ["It comes tomorrow."]
    assert "Anna Schmidt had taken the ticket" in play.sent(BEN, "agent/receipt")[0].text
    assert play.ticket.assignee == ANNA
    assert not play.wrong


def test_what_waits_for_an_operator_is_neither_sent_nor_replaced_by_agents(tmp_path: Path) -> None:
    play = Play(tmp_path, f"{CONFIG.read_text()}\n[outgoing]\nhold = true\n")
    play.writes(MARIA, "Where is my order?")
    play.answers(ANNA, "It comes tomorrow.")
    play.answers(ANNA, "At nine.", newest="new-ticket")
    assert play.answers(ANNA, "#send", newest="new-ticket").startswith("returned")
    replies = [each for each in play.house.unsent() if each.startswith("reply")]
    assert len(replies) == 2
    assert all("held, outgoing.hold is set" in each for each in replies)
