"""The config file, as typed settings: ``load(path)`` gives ``Settings`` or raises ``ConfigFaults`` with every fault.

Guarantees: what is returned is whole and consistent; a fault has file, line, key and a sentence with the way out, and
all faults are reported at once. Loading touches no file but the config itself and the calendars of closures that it
names, so that it works before the site exists; ``missing_files`` and ``Settings.keys`` look at the rest.

Relative paths (the database's too) start at the folder of the config file, or at its parent if that folder is called
``config``; never at the caller's. Secrets are never in the file: they are in files that it names. The keys, their
types, defaults and meanings stand in ``maildesk.configuration.keys``, from which ``config/maildesk.toml`` is generated.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from maildesk.configuration import agreement
from maildesk.configuration.calendars import closures_of, service_time
from maildesk.configuration.desk_keys import AgentKeys, BrakesKeys, DeskKeys
from maildesk.configuration.follow_up_rules import rules_of
from maildesk.configuration.keys import SiteKeys
from maildesk.configuration.kinds import DEFAULT_PROMISE, Section
from maildesk.configuration.lines import KeyPath
from maildesk.configuration.location import config_path
from maildesk.configuration.mail_keys import ImapSettings, LimitsKeys, OutgoingSettings, SmtpSettings
from maildesk.configuration.need_keys import NeedKeys
from maildesk.configuration.on_call_keys import on_call_of
from maildesk.configuration.reading import Reading, read
from maildesk.configuration.report import ConfigFaults, Fault
from maildesk.configuration.rule_keys import RuleKeys
from maildesk.configuration.secrets import read_keys, read_password
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.site import Need, Rule
from maildesk.desk.words import Agent, Brakes, Desk, FollowUpRules, Priority, Site
from maildesk.mail.limits import DEFAULT_LIMITS, Limits

__all__ = [
    "ConfigFaults",
    "Fault",
    "ImapSettings",
    "OutgoingSettings",
    "Settings",
    "SmtpSettings",
    "config_path",
    "fault_at",
    "load",
    "missing_files",
    "read_password",
]

@dataclass(frozen=True, slots=True)
class Settings:
    """A sound config. Paths are absolute; ``base`` is where relative ones started. ``smtp`` None: nothing listens.

    ``authserv_id`` and ``trusted_results`` hold for intakes without their own section: the pipe.
    """

    path: Path
    base: Path
    database_url: str
    templates: Path
    secret_file: Path
    site: Site
    smtp: SmtpSettings | None
    imap: tuple[ImapSettings, ...]
    outgoing: OutgoingSettings
    limits: Limits
    authserv_id: str = ""
    trusted_results: str = ""

    def keys(self) -> Keys:
        """The signing keys, read from ``secret_file`` now. Raises ``ConfigFaults``."""
        return read_keys(self.secret_file)

    def path_of_database(self) -> Path | None:
        """The SQLite file; None for PostgreSQL and for a database in memory."""
        name = self.database_url.removeprefix("sqlite:///")
        return Path(name) if name != self.database_url else None


def load(path: str | os.PathLike[str]) -> Settings:
    """Read, judge and build. Raises ``ConfigFaults`` with everything that is wrong; any other exception is a bug."""
    reading = read(Path(path))
    if reading.tables or not reading.faults:
        agreement.judge(reading)
    if reading.faults:
        raise ConfigFaults(reading.faults)
    return _settings(reading)


def missing_files(settings: Settings) -> tuple[Fault, ...]:
    """What the config names and this machine does not have, or others can read: passwords, certificates, templates.

    The secret file is not looked at: ``Settings.keys`` does that, and a new site has none yet.
    """
    reading = read(settings.path)
    _passwords(reading, settings)
    named: list[tuple[KeyPath, Path | None]] = [(("outgoing", "ca_file"), settings.outgoing.ca_file)]
    named += [(("imap", index, "ca_file"), imap.ca_file) for index, imap in enumerate(settings.imap)]
    if settings.smtp:
        named += [(("smtp", key), getattr(settings.smtp, key)) for key in ("certificate", "private_key")]
    for key, path in named:
        if path and not os.access(path, os.R_OK):
            reading.fault(key, f"There is no readable file {path}; put it there or correct the path.")
    if "templates" in reading.tables and not settings.templates.is_dir():  # unnamed, the built-in set is enough
        sentence = f"There is no folder {settings.templates}; create it (it may be empty) or correct the path."
        reading.fault(("templates",), sentence)
    return tuple(reading.faults)


def fault_at(settings: Settings, key: KeyPath, sentence: str) -> Fault:
    """A fault of a sound config that only the world shows, with the line of the key that it is about."""
    reading = read(settings.path)
    reading.fault(key, sentence)
    return reading.faults[-1]


def _passwords(reading: Reading, settings: Settings) -> None:
    files: list[tuple[KeyPath, Path]] = [
        (("imap", index, "password_file"), imap.password_file) for index, imap in enumerate(settings.imap)
    ]
    if settings.outgoing.password_file:
        files.append((("outgoing", "password_file"), settings.outgoing.password_file))
    for key, path in files:
        try:
            read_password(path)
        except ConfigFaults as found:
            for fault in found.faults:
                reading.fault(key, f"{fault.file}: {fault.sentence}")


S = TypeVar("S", bound=Section)


def _one(reading: Reading, path: tuple[str, ...], model: type[S]) -> S:
    section = reading.sections[path]
    assert isinstance(section, model)
    return section


def _settings(reading: Reading) -> Settings:
    top = _one(reading, (), SiteKeys)
    smtp = _one(reading, ("smtp",), SmtpSettings)
    outgoing = _one(reading, ("outgoing",), OutgoingSettings)
    limits = _one(reading, ("limits",), LimitsKeys)
    desks: list[DeskKeys] = [section for _, section in reading.all("desk")]
    default = _results(desks)
    return Settings(
        path=Path(os.path.abspath(reading.path)),
        base=reading.base,
        database_url=top.database,
        templates=top.templates,
        secret_file=top.secret_file,
        site=_site(reading, top, desks, outgoing),
        smtp=_with_results(smtp, default) if smtp.listen or smtp.lmtp else None,
        imap=tuple(_with_results(imap, _results_of(imap.desk, desks)) for _, imap in reading.all("imap")),
        outgoing=outgoing,
        limits=replace(DEFAULT_LIMITS, **limits.model_dump()),
        authserv_id=default[0],
        trusted_results=default[1],
    )


def _results(desks: Iterable[DeskKeys]) -> tuple[str, str]:
    """Whose verdicts count where the intake does not say: those of the first desk that does."""
    results = ((desk.authserv_id, desk.trusted_results) for desk in desks)
    return next((each for each in results if any(each)), ("", ""))


def _results_of(address: str, desks: list[DeskKeys]) -> tuple[str, str]:
    return _results([desk for desk in desks if address in (desk.address, *desk.also)] if address else desks)


Intake = TypeVar("Intake", SmtpSettings, ImapSettings)


def _with_results(intake: Intake, default: tuple[str, str]) -> Intake:
    if intake.authserv_id or intake.trusted_results:
        return intake
    return intake.model_copy(update={"authserv_id": default[0], "trusted_results": default[1]})


def _site(reading: Reading, top: SiteKeys, desks: list[DeskKeys], outgoing: OutgoingSettings) -> Site:
    agents = tuple(_agent(section, desks) for _, section in reading.all("agent"))
    rules: list[RuleKeys] = [section for _, section in reading.all("rule")]
    needs: list[NeedKeys] = [section for _, section in reading.all("need")]
    return Site(
        desks=tuple(
            replace(_desk(reading, desk, outgoing), rules=_rules(desk, rules), needs=_needs(desk, needs))
            for desk in desks
        ),
        agents=agents,
        admins=top.admins or tuple(agent.address for agent in agents if agent.lead),
        forms=tuple(form.from_ for _, form in reading.all("form")),
        brakes=_brakes(_one(reading, ("brakes",), BrakesKeys)),
        hold_customer_mail=outgoing.hold,
        null_sender=outgoing.null_sender,
        attachments_limit=outgoing.attachments_limit,
    )


def _desk(reading: Reading, keys: DeskKeys, outgoing: OutgoingSettings) -> Desk:
    normal = keys.promise.get("normal", DEFAULT_PROMISE["normal"])
    return Desk(
        name=keys.name,
        address=keys.address,
        time_zone=keys.time_zone,
        service=service_time(keys, closures_of(reading, keys)),
        also=keys.also,
        language=keys.language,
        formal=keys.formal,
        languages=keys.languages,
        targets={priority.value: keys.promise.get(priority.value, normal) for priority in Priority},
        next_targets=_next_targets(keys, normal),
        around_the_clock=frozenset(keys.around_the_clock),
        recall_window=keys.recall_window,
        daily=keys.daily,
        extension=keys.extension,
        arrives_through=keys.arrives_through,
        reply_domain=outgoing.reply_domain,
        assign=keys.assign,
        most_open=keys.most_open,
        skills=keys.skills,
        vip=keys.vip,
        asks_same_person=keys.ask_same_person,
        articles=keys.articles,
        on_call=on_call_of(keys.on_call, keys.time_zone),
        follow_up=FollowUpRules(**rules_of(reading, keys).model_dump()),
    )


def _rules(desk: DeskKeys, rules: list[RuleKeys]) -> tuple[Rule, ...]:
    """The rules of priority that hold for a desk, numbered as in the file."""
    own = {desk.address, *desk.also}
    return tuple(
        Rule(number, rule.priority, rule.words, rule.from_, rule.to, rule.header)
        for number, rule in enumerate(rules, start=1)
        if not rule.desks or own & set(rule.desks)
    )


def _needs(desk: DeskKeys, needs: list[NeedKeys]) -> tuple[Need, ...]:
    own = {desk.address, *desk.also}
    return tuple(
        Need(need.name, need.ask, need.looks_like, need.attached, need.words, need.about)
        for need in needs
        if not need.desks or own & set(need.desks)
    )


def _next_targets(keys: DeskKeys, normal: timedelta) -> dict[str, timedelta]:
    """The targets of a ticket's later mails: a priority's own, else its own for first mails, else normal's."""
    named = keys.next_promise
    if not named:
        return {}
    others = named.get("normal", normal)
    return {each.value: named.get(each.value) or keys.promise.get(each.value, others) for each in Priority}


def _agent(keys: AgentKeys, desks: list[DeskKeys]) -> Agent:
    """``desks`` of an agent are main addresses: what the file names by ``also`` is resolved, none means all."""
    own = tuple(desk.address for desk in desks if not keys.desks or set(keys.desks) & {desk.address, *desk.also})
    return Agent(
        keys.name, keys.address, keys.also, own, keys.lead, keys.skills, keys.language, keys.signs,
        keys.languages, keys.most_open,
    )  # fmt: skip


def _brakes(keys: BrakesKeys) -> Brakes:
    return Brakes(
        per_ticket_hour=keys.per_ticket.hour,
        per_ticket_day=keys.per_ticket.day,
        per_address_hour=keys.per_address.hour,
        per_address_day=keys.per_address.day,
        per_stranger_hour=keys.per_stranger.hour,
        strangers_per_domain_hour=keys.strangers_per_domain.hour,
        strangers_per_site_hour=keys.strangers_per_site.hour,
        to_agents_hour=keys.to_agents.hour,
        freemail=frozenset(keys.freemail),
    )
