"""Commands that can be read, and still would do something else than was meant on this ticket: they come back.

* a command at the beginning of the subject: commands count in the text alone, and ``#note`` there would send a note;
* ``#only`` without an answer: the agent believes that they sent one;
* ``#uncc`` of somebody who gets no answers: the address is mistyped, and the one who was meant would read this answer.

What it does not do: read commands (``desk/commands``), or judge agents, desks and numbers (``agent_plans`` does).
"""

from __future__ import annotations

from maildesk.desk.commands.commands import Commands, Mistake, command_in_subject
from maildesk.desk.known.facts import Facts
from maildesk.desk.words import Ticket


def checked(facts: Facts, ticket: Ticket, found: Commands | Mistake) -> Commands | Mistake:
    """The commands as they are, or what is wrong with them here."""
    if isinstance(found, Mistake):
        return found
    return _in_subject(facts, ticket, found) or _only(facts, found) or _taken_out(ticket, found) or found


def _in_subject(facts: Facts, ticket: Ticket, found: Commands) -> Mistake | None:
    """The customer's own subject may begin with anything."""
    name = command_in_subject(facts.letter.subject)
    if not name or command_in_subject(ticket.subject) or found.find(name):
        return None
    what = f'"#{name}" stands in the subject, where commands do not count.'
    return Mistake(facts.letter.subject, what, "Put it into the first line of your text.")


def _only(facts: Facts, found: Commands) -> Mistake | None:
    said = found.text_without.strip() or facts.letter.attachments
    if said or not found.find("only") or any(found.find(each) for each in ("article", "canned", "send")):
        return None
    return Mistake("#only", "There is no answer in this mail.", "Write your answer below the line with #only.")


def _taken_out(ticket: Ticket, found: Commands) -> Mistake | None:
    there = [each.address for each in ticket.participants]
    added = {address for each in found.items if each.name == "cc" for address in each.addresses}
    out = (address for each in found.items if each.name == "uncc" for address in each.addresses)
    wrong = next((address for address in out if address not in there and address not in added), None)
    if wrong is None:
        return None
    these = f"These do: {', '.join(there)}." if there else "Nobody does but the customer."
    return Mistake(f"#uncc {wrong}", f"{wrong} does not get our answers.", these)
