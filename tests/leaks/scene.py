"""Five desks in the middle of their work, and every mail of theirs that an agent may answer.

The same story happens at each desk, in its language: another customer's solved ticket, a customer with somebody in Cc,
a colleague's note and tag, the customer's next mail with a list and a picture, then what Anna asks the desk for, and a
reminder. It is played once in a process. ``what_leaves`` decides a mail on that state and composes what it says,
without writing anything: so thousands of mails can be tried on one state.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path

from maildesk.daemon.stage import VirtualClock
from maildesk.desk.actions import Decision, Mail
from maildesk.desk.words import Arrival, Audience
from maildesk.mail.quote import is_marker
from maildesk.store.arrivals import NewArrival
from tests.leaks.stories import STORIES, Story
from tests.worlds.house import House
from tests.worlds.post import Out, fill

HERE = Path(__file__).parent
START = datetime.fromisoformat("2026-11-23T09:00:00+01:00")
ANNA = "anna@example.com"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQAAAADsdIMmAAAADElEQVR4nGPYyoACAS1QBanRuaEoAAAAAElFTkSuQmCC"


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail of ours that Anna answers, and what of it no customer may see."""

    language: str
    template: str
    raw: bytes
    text: str
    html: str
    subject: str
    sender: str
    reply_to: str
    message_id: str
    references: str
    date: str
    at: datetime
    story: Story

    @property
    def is_carlas(self) -> bool:
        """Whether it tells of the ticket that the story is about, and not of the other customer's."""
        return self.story.subject in self.subject and self.story.others_subject not in self.subject

    @property
    def shown(self) -> str:
        """What stands above our marker: the customer's own words, where there is a marker."""
        lines = self.text.splitlines()
        return "\n".join(lines[: self._marker])

    @property
    def panel(self) -> list[str]:
        """The lines from our marker on."""
        return self.text.splitlines()[self._marker :]

    @property
    def _marker(self) -> int:
        lines = self.text.splitlines()
        return next((number for number, line in enumerate(lines) if is_marker(line)), 0)


@dataclass(frozen=True, slots=True)
class Left:
    """What one mail of Anna's made: the decision, and each mail with its bytes."""

    decision: Decision
    mails: tuple[tuple[Mail, tuple[tuple[str, bytes], ...]], ...]

    @property
    def answers(self) -> list[bytes]:
        """The mails to customers that leave without anybody being asked."""
        return [raw for mail, made in self.mails if not mail.held for to, raw in made if _is_outside(mail)]

    @property
    def held(self) -> list[bytes]:
        """The mails to customers that wait for Anna's word."""
        return [raw for mail, made in self.mails if mail.held for to, raw in made if _is_outside(mail)]

    @property
    def inside(self) -> list[tuple[str, bytes]]:
        """The mails to the team, by template."""
        return [(mail.template, raw) for mail, made in self.mails for _, raw in made if not _is_outside(mail)]

    @property
    def asks(self) -> bool:
        """Whether Anna is asked, or has her mail back."""
        return any(template in ("agent/held", "agent/returned") for template, _ in self.inside)


def _is_outside(mail: Mail) -> bool:
    return mail.audience is Audience.CUSTOMER


@lru_cache(maxsize=1)
def house() -> House:
    """The desks, played to the end of the story."""
    with tempfile.TemporaryDirectory() as home:
        made = House(HERE / "site.toml", Path(home), VirtualClock(START))
    for story in STORIES.values():
        for mail in _mails(story):
            _take(made, fill(mail.encode(), made.sent, made.clock.now))
            _run(made, timedelta(minutes=4))
    _run(made, timedelta(hours=6))
    return made


@lru_cache(maxsize=1)
def notices() -> tuple[Notice, ...]:
    """Every mail to Anna with a signed address, the newest of each kind and language."""
    found: dict[tuple[str, str, str], Notice] = {}
    for out in house().sent:
        if out.recipient == ANNA:
            notice = _notice(out)
            found[notice.language, notice.template, re.sub(r"\W|re|\d", "", notice.subject.casefold())] = notice
    return tuple(found.values())


def signed_addresses() -> frozenset[str]:
    """Every address with a token that any mail so far named."""
    named = (found for out in house().sent for found in _SIGNED.findall(out.raw.decode("utf-8", "replace")))
    return frozenset(named)


_SIGNED = re.compile(r"[\w.]+[+][a-z2-7]{40}@[\w.]+")


