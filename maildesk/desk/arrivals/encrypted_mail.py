"""An agent's mail that is encrypted (PGP/MIME, S/MIME, a PGP block): nobody here can read it, so nothing of it leaves.

It comes back whole, to be sent again without encryption. What would leave otherwise is an encrypted file, or nothing. A
mail whose own text can be read goes on: the encrypted part is a file that it brings. Signed mail is no encrypted mail:
its text is read, and the signature is left behind (``mails``).
"""

from __future__ import annotations

from maildesk.desk.actions import Decision, Event
from maildesk.desk.judging.matching import Match
from maildesk.desk.known.facts import Facts
from maildesk.desk.mailing import notices
from maildesk.desk.words import Agent, Fate
from maildesk.mail.opaque import ENCRYPTED_PGP, ENCRYPTED_SMIME, PGP_BLOCK

WHAT = "Your mail is encrypted, and we cannot read it here."
REMEDY = "Send your text again without encryption, as a reply to this mail."


def encrypted(facts: Facts, match: Match, agent: Agent) -> Decision | None:
    """The mail given back; None where it can be read."""
    letter = facts.letter
    if not {ENCRYPTED_PGP, ENCRYPTED_SMIME} & set(letter.problems):
        return None
    if letter.new_text.strip() and PGP_BLOCK not in letter.new_text:
        return None
    ticket = None if match.stranger else match.ticket
    mail = notices.returned(facts, agent, ticket, WHAT, "", REMEDY)
    events = (Event(ticket.number, "an agent's mail was returned", WHAT, agent.address),) if ticket else ()
    return Decision(Fate.RETURNED, WHAT, (ticket,) if ticket else (), mails=(mail,), events=events)
