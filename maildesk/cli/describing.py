"""Tickets, arrivals, deliveries and explanations in words, for an operator at a terminal. Pure: rows in, lines out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from maildesk.cli.rows import Line, moment, one_line, safe
from maildesk.desk.judging.urgency import in_words


def ticket(line: Line) -> Iterator[str]:
    """A ticket with all that happened to it, in order of time."""
    yield f"Ticket #{line['number']}: {one_line(line['subject'])}"
    yield f"  {line['state']} since {moment(line['state_since'])}, {line['priority']}, desk {line['desk']}"
    if line.get("priority_reason"):
        yield f"  {line['priority']}, because {one_line(in_words(line['priority_reason']))}"
    yield f"  from {_person(line['requester_name'], line['requester'])} ({line['requester_trust']})"
    yield f"  assignee {one_line(line['assignee'])}, language {line['language']}, turn {line['turn']}"
    if line.get("tags"):
        yield f"  tags {one_line(line['tags'])}"
    if line.get("merged_into"):
        yield f"  merged into #{line['merged_into']}"
    if line.get("unanswerable"):
        yield f"  gets no automatic mail: {one_line(line['unanswerable'])}"
    for each in line["participants"]:
        yield f"  participant {_person(each['name'], each['address'])} since {moment(each['since'])}"
    for each in line["promises"]:
        yield f"  promise {each['number']}: by {moment(each['at'])}, {each['state']} ({one_line(each['reason'])})"
    if line.get("rating"):
        yield f"  rated: {_rating(line['rating'])}"
    if line["timer"]:
        yield f"  next: {' '.join(timer(line['timer']))}"
    yield from _history(line)


def _rating(line: Line) -> str:
    said = f"{line['score']} of 5" if line["score"] else "it is solved" if line["solved"] else "it is not solved"
    return f"{said}, at {moment(line['at'])}, answered by {one_line(line['agent'])}"


def _history(line: Line) -> Iterator[str]:
    entries: list[tuple[datetime, list[str]]] = []
    entries += [(each["at"], _message(each)) for each in line["messages"]]
    entries += [(each["at"], [_event(each)]) for each in line["events"]]
    entries += [(each["created_at"], [_sent(each)]) for each in line["deliveries"]]
    for at, texts in sorted(entries, key=lambda entry: entry[0]):
        yield f"{moment(at)}  {texts[0]}"
        yield from (f"    | {text}" for text in texts[1:])


def _message(line: Line) -> list[str]:
    who = _person(line["from_name"], line["from_address"])
    return [f"{line['kind']} from {who}: {one_line(line['reason'])}", *safe(line["new_text"]).split("\n")]


def _event(line: Line) -> str:
    reason = f" ({one_line(line['reason'])})" if line["reason"] else ""
    return f"{one_line(line['what'])}{reason} [{one_line(line['by'])}]"


def _sent(line: Line) -> str:
    reason = f" ({one_line(line['reason'])})" if line["reason"] else ""
    return f"delivery {line['id']}: {line['template']} to {one_line(line['recipient'])}: {line['state']}{reason}"


def _person(name: str, address: str) -> str:
    return f"{one_line(name)} <{one_line(address)}>" if name else one_line(address)


def arrival(line: Line) -> Iterator[str]:
    """An arrival: its envelope, its fate and the mail."""
    yield from _facts("Arrival", line)
    for each in line["events"]:
        yield f"{moment(each['at'])}  {_event(each)}"
    yield from _mail(line)


def delivery(line: Line) -> Iterator[str]:
    """A delivery: its fate and the mail as it was frozen."""
    yield from _facts("Delivery", line)
    yield from _mail(line)


def timer(line: Line) -> Iterator[str]:
    """The next step of a ticket."""
    held = ", held by an operator" if line["held"] else ""
    yield f"{line['step']} of ticket #{line['ticket']} at {moment(line['due_at'])}{held}"


def _facts(kind: str, line: Line) -> Iterator[str]:
    yield f"{kind} {line['id']}"
    for key, value in line.items():
        if key not in ("id", "raw", "events") and value not in (None, "", []):
            yield f"  {key.replace('_', ' ')}: {one_line(value)}"


def _mail(line: Line) -> Iterator[str]:
    yield ""
    yield safe(line["raw"].decode("utf-8", "replace").replace("\r\n", "\n"))


def explanation(line: Line) -> Iterator[str]:
    """Why a mail went where it went."""
    for each in line["arrivals"]:
        yield (
            f"It came in at {moment(each['accepted_at'])} by {each['intake']} from {one_line(each['sender'])} "
            f"for {one_line(each['recipients'])}: arrival {each['id']}, {each['state']}."
        )
        yield f"  {each['fate'] or 'not decided yet'}: {one_line(each['reason'])}"
        yield from (f"  {moment(event['at'])}  {_event(event)}" for event in each["events"])
    for each in line["messages"]:
        who = _person(each["from_name"], each["from_address"])
        yield f"It is in ticket #{each['ticket']} as {each['kind']} from {who} ({each['trust']})."
        yield f"  {one_line(each['reason'])}"
    for each in line["tickets"]:
        yield f"Ticket #{each['number']} is {each['state']}, desk {each['desk']}, from {one_line(each['requester'])}."
    for each in line["promises"]:
        yield f"Promise {each['number']} of ticket #{each['ticket']}: by {moment(each['at'])}, {each['state']}."
        yield f"  {one_line(each['reason'])}"
    for each in line["deliveries"]:
        ticket_number = f" of ticket #{each['ticket']}" if each["ticket"] else ""
        yield f"We wrote it at {moment(each['created_at'])}{ticket_number}: {_sent(each)}"
        yield f"  attempts {each['attempts']}, the relay said: {one_line(each['relay_response'])}"
