"""The allow-list of placeholders, and what each template needs: the contract between decisions, templates and admins.

A decision hands over *facts* under these names (``Mail.values``): moments as aware datetimes, names and subjects as
people wrote them. A template sees them *worded*: "by Tuesday, 24 November, 14:00". ``kind`` says how a fact becomes
words; ``wording.py`` does it. A name that is not on this list is a mistake in a template, found when it is loaded.

Every placeholder has a fallback for the day its fact is missing, so that nobody ever reads a hole, a variable name or
"None": per language in ``templates/<language>/words.toml``, table ``fallbacks``. A missing fact is also false:
``{% if promise %}``. What each template needs stands in ``required_values`` and is named here too.

``sender_text`` marks what the sender chose. In automatic mail to unauthenticated senders these are treated as missing
(guarantee 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from maildesk.replies.required_values import REQUIRED_VALUES as REQUIRED_VALUES
from maildesk.replies.required_values import TELLS_A_PROMISE as TELLS_A_PROMISE
from maildesk.replies.required_values import template_names as template_names

_MOMENT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
_EARLIER = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class Kind(StrEnum):
    """How a fact becomes words. Examples are English."""

    BY = "by"  # datetime: "within two hours, by Tuesday, 24 November, 14:00"
    ON = "on"  # datetime: "on Monday, 09:00"; the date too when it is a week away
    DAY = "day"  # datetime: "on Tuesday, 24 November"
    WHEN = "when"  # datetime: "Tuesday, 24 November, 14:00"
    SPAN = "span"  # timedelta, or a datetime since which: "3 hours"
    NAME = "name"  # text: to customers only where it is safe to say, to agents as it came
    TEXT = "text"  # text, one line
    SUBJECT = "subject"  # text: without Re: and [#n], then "Re: …"
    NUMBER = "number"
    FLAG = "flag"  # true or false, for {% if %}
    STATE = "state"  # a key of the table ``states`` in words.toml
    PRIORITY = "priority"  # a key of the table ``priorities``
    LANGUAGE = "language"  # a code: "German"
    FILES = "files"  # tuple of mappings with name and size in octets, as texts: "film.mp4 (14 MB)"
    WHY = "why"  # why it has its priority: a key why_… of the table ``phrases``, ":" and its value
    REASON = "reason"  # a key of the table ``reasons``, or text
    HELLO = "hello"  # nothing: "Good morning" by the reader's clock as the mail leaves
    LINES = "lines"  # tuple of texts, for {% for %}
    DONE = "done"  # tuple of what was done, each a key done_… of the table ``phrases``, ":" and its value
    ROWS = "rows"  # tuple of mappings, for {% for row in rows %}{{ row.number }}
    ARTICLES = "articles"  # tuple of articles, for {% for each in offers %}{{ each.title }} {{ each.steps }}
    BLOCK = "block"  # stands alone in its paragraph: a person's own words, the marker, earlier mail
    PART = "part"  # a file in parts/, shared by the templates of a language


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One name that templates may use. ``example`` is a fact as a decision would hand it over."""

    name: str
    kind: Kind
    meaning: str
    example: object
    sender_text: bool = False


_ROW = MappingProxyType(
    {
        "number": 1042, "subject": "My order has not come", "customer_name": "Maria Muster", "waiting_since": _EARLIER,
        "promise": _MOMENT, "assignee": "Anna Schmidt", "state": "open", "reason": "It came from a newsletter.",
        "priority": "normal", "from_address": "maria@example.org", "until": _MOMENT, "desk": "", "opened_at": _EARLIER,
        "score": 5, "rated_solved": True, "answer_held": False,
    }
)  # fmt: skip

_ARTICLE = MappingProxyType(
    {"title": "Reset a password", "steps": "1. Open the page *Sign in*.\n2. Click *Forgot?* and follow our mail."}
)

_FILE = MappingProxyType({"name": "film.mp4", "size": 14_000_000})

