"""Every key of the config file: its type, its default and its meaning, in this one place.

The example config is written from here (``maildesk.configuration.example``), the faults are judged from here, and the
settings that the program uses are built from here. A description is a comment in the example: short, for an admin.
``examples`` is the TOML text that the example shows where the default would say less.

The models are frozen and know no key but their own. They check one table each; what two tables must agree on is judged
in ``maildesk.configuration.agreement``.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from maildesk.configuration.desk_keys import AgentKeys, BrakesKeys, DeskKeys, FollowUpKeys, FormKeys
from maildesk.configuration.kinds import Address, DatabaseUrl, FilePath, Section
from maildesk.configuration.mail_keys import ImapSettings, LimitsKeys, OutgoingSettings, SmtpSettings
from maildesk.configuration.need_keys import NeedKeys
from maildesk.configuration.rule_keys import RuleKeys


class SiteKeys(Section):
    """The keys above all tables."""

    database: DatabaseUrl = Field(
        default="sqlite:///var/maildesk.db", description="or postgresql://user@host/name", validate_default=True
    )
    admins: tuple[Address, ...] = Field(
        default=(),
        description="hear of trouble; empty: the leads; never a desk's own address",
        examples=['["admin@example.com"]'],
    )
    templates: FilePath = Field(
        default=Path("templates"), description="lies over the built-in set", validate_default=True
    )
    secret_file: FilePath = Field(
        default=Path("var/secret"),
        description='lines "<key id> <64 hex digits>": the first signs, all verify; 0600',
        validate_default=True,
    )


TABLES: dict[str, type[Section]] = {
    "desk": DeskKeys,
    "follow_up": FollowUpKeys,
    "agent": AgentKeys,
    "form": FormKeys,
    "rule": RuleKeys,
    "need": NeedKeys,
    "smtp": SmtpSettings,
    "imap": ImapSettings,
    "outgoing": OutgoingSettings,
    "brakes": BrakesKeys,
    "limits": LimitsKeys,
}
ARRAYS = frozenset({"desk", "agent", "form", "imap", "rule", "need"})
