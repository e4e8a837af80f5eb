"""#help, #show, #history and #search: answered at once, to that agent alone, and nothing of a ticket changes."""

from __future__ import annotations

from typing import Any, cast

import pytest

from maildesk.desk.actions import Decision, Mail
from maildesk.desk.deciding import decide
from maildesk.desk.known.facts import Asked, Listed, Said, Shown
from maildesk.desk.words import Audience, Fate, TicketState
from tests.unit.desk.making_facts import ANNA, MARIA, NOW, ticket
from tests.unit.desk.test_deciding import agent_facts, mail, mails
from tests.unit.desk.test_ticket_orders import mistake

OTHER = ticket(1007, TicketState.CLOSED, subject="A red lamp")
SAID = (Said("Ben Weber", NOW, "#note\nAll from one parcel.", True), Said("Maria Muster", NOW, "A red one came."))


def asking(text: str, **asked: Any) -> Decision:
    return decide(agent_facts(text, asked=Asked(**asked)))


def only(decision: Decision) -> Mail:
    assert mails(decision) == []
    (mail,) = [each for each in decision.mails if each.audience is Audience.AGENT]
    assert [each.address for each in mail.to] == [ANNA]
    return mail


def rows(mail: Mail, name: str) -> list[dict[str, Any]]:
    return list(cast("tuple[dict[str, Any], ...]", mail.values[name]))


def test_help_is_answered_and_nothing_of_the_ticket_changes() -> None:
    decision = asking("#help")
    assert (only(decision).template, decision.tickets, decision.fate) == ("agent/help", (), Fate.COMMAND)
    values = only(decision).values
    assert (values["number"], values["state"]) == (1042, "open")  # what is possible here
    assert (values["answer_rests"], values["answer_held"]) == (False, False)


def test_a_shown_ticket_comes_as_a_mail_of_its_own_with_what_was_said() -> None:
    shown = only(asking("#show 1007", shown=(Shown(1007, OTHER, SAID),)))
    assert (shown.template, shown.ticket, shown.values["kind"]) == ("agent/new-message", 1007, "shown")
    first, second = rows(shown, "earlier")
    assert (first["who"], first["text"]) == ("Ben Weber (#note)", "All from one parcel.")
    assert (second["who"], second["text"]) == ("Maria Muster", "A red one came.")


@pytest.mark.parametrize(
    ("text", "command", "about"), [("#history", "history", ""), ("#history 1007", "history", "1007")]
)
def test_a_history_lists_the_customers_tickets(text: str, command: str, about: str) -> None:
    found = only(asking(text, lists=(Listed(command, about, (ticket(), OTHER), "Maria"),)))
    assert found.template == "agent/found"
    assert [each["number"] for each in rows(found, "tickets")] == [1042, 1007]
    assert (found.values["customer_name"], found.values["lines"]) == ("Maria", ())


def test_a_search_shows_twenty_and_says_how_many_more_there_are() -> None:
    many = tuple(ticket(number) for number in range(1, 26))
    found = only(asking("#search red lamp", lists=(Listed("search", "red lamp", many),)))
    assert (found.values["more"], found.values["lines"]) == (5, ("red lamp",))
    assert len(rows(found, "tickets")) == 20


def test_beside_an_answer_both_leave() -> None:
    decision = asking("It comes tomorrow.\n#search lamp", lists=(Listed("search", "lamp"),))
    assert mails(decision) == ["reply"]
    assert mail(decision, "agent/found").values["tickets"] == ()


@pytest.mark.parametrize("text", ["It comes.\n#show 4711", "#show 4711", "It comes.\n#history 4711"])
def test_a_ticket_that_is_not_the_agents_to_see_stops_the_whole_mail(text: str) -> None:
    assert mistake(asking(text)) == "There is no ticket #4711 at your desks."


def test_without_a_ticket_a_history_needs_a_number() -> None:
    decision = decide(agent_facts("#history", tokens=(), deliveries=()))
    assert decision.fate is Fate.RETURNED
    assert "whose tickets" in str(mail(decision, "agent/returned").values["mistake"])
    assert MARIA not in str(decision.mails)