_LIST = (
    Placeholder("promise", Kind.BY, "when the customer hears from us; the one that this mail tells", _MOMENT),
    Placeholder("promised", Kind.BY, "the promise that stood before this mail", _EARLIER),
    Placeholder("made_at", Kind.WHEN, "when the promise was made", _EARLIER),
    Placeholder("opens_at", Kind.ON, "when the desk opens next; missing while it is open", _MOMENT),
    Placeholder("late", Kind.FLAG, "the mail took unusually long to reach us", False),
    Placeholder("waiting_since", Kind.WHEN, "since when the customer waits for us", _EARLIER),
    Placeholder("ago", Kind.SPAN, "how long ago a colleague answered", timedelta(minutes=6)),
    Placeholder("waiting_for", Kind.SPAN, "how long they have waited; made of waiting_since", timedelta(hours=3)),
    Placeholder("answered_on", Kind.DAY, "the day of our last answer", _EARLIER),
    Placeholder("opened_at", Kind.WHEN, "when the ticket began", _EARLIER),
    Placeholder("close_on", Kind.DAY, "the day on which we close the ticket if nobody writes", _MOMENT),
    Placeholder("until", Kind.DAY, "the day on which we take it up again", _MOMENT),
    Placeholder("next_news", Kind.DAY, "the day of our next news while it is on hold", _MOMENT),
    Placeholder("at", Kind.WHEN, "when a colleague answered", _EARLIER),
    Placeholder("sent_at", Kind.WHEN, "when an answer left, or will leave", _EARLIER),
    Placeholder("away_until", Kind.WHEN, "until when an agent is away", _MOMENT),
    Placeholder("target_span", Kind.TEXT, "the target in service time", "8 h"),
    Placeholder("real_span", Kind.TEXT, "the service time that answers really take", "14 h 30 min"),
    Placeholder("share", Kind.NUMBER, "so many of 100 answers came within it", 90),
    Placeholder("people_waiting", Kind.NUMBER, "people who wait for an answer", 12),
    Placeholder("overdue", Kind.NUMBER, "of them, those who wait longer than promised", 4),
    Placeholder("next_answers", Kind.FLAG, "it is about later mails of a ticket", False),
    Placeholder("round", Kind.NUMBER, "which of three texts is next: 1, 2, 3, 1 …", 1),
    Placeholder("number", Kind.NUMBER, "the ticket's number", 1042),
    Placeholder("count", Kind.NUMBER, "how many: lines of a list, or failures", 3),
    Placeholder("state", Kind.STATE, "whose move it is", "open"),
    Placeholder("is_open", Kind.FLAG, "it is our move; made of state, as the next four", True),
    Placeholder("is_waiting", Kind.FLAG, "it is the customer's move", False),
    Placeholder("is_paused", Kind.FLAG, "it is on hold", False),
    Placeholder("is_solved", Kind.FLAG, "it is solved", False),
    Placeholder("is_closed", Kind.FLAG, "it is closed", False),
    Placeholder("answer_rests", Kind.FLAG, "an answer of the agent's has not left yet", False),
    Placeholder("answer_held", Kind.FLAG, "an answer of the agent's is held", False),
    Placeholder("priority", Kind.PRIORITY, "how urgent it is", "normal"),
    Placeholder("priority_reason", Kind.WHY, "why it is, for agents; missing for the usual priority", "words:outage"),
    Placeholder("language", Kind.LANGUAGE, "the language in which the desk writes to the customer", "de"),
    Placeholder("is_urgent", Kind.FLAG, "the priority is urgent; made of priority, as the next", False),
    Placeholder("is_high", Kind.FLAG, "the priority is high", False),
    Placeholder("hello", Kind.HELLO, "a greeting by the time of day where the reader is", None),
    Placeholder("customer_name", Kind.NAME, "the customer's name", "Maria Muster", sender_text=True),
    Placeholder("from_name", Kind.NAME, "the name of who wrote this mail", "Maria Muster", sender_text=True),
    Placeholder("from_address", Kind.TEXT, "the address of who wrote this mail", "maria@example.org", sender_text=True),
    Placeholder("original_subject", Kind.SUBJECT, "the ticket's subject as a reply", "My order", sender_text=True),
    Placeholder("ticket_subject", Kind.SUBJECT, "the same without Re:; made of original_subject", "My order", True),
    Placeholder("subject", Kind.TEXT, "the subject of this mail", "My order has not come", sender_text=True),
    Placeholder("agent_name", Kind.TEXT, "the agent: who answered, or whom we write to", "Anna Schmidt"),
    Placeholder("signed", Kind.FLAG, "the agent's text ends with their name already", False),
    Placeholder("assignee", Kind.TEXT, "the agent who has taken the ticket", "Anna Schmidt"),
    Placeholder("colleague", Kind.TEXT, "another agent: who answered first, or gave the ticket away", "Ben Weber"),
    Placeholder("desk_name", Kind.TEXT, "the desk's name; always there", "Example Support"),
    Placeholder("desk_address", Kind.TEXT, "the desk's address; always there", "support@example.com"),
    Placeholder("handled_by", Kind.TEXT, "the desk that answers a mail sent to several", "Example Billing"),
    Placeholder("new_desk", Kind.TEXT, "the team that has the ticket now", "Example Billing"),
    Placeholder("desks", Kind.LINES, "the agent's desks", ("Example Support",)),
    Placeholder("reason", Kind.REASON, "why: a key of ``reasons``, or a person's words", "the part is on its way"),
    Placeholder("mistake", Kind.TEXT, "what is wrong, a sentence", "There is no command #colse."),
    Placeholder("line", Kind.TEXT, "the line with the mistake", "#colse"),
    Placeholder("file", Kind.TEXT, "the file with the mistake", "templates/en/received.md"),
    Placeholder("remedy", Kind.TEXT, "what to do about it, a sentence", "Correct the line and save the file."),
    Placeholder("command", Kind.TEXT, "a command line to copy", "maildesk arrivals show 17"),
    Placeholder("found", Kind.LINES, "why an answer waits, sentences", ('It says "attached", and no file is.',)),
    Placeholder("done", Kind.DONE, "what a mail did, sentences", ("close", "assign:Ben Weber")),
    Placeholder("problems", Kind.LINES, "what could not be read, sentences", ("One picture is broken.",), True),
    Placeholder("left_out", Kind.LINES, "what was too large, sentences", ("video.mp4 is too large.",), True),
    Placeholder("dangerous", Kind.LINES, "files that may do harm when they are opened", ("invoice.pdf.exe",), True),
    Placeholder("not_attached", Kind.FILES, "files that were too large to pass on", (_FILE,), True),
    Placeholder("their_tickets", Kind.ROWS, "this customer's other tickets, newest first", (_ROW,)),
    Placeholder("similar", Kind.ROWS, "solved tickets that are like this mail", (_ROW,)),
    Placeholder("related", Kind.LINES, "tickets that may belong to it", ("#1017",)),
    Placeholder("person_notes", Kind.LINES, "what agents noted of the customer", ("Prefers the phone",)),
    Placeholder("vip", Kind.FLAG, "an agent marked the customer as a VIP", False),
    Placeholder("addresses", Kind.LINES, "other addresses of the same customer", ("max@home.example",)),
    Placeholder("proven", Kind.LINES, "of them, those that both said to be one person's", ("max@home.example",)),
    Placeholder("other_address", Kind.TEXT, "an address that may be the same person's", "m•••@home.example", True),
    Placeholder("asks_both", Kind.FLAG, "both addresses are asked whether they are one person's", False),
    Placeholder("may_ask", Kind.FLAG, "an agent may have both of them asked", False),
    Placeholder("kept", Kind.NUMBER, "promises to this customer that we kept", 4),
    Placeholder("praised", Kind.NUMBER, "how often this customer thanked us or gave a good rating", 2),
    Placeholder("ratings", Kind.ROWS, "what this customer said of our answers", (_ROW,)),
    Placeholder("praises", Kind.ROWS, "customers who thanked this agent since the last list", (_ROW,)),
    Placeholder("tags", Kind.LINES, "the tags that agents gave it", ("invoice",)),
    Placeholder("linked_to", Kind.NUMBER, "the older ticket that this one follows", 1017),
    Placeholder("participants", Kind.LINES, "who gets the answer besides the customer", ("Ben <ben@example.org>",)),
    Placeholder("copied", Kind.LINES, "who was in To and Cc but gets no answer", ("eve@example.org",), True),
    Placeholder("subject_changed", Kind.TEXT, "this mail's subject where it is a new one", "Another question", True),
    Placeholder("rated", Kind.FLAG, "this mail says whether our answer solved it", False),
    Placeholder("rated_solved", Kind.FLAG, "and says that it did", True),
    Placeholder("score", Kind.NUMBER, "and gives a number, 1 to 5", 4),
    Placeholder("through", Kind.TEXT, "the list or form it came through", "info@lists.example.com"),
    Placeholder("their_signature", Kind.TEXT, "the customer's signature, with a number", "Carla Ortiz · 030 1234567"),
    Placeholder("forwarded_by", Kind.TEXT, "the agent who forwarded this mail to the desk", "Ben Weber"),
    Placeholder("forwarded_with", Kind.TEXT, "what that agent wrote above it", "Please help him today."),
    Placeholder("kind", Kind.TEXT, "question, thanks, stranger, report, machine, command or assigned", "question"),
    Placeholder("trust_reason", Kind.TEXT, "why we believe the sender or not", "DMARC passed"),
    Placeholder("stranger", Kind.FLAG, "nothing proves who the sender is", False),
    Placeholder("unanswerable", Kind.TEXT, "why this customer gets no automatic mail", "the mail asks for none"),
    Placeholder("stays_open", Kind.FLAG, "the ticket stays our move", False),
    Placeholder("lines", Kind.LINES, "sentences of a report", ("12 mails came in.", "12 mails were answered.")),
    Placeholder("tickets", Kind.ROWS, "tickets of a list, the most urgent first; of a digest, the agent's", (_ROW,)),
    Placeholder("more", Kind.NUMBER, "tickets that the list leaves out", 3),
    Placeholder("nobodys", Kind.ROWS, "tickets of a digest that nobody has taken", (_ROW,)),
    Placeholder("waiting", Kind.ROWS, "the agent's tickets that wait for the customer", (_ROW,)),
    Placeholder("paused", Kind.ROWS, "the agent's tickets that are on hold", (_ROW,)),
    Placeholder("nobodys_more", Kind.NUMBER, "tickets of nobody that the list leaves out", 3),
    Placeholder("waiting_more", Kind.NUMBER, "waiting tickets that the list leaves out", 3),
    Placeholder("paused_more", Kind.NUMBER, "tickets on hold that the list leaves out", 3),
    Placeholder("aside_more", Kind.NUMBER, "mails without a ticket that the list leaves out", 3),
    Placeholder("broken", Kind.NUMBER, "promises that passed without a word, since the last digest", 1),
    Placeholder("renewed", Kind.NUMBER, "promises that were moved to a later time, since the last digest", 2),
    Placeholder("handed_on", Kind.ROWS, "an agent's tickets that others got while they were away", (_ROW,)),
    Placeholder("handed_on_more", Kind.NUMBER, "tickets handed on that the list leaves out", 3),
    Placeholder("taken_up", Kind.FLAG, "an agent opened it again, and the customer did not write", False),
    Placeholder("one_person", Kind.FLAG, "one agent was told, and not the whole team", False),
    Placeholder("gone", Kind.FLAG, "who had the ticket is no agent any more", False),
    Placeholder("duty_until", Kind.WHEN, "until when an agent is on duty", _MOMENT),
    Placeholder("call_next_at", Kind.WHEN, "when the next person on duty is called", _MOMENT),
    Placeholder("away", Kind.LINES, "who is away", ("Ben Weber",)),
    Placeholder("on_request", Kind.FLAG, "the agent asked for this list", False),
    Placeholder("desk", Kind.TEXT, "the desk of a row, where the agent has several", "Example Billing"),
    Placeholder("aside", Kind.ROWS, "mails without a ticket, of a digest", (_ROW,)),
    Placeholder("asked", Kind.LINES, "what the first reply asks for", ("your order number",)),
    Placeholder("asked_for", Kind.LINES, "for agents: what the first reply asked for", ("order number",)),
    Placeholder("offers", Kind.ARTICLES, "help articles that fit: title, and the first steps", (_ARTICLE,)),
    Placeholder("offered", Kind.LINES, "for agents: the articles that the first reply offered", ("Reset a password",)),
    Placeholder("fitting", Kind.LINES, "for agents: the names of articles that may fit", ("password-reset",)),
    Placeholder("formal", Kind.FLAG, "formal address (Sie, vous); the desk's choice", True),
    Placeholder("body", Kind.BLOCK, "a person's own words: an agent's answer, or a customer's text for agents", ""),
    Placeholder("their_text", Kind.BLOCK, "what a colleague answered, or wrote for the team", ""),
    Placeholder("earlier", Kind.BLOCK, "earlier mails of the ticket, newest first", ()),
    Placeholder("marker", Kind.BLOCK, "the line from which an agent's reply is cut", ""),
    Placeholder("greeting", Kind.PART, "parts/greeting.md", ""),
    Placeholder("promise_line", Kind.PART, "parts/promise.md", ""),
    Placeholder("asking", Kind.PART, "parts/asking.md: what the first reply asks for", ""),
    Placeholder("articles", Kind.PART, "parts/articles.md: help articles in the first reply", ""),
    Placeholder("footer", Kind.PART, "parts/footer.md", ""),
    Placeholder("panel", Kind.PART, "parts/panel.md, for agents", ""),
    Placeholder("what_a_reply_does", Kind.PART, "parts/what-a-reply-does.md, for agents", ""),
)  # fmt: skip

PLACEHOLDERS: Mapping[str, Placeholder] = MappingProxyType({each.name: each for each in _LIST})

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "greeting": "parts/greeting",
        "promise_line": "parts/promise",
        "asking": "parts/asking",
        "articles": "parts/articles",
        "footer": "parts/footer",
        "panel": "parts/panel",
        "what_a_reply_does": "parts/what-a-reply-does",
    }
)
"""Placeholder of kind ``part`` → the file that holds it, without ``.md``."""

ARTICLE_FIELDS = frozenset(_ARTICLE)
"""What ``{{ each.… }}`` may name inside a ``{% for %}`` over articles."""

ROW_FIELDS = frozenset(_ROW)
"""What ``{{ row.… }}`` may name inside a ``{% for %}`` over rows."""
