"""What each template must be given: facts without which it would be a lie. Composing refuses a mail that lacks one.

The names of the built-in set are the keys of this table. Facts that only make a mail better: ``optional_values``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _needs(*names: str) -> frozenset[str]:
    return frozenset(names)


_TICKET = _needs("number", "from_address", "waiting_since", "state", "priority")

REQUIRED_VALUES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "received": _needs("number", "promise"),
        "received-closed": _needs("number", "promise", "opens_at"),
        "received-urgent": _needs("number", "promise"),
        "received-again": _needs("number", "promise"),
        "raised": _needs("number", "promise", "priority"),
        "still-working": _needs("number", "promise", "round"),
        "progress": _needs("number", "promise", "round"),
        "reply": _needs("number", "agent_name"),
        "on-hold": _needs("number", "reason", "until"),
        "on-hold-news": _needs("number", "reason"),
        "reminder": _needs("number"),
        "closing-soon": _needs("number", "close_on"),
        "closed": _needs("number"),
        "solved": _needs("number"),
        "thanks": _needs("number"),
        "reopened": _needs("number", "promise"),
        "refused": _needs("reason"),
        "moved": _needs("number", "new_desk", "promise"),
        "status": _needs("number", "state"),
        "stopped": _needs("number"),
        "same-person": _needs("other_address"),
        "same-person-check": _needs("other_address"),
        "joined": _needs("number", "other_address"),
        "agent/welcome": _needs("agent_name"),
        "agent/new-ticket": _TICKET,
        "agent/new-message": _TICKET,
        "agent/on-call": _TICKET,
        "agent/given-on": _TICKET,
        "agent/reminder": _needs("agent_name"),
        "agent/late": _needs("number", "waiting_since", "promise"),
        "agent/later": _needs("priority", "target_span", "real_span", "share", "count", "people_waiting", "overdue"),
        "agent/digest": _needs("tickets"),
        "agent/bundle": _needs("tickets", "count"),
        "agent/receipt": _needs("done"),
        "agent/found": _needs("agent_name"),
        "agent/help": _needs("agent_name"),
        "agent/person": _needs("from_address"),
        "agent/held": _needs("number"),
        "agent/returned": _needs("mistake"),
        "agent/confirm": _needs("reason"),
        "agent/away-back": _needs("agent_name"),
        "admin/trouble": _needs("mistake"),
        "admin/ledger": _needs("lines"),
        "admin/template-broken": _needs("file", "line", "mistake"),
        "admin/set-aside": _needs("number", "reason", "command"),
    }
)
"""Template → facts that a decision must hand over. Others may be handed over, and help."""

TELLS_A_PROMISE = frozenset(each for each, needs in REQUIRED_VALUES.items() if "promise" in needs and "/" not in each)
"""Templates for customers that must say by when we answer."""


def template_names() -> tuple[str, ...]:
    """All names of the built-in set, customers' first."""
    return tuple(REQUIRED_VALUES)
