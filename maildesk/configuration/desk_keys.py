"""The keys of ``[[desk]]``, ``[[agent]]``, ``[[form]]`` and ``[brakes]``; see ``keys`` for how they are used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictStr

from maildesk.configuration import values
from maildesk.configuration.kinds import (
    DEFAULT_PROMISE,
    DEFAULT_SILENCE,
    Address,
    Count,
    Domain,
    FilePath,
    Language,
    LongSpan,
    OneLine,
    OpenDay,
    OpenSpan,
    PriorityName,
    Results,
    Section,
    Share,
    Span,
)
from maildesk.configuration.on_call_keys import OnCallKeys


class FollowUpKeys(Section):
    """When desks act if nobody moves. Shares are of the way to the promise; days are calendar days, moved to hours."""

    remind_assignee_at: Share = Field(default=0.5, description="share of the way to the promise: remind the assignee")
    remind_all_at: Share = Field(default=0.8, description="remind all agents and the lead")
    lapse_margin_share: Share = Field(
        default=0.1, description="the customer hears this share of the target before the promise …"
    )
    lapse_margin: LongSpan = Field(
        default=timedelta(minutes=15), description="… or this long before it, whichever is more"
    )
    renewal_growth: Annotated[float, Field(ge=1, le=10)] = Field(
        default=1.5, description="each new promise is this much longer"
    )
    ask_if_helped_after: LongSpan = Field(default=timedelta(days=3), description="waiting: did this help?")
    announce_closing_after: LongSpan = Field(default=timedelta(days=7), description="waiting: we will close this on …")
    close_after: LongSpan = Field(default=timedelta(days=10), description="waiting: closed")
    pause_news_every: LongSpan = Field(default=timedelta(days=7), description="paused: still waiting for …")
    ask_if_solved_after: LongSpan = Field(default=timedelta(days=1), description="solved: did this solve it?")
    close_solved_after: LongSpan = Field(default=timedelta(days=5), description="solved: closed")
    acknowledge_again_after: Span = Field(
        default=timedelta(minutes=15), description="a later turn is acknowledged after this"
    )
    reopen_within: Span = Field(
        default=timedelta(days=30), description="mail on a closed ticket reopens it this long, by calendar"
    )
    longest_silence: dict[PriorityName, LongSpan] = Field(
        default=DEFAULT_SILENCE,
        description="the most business time that a customer hears nothing while it is our move",
    )
    least_gap: Span = Field(
        default=timedelta(minutes=10), description="between two automatic mails of one ticket to its customer"
    )
    raise_after_mails: Count = Field(default=3, description="that many mails without an answer: one step up; 0: never")
    raise_after_reopenings: Count = Field(default=2, description="reopened that often: one step up; 0: never")
    raise_to: PriorityName = Field(default="high", description="these two raise no further")


class DeskKeys(Section):
    """A desk: one support address with its team, hours, promises and language."""

    name: OneLine = Field(description="shown as the sender", examples=['"Example Support"'])
    address: Address = Field(description="the address customers write to", examples=['"support@example.com"'])
    also: tuple[Address, ...] = Field(
        default=(), description="other addresses of the same desk", examples=['["help@example.com"]']
    )
    language: Language = Field(default="en", description="when the customer's cannot be told")
    formal: StrictBool = Field(default=True, description="Sie, vous, usted, Вы to customers; false: du, tu, tú, ты")
    languages: tuple[Language, ...] = Field(
        default=(), description="answered in; empty: every language with a complete set of templates"
    )
    time_zone: Annotated[str, BeforeValidator(values.time_zone)] = Field(
        description="IANA name: the desk's clock", examples=['"Europe/Berlin"']
    )
    hours: Annotated[tuple[OpenSpan, ...], BeforeValidator(values.hours)] = Field(
        description='days, then spans; "22:00-06:00" runs overnight',
        examples=['["Mon-Thu 09:00-17:30", "Fri 09:00-15:00"]'],
    )
    holidays: Annotated[str, BeforeValidator(values.region)] = Field(
        default="", description="ISO 3166-2", examples=['"DE-BE"']
    )
    closed_days: Annotated[tuple[date, ...], BeforeValidator(values.days)] = Field(
        default=(), description='nobody works: "2026-12-24", or all from "2026-12-24 - 2027-01-01"'
    )
    closures: Annotated[tuple[FilePath, ...], BeforeValidator(values.files)] = Field(
        default=(), description='nobody works: calendar files, such as "config/closures.ics"'
    )
    open_days: Annotated[tuple[OpenDay, ...], BeforeValidator(values.open_days)] = Field(
        default=(), description='worked whatever else holds, such as "2026-12-05 10:00-14:00"'
    )
    promise: dict[PriorityName, LongSpan] = Field(
        default=DEFAULT_PROMISE,
        description="business time until a person answers; low, normal, high, urgent",
        examples=['{ normal = "8h", urgent = "1h" }'],
    )
    next_promise: dict[PriorityName, LongSpan] = Field(
        default={},
        description='the same for a ticket\'s later mails, such as { normal = "4h" }; what is not named: as promise',
    )
    around_the_clock: tuple[PriorityName, ...] = Field(
        default=("urgent",), description="priorities that know no closing time"
    )
    recall_window: Span = Field(
        default=timedelta(minutes=3), description="how long an agent's answer waits before it leaves"
    )
    daily: Annotated[str, BeforeValidator(values.daily)] = Field(
        default="opening", description='when agents get the list of their tickets: "opening", "08:30" or "off"'
    )
    articles: Annotated[int, Field(strict=True, ge=0, le=3)] = Field(
        default=3, description="help articles in a first reply, where some fit; 0: none"
    )
    assign: Literal["everyone", "in-turn", "least-loaded", "skills"] = Field(
        default="everyone", description="who gets a new ticket; or in-turn, least-loaded, skills"
    )
    most_open: Count = Field(default=0, description="an agent with so many open tickets is given no more; 0: no limit")
    skills: dict[OneLine, tuple[OneLine, ...]] = Field(
        default={},
        description='words that ask for a skill, besides its name, such as { billing = ["invoice*", "Rechnung*"] }',
    )
    vip: PriorityName = Field(
        default="high", description='new tickets of customers marked with #person vip have at least this priority'
    )
    ask_same_person: StrictBool = Field(
        default=True, description="ask two addresses, once, whether they are one customer's, where much says so"
    )
    extension: Literal["+", "-", "=", ""] = Field(
        default="+", description='joins the signed token to the local part; "" where the mail server has none'
    )
    arrives_through: tuple[Address, ...] = Field(default=(), description="lists and forwarders in front of this desk")
    authserv_id: StrictStr = Field(default="", description="whose Authentication-Results we believe; also per intake")
    trusted_results: Results = Field(
        default="", description='"topmost" where the server writes no authserv-id (Microsoft 365)'
    )
    on_call: OnCallKeys = Field(default=OnCallKeys(), description="urgent mail outside desk hours")
    follow_up: FollowUpKeys = Field(default=FollowUpKeys(), description="over [follow_up], key by key")


class AgentKeys(Section):
    """A person who answers."""

    name: OneLine = Field(description="customers see it", examples=['"Anna Schmidt"'])
    address: Address = Field(description="customers never see it", examples=['"anna@example.com"'])
    also: tuple[Address, ...] = Field(default=(), description="other From addresses of the same person")
    desks: tuple[Address, ...] = Field(
        default=(), description="empty: every desk", examples=['["support@example.com"]']
    )
    lead: StrictBool = Field(default=False, description="hears of promises in danger", examples=["true"])
    skills: tuple[OneLine, ...] = Field(
        default=(), description='for assign = "skills": what this person knows ("billing")'
    )
    languages: tuple[Language, ...] = Field(
        default=(), description='for assign = "skills": what they answer in ("de"); empty: language, else the desk\'s'
    )
    most_open: Count = Field(
        default=0, description="with so many open tickets they are given no more; 0: as the desk says"
    )
    language: Annotated[str, BeforeValidator(lambda value: values.language(value) if value else "")] = Field(
        default="", description="of the mails to this person; empty: the desk's"
    )
    signs: StrictStr = Field(default="", description='how they sign to customers, as in "Anna"; empty: the name')


class FormKeys(Section):
    """A web form that writes to a desk: its customer is in Reply-To."""

    from_: Address = Field(alias="from", description="the form's From address", examples=['"form@example.com"'])


class TicketBrake(Section):
    """Numbers per hour and per day; what is not named keeps its default."""

    hour: Count = 5
    day: Count = 20


class AddressBrake(Section):
    hour: Count = 10
    day: Count = 20


class StrangerBrake(Section):
    hour: Count = 3


class DomainBrake(Section):
    hour: Count = 100


class SiteBrake(Section):
    hour: Count = 200


class AgentBrake(Section):
    hour: Count = 30


FREEMAIL = (
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "aol.com",
    "proton.me",
    "mail.ru",
    "yandex.ru",
)


class BrakesKeys(Section):
    """Brakes on automatic mail to customers; 0 lifts one."""

    per_ticket: TicketBrake = Field(default=TicketBrake(), description="and address")
    per_address: AddressBrake = Field(default=AddressBrake(), description="whatever the ticket")
    per_stranger: StrangerBrake = Field(default=StrangerBrake(), description="an unauthenticated address")
    strangers_per_domain: DomainBrake = Field(default=DomainBrake(), description="all of one domain")
    strangers_per_site: SiteBrake = Field(default=SiteBrake(), description="all of them")
    to_agents: AgentBrake = Field(default=AgentBrake(), description="beyond: bundled")
    freemail: tuple[Domain, ...] = Field(
        default=FREEMAIL,
        description="no brake per domain for these",
    )
