"""Facts that make a template better when they are there: for its authors, and for the samples that fill it in.

What a template needs stands in ``required_values``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


_NOTICE = _names(
    "subject", "customer_name", "from_name", "promised", "assignee", "stranger", "trust_reason", "unanswerable",
    "problems", "left_out", "related", "linked_to", "participants", "copied", "subject_changed", "through",
    "forwarded_by", "forwarded_with", "kind", "colleague", "their_text", "handled_by", "earlier", "rated",
    "rated_solved", "score", "their_signature",
    "tags", "person_notes", "vip", "addresses", "proven", "other_address", "asks_both", "may_ask",
    "language", "dangerous", "not_attached", "command", "their_tickets", "similar", "offered", "fitting", "asked_for",
)  # fmt: skip

OPTIONAL_VALUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "reply": _names("promise", "until", "reason"),
        "on-hold-news": _names("next_news", "until", "promise", "round"),
        "on-hold": _names("promise", "agent_name"),
        "received": _names("customer_name", "original_subject", "late"),
        "received-urgent": _names("one_person", "opens_at"),
        "raised": _names("opens_at"),
        "reopened": _names("opens_at", "taken_up"),
        "status": _names("promise", "waiting_since", "until", "reason", "assignee"),
        "stopped": _names("promised"),
        "same-person": _names("customer_name"),
        "same-person-check": _names("customer_name"),
        "joined": _names("customer_name", "original_subject", "promise"),
        "solved": _names("agent_name", "close_on"),
        "reminder": _names("agent_name", "answered_on"),
        "closed": _names("answered_on", "promised"),
        "refused": _names("problems", "promise", "number"),
        "agent/new-ticket": _NOTICE,
        "agent/new-message": _NOTICE,
        "agent/on-call": _NOTICE | _names("duty_until", "call_next_at"),
        "agent/given-on": _NOTICE | _names("away_until", "gone"),
        "agent/reminder": _names(
            "number", "waiting_since", "promised", "reason", "assignee", "customer_name", "original_subject", "tickets",
            "count", "more", "answer_held",
        ),
        "agent/later": _names("next_answers"),
        "agent/late": _names("unanswerable", "promised", "assignee", "customer_name", "original_subject"),
        "agent/receipt": _names("number", "subject", "sent_at", "stays_open"),
        "agent/held": _names("their_text", "subject", "colleague", "at", "ago", "found"),
        "agent/confirm": _names("subject", "from_address"),
        "agent/returned": _names("line", "remedy", "number"),
        "agent/away-back": _names(
            "tickets", "count", "more", "nobodys", "nobodys_more", "waiting", "waiting_more", "paused", "paused_more",
            "handed_on", "handed_on_more",
        ),
        "agent/digest": _names(
            "count", "more", "nobodys", "nobodys_more", "waiting", "waiting_more", "paused", "paused_more", "aside",
            "aside_more", "broken", "renewed", "away", "on_request", "praises",
        ),
        "agent/found": _names("tickets", "more", "lines", "customer_name"),
        "agent/help": _names("desks", "number", "state", "answer_rests", "answer_held"),
        "agent/welcome": _names("desks"),
        "agent/person": _names(
            "customer_name", "language", "vip", "addresses", "proven", "person_notes", "tickets", "more", "ratings",
            "kept", "renewed", "broken", "praised",
        ),
        "admin/trouble": _names("remedy", "waiting_since", "command"),
    }
)  # fmt: skip
"""Template → facts that make it better when they are there. Not complete: any fact of the list may be handed over."""
