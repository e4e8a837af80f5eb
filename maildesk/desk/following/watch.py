"""What admins hear without asking: when most mail seems to come from robots, and when a template is broken.

A false robot is worse than a missed one, because nobody answers it. So the admins are told, once a day for each desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from maildesk.desk.actions import Decision, Mail, Value
from maildesk.desk.mailing.telling_admins import admin_mail
from maildesk.desk.words import Fate, Site

ENOUGH_MAILS = 10
"""Fewer mails in a day say nothing: a desk that got two newsletters is well."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Mails of one desk in the last 24 hours, and how many of them were judged not to be from people."""

    mails: int
    not_people: int


def decide_watch(site: Site, judged: Mapping[str, Judged], now: datetime) -> Decision:
    """The mails to admins about desks where over half of a day's mail was judged not to be from people."""
    enough = {desk: each for desk, each in judged.items() if each.mails >= ENOUGH_MAILS}
    odd = {desk: each for desk, each in enough.items() if each.not_people * 2 > each.mails}
    mails = tuple(_mail(site, admin, desk, each, now) for desk, each in sorted(odd.items()) for admin in site.admins)
    return Decision(Fate.REPORT, f"{len(odd)} desks with more mail of robots than of people", mails=mails)


def _mail(site: Site, admin: str, desk: str, judged: Judged, now: datetime) -> Mail:
    values: dict[str, Value] = {
        "mistake": f"{judged.not_people} of {judged.mails} mails to {desk} in one day seem not to be from people.",
        "remedy": "Look whether people are among them. If so, please report it with the mail's headers.",
        "command": "maildesk arrivals --fate aside",
    }
    return admin_mail(site, admin, "trouble", f"robots:{desk}:{now.date().isoformat()}", values)


@dataclass(frozen=True, slots=True)
class BrokenTemplate:
    """A mistake in a template; the last good version is in use."""

    file: str
    line: int
    sentence: str


def decide_broken(site: Site, broken: Sequence[BrokenTemplate], now: datetime) -> Decision:
    """One mail to each admin for each mistake, once a day while it stands."""
    mails = tuple(_broken(site, admin, each, now) for each in broken for admin in site.admins)
    return Decision(Fate.REPORT, f"{len(broken)} templates are broken", mails=mails)


def _broken(site: Site, admin: str, broken: BrokenTemplate, now: datetime) -> Mail:
    values: dict[str, Value] = {"file": broken.file, "line": str(broken.line), "mistake": broken.sentence}
    key = f"template:{broken.file}:{broken.line}:{now.date().isoformat()}"
    return admin_mail(site, admin, "template-broken", key, values)