def what_leaves(raw: bytes) -> Left:
    """What Anna's mail would make now. Nothing is written."""
    desk = house()
    sender, recipients = ANNA, tuple(_SIGNED.findall(raw[:3000].decode("ascii", "replace"))[:1])
    now = desk.clock.now
    raw = _VERDICT + raw
    arrival = Arrival(10_000, "smtp", sender, recipients, raw, now, authserv_id="mx.example.com")
    deciding = desk.stage._process._decide  # what the role does before it writes: nothing public stops there
    decided = deciding([(arrival, desk.app.reader.read(arrival))], now)[0]
    made = [
        (each.mail, tuple((one.recipient, one.head + one.body) for one in each.outgoing)) for each in decided.composed
    ]
    return Left(decided.decision, tuple(made))


_VERDICT = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\r\n"


def _notice(out: Out) -> Notice:
    mail = out.message
    reply_to = parseaddr(str(mail["Reply-To"] or ""))[1]
    sender = str(mail["From"])
    page = mail.get_body(("html",))
    story = next(each for each in STORIES.values() if parseaddr(sender)[1] == each.desk)
    return Notice(
        story.language, out.template.removeprefix("agent/"), out.raw, out.text,
        str(page.get_content()).replace("\r\n", "\n") if page is not None else "",
        str(mail["Subject"]), sender, reply_to, str(mail["Message-ID"]), str(mail["References"] or ""),
        str(mail["Date"]), out.at, story,
    )  # fmt: skip


def _take(made: House, raw: bytes) -> None:
    mail = raw.decode()
    sender = parseaddr(re.search(r"(?m)^From: (.*?)\r$", mail)[1])[1]  # type: ignore[index]  # every mail has one
    to = parseaddr(re.search(r"(?m)^To: (.*?)\r$", mail)[1])[1]  # type: ignore[index]  # every mail has one
    made.take(NewArrival("smtp", sender, (to,), raw, made.clock.now, authserv_id="mx.example.com"))
    made.newly_sent()


def _run(made: House, how_long: timedelta) -> None:
    for _ in made.stage.run_until(made.clock.now + how_long):
        made.newly_sent()


def _mail(sender: str, to: str, subject: str, body: str, *more: str, kind: str = "text/plain; charset=utf-8") -> str:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    number = next(_COUNT)
    return "\n".join(
        [
            f"Authentication-Results: mx.example.com; dmarc=pass header.from={domain}",
            f"From: {sender}", f"To: {to}", f"Subject: {subject}", "Date: {date}", f"Message-ID: <s{number}@{domain}>",
            *more, "MIME-Version: 1.0", f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit", "", body, "",
        ]
    )  # fmt: skip


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_COUNT = _numbers()


def _reply(person: str, sender: str, body: str, *more: str, kind: str = "text/plain; charset=utf-8") -> str:
    threading = (
        f"In-Reply-To: {{message_id:{person}}}",
        f"References: {{references:{person}}} {{message_id:{person}}}",
    )
    subject = f"Re: {{subject:{person}}}"
    return _mail(sender, f"{{reply_to:{person}}}", subject, body, *threading, *more, kind=kind)


def _mails(story: Story) -> Iterator[str]:
    oskar, carla = f"Oskar Lindqvist <{story.other}>", f"Carla Kunde <{story.customer}>"
    anna, ben = f"Anna Schmidt <{ANNA}>", "Ben Weber <ben@example.com>"
    yield _mail(oskar, story.desk, story.others_subject, story.others_words)
    yield _reply(ANNA, anna, f"{story.others_answer}\n#tag heavy-freight\n#close")
    yield _mail(carla, story.desk, story.old_subject, story.old_words)
    yield _reply(ANNA, anna, f"{story.old_answer}\n#close")
    yield _mail(carla, story.desk, story.subject, story.words, f"Cc: Emil Kunde <{story.copied}>")
    note = f"#note\n{story.note}\n#person note {story.person_note}\n#tag lost-by-us\n#assign Anna"
    yield _reply("ben@example.com", ben, note)
    yield _reply(story.customer, carla, story.next_mail(PICTURE), f"Cc: Emil Kunde <{story.copied}>",
                 kind='multipart/mixed; boundary="outer"')  # fmt: skip
    yield _reply(f"{ANNA}/new-message", anna, "#priority high")
    for word in ("#show", "#person", "#history", "#help"):
        yield _reply(f"{ANNA}/new-message", anna, word)
    yield _reply(f"{ANNA}/new-message", anna, f"{story.held}\nBen: ben@example.com")
    yield _reply(f"{ANNA}/new-message", anna, "#colse\n" + story.held)
