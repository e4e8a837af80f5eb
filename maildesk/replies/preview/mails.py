"""Sample mails, composed by the very code that composes a desk's mails: what is shown is what would leave.

A ``Way`` is how a language speaks to people at one desk: "de" and "de/informal". ``shown`` composes one sample whole,
headers and all, and reads text, HTML and subject out of the bytes again.

Guarantees: addresses are signed with a key that no desk knows, and nothing is sent or stored. A broken template gives
its fault and, in its place, what customers would get: the last version that this process saw good, or the layer below.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from maildesk.desk.actions import Mail, Outgoing, Value
from maildesk.desk.senders.addresses import Keys
from maildesk.desk.words import Audience, Desk, Site, Trust
from maildesk.errors import Refusal
from maildesk.mail.letter import Mailbox
from maildesk.replies.canned import CANNED, filled
from maildesk.replies.composing import Context, compose
from maildesk.replies.placeholders import template_names
from maildesk.replies.preview import bodies
from maildesk.replies.preview.samples import LONG_NAME, OF_CANNED, Sample, Stage, samples_for
from maildesk.replies.reloading import Problem
from maildesk.replies.rendering import RenderingFault
from maildesk.replies.samples import NOW, is_for_customers
from maildesk.replies.templates import INFORMAL, Templates
from maildesk.replies.wording import Reader, zone_named

CUSTOMER = Mailbox("Maria Muster", "maria@example.org")
_KEY = ("preview", b"a key that no desk ever signs by")
_KEYS = Keys(_KEY, dict([_KEY]))


@dataclass(frozen=True, slots=True)
class Way:
    """A desk, a language, and whether it is informal there. ``spoken`` is "de" or "de/informal"."""

    desk: Desk
    language: str
    spoken: str

    @property
    def informal(self) -> bool:
        return self.spoken.endswith(f"/{INFORMAL}")


@dataclass(frozen=True, slots=True)
class Shown:
    """One sample mail. Where it could not be made, ``trouble`` says why and all else is ""."""

    sample: Sample
    sender: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    trouble: str = ""
    outgoing: Outgoing | None = None


class Samples:
    """All sample mails of a site's templates. Threads take turns."""

    def __init__(self, templates: Templates, site: Site, new_id: Callable[[], str] = lambda: "a-sample") -> None:
        """``new_id``: the random part of a Message-ID, for samples that are sent."""
        self.templates = templates
        self.site = site
        self._new_id = new_id

    def ways(self) -> tuple[Way, ...]:
        """Every desk with every language of it, and each way that the language addresses people."""
        return tuple(way for desk in self.site.desks for way in self._ways(desk))

    def _ways(self, desk: Desk) -> Iterator[Way]:
        for language in self.templates.folders():
            formal, informal = language, self.templates.spoken(language, formal=False)
            for spoken in dict.fromkeys((formal, informal)):
                yield Way(desk, language, spoken)

    def names(self, way: Way) -> tuple[str, ...]:
        """The templates to show; agents and admins are always addressed in one way."""
        templates = tuple(name for name in template_names() if is_for_customers(name) or not way.informal)
        answers = self.templates.canned.all(way.spoken, way.desk.address)
        return (*templates, *(f"{CANNED}/{each.name}" for each in answers))

    def samples(self, way: Way, name: str) -> tuple[Sample, ...]:
        """The samples that show this template from every side; none where the language lacks it."""
        if name.startswith(f"{CANNED}/"):
            return OF_CANNED
        try:
            return samples_for(name, self.templates.find(way.spoken, name, way.desk.address).uses)
        except (LookupError, ValueError):
            return ()

    def shown(self, way: Way, name: str, sample: Sample, to: str = "") -> Shown:
        """One mail, to the sample's customer or agent, or ``to`` this address. Raises no fault of a template."""
        desk, body = replace(way.desk, formal=not way.informal), None
        stage = Stage(self.site, way.desk)
        if name.startswith(f"{CANNED}/"):
            body, lacking = self._canned(way, name.partition("/")[2], sample.facts("received", stage))
            if lacking:
                said = f"This says {', '.join(lacking)}, and nobody knows it: the agent gets the mail back."
                return Shown(sample, trouble=said)
            name = "reply"
        now = sample.moment(name, stage)
        sites = replace(self.site, desks=tuple(desk if each is way.desk else each for each in self.site.desks))
        context = Context(sites, desk, _KEYS, self.templates, now, self._new_id)
        try:
            outgoing = compose(_mail(way, name, sample, stage, now, to, body), context)[0]
        except (LookupError, ValueError, RenderingFault, Refusal) as error:
            return Shown(sample, trouble=str(error))
        return _read(sample, outgoing)

    def _canned(self, way: Way, name: str, facts: Mapping[str, object]) -> tuple[str, tuple[str, ...]]:
        """The canned answer as it is put into an answer, and what it says that nobody knows."""
        desk = way.desk
        found = next(each for each in self.templates.canned.all(way.spoken, desk.address) if each.name == name)
        constants = {"desk_name": desk.name, "desk_address": desk.address, "formal": not way.informal}
        words = self.templates.words(way.spoken, desk.address)
        return filled(found.canned, facts, Reader(words, NOW, zone_named(desk.time_zone), constants=constants))

    def files(self, way: Way, name: str) -> tuple[Path, ...]:
        """The file in use, and those above it that are there but broken."""
        file = f"{name}.md"
        found = [folder / file for folder in self.templates.layers(way.spoken, way.desk.address)]
        there = [each for each in found if each.is_file()]
        try:
            used, _ = self.templates.text(way.spoken, name, way.desk.address)
        except LookupError:
            return tuple(there)
        return tuple(there[: there.index(used) + 1]) if used in there else (used,)

    def parts(self, way: Way, name: str) -> tuple[Path, ...]:
        """The files of the parts that the template is made of, and of its language's words."""
        try:
            found = self.templates.find(way.spoken, name, way.desk.address)
        except (LookupError, ValueError):
            return ()
        words = [folder / "words.toml" for folder in self.templates.layers(way.spoken, way.desk.address)]
        return (*(path for path, _ in found.parts.values()), *(each for each in words if each.is_file()))

    def problems(self, way: Way, name: str) -> tuple[Problem, ...]:
        """What keeps the newest version of a file of this mail from being used."""
        mine = {*self.files(way, name), *self.parts(way, name)}
        folders = self.templates.layers(way.spoken, way.desk.address)
        above = {folder / "parts" for folder in folders}
        return tuple(each for each in self.templates.problems() if each.file in mine or each.file.parent in above)


def _mail(
    way: Way, name: str, sample: Sample, stage: Stage, now: datetime, to: str, body: str | None = None
) -> Mail:
    customers = is_for_customers(name)
    audience = Audience.CUSTOMER if customers else Audience.ADMIN if name.startswith("admin/") else Audience.AGENT
    facts = sample.facts(name, stage)
    facts |= {each: said for each, said in bodies.facts(way.language).items() if facts.get(each)}
    person = CUSTOMER if customers else Mailbox(str(facts.get("agent_name") or ""), f"agent@{_domain(way.desk)}")
    person = replace(person, name=LONG_NAME) if customers and sample.name == "long" else person
    says = bodies.answer(way.language) if name == "reply" else bodies.question(way.language)
    earlier: Mapping[str, Value] = {
        "who": str(facts.get("assignee") or way.desk.name),
        "at": now,
        "text": bodies.answer(way.language),
    }
    return Mail(
        key="preview",
        template=name,
        audience=audience,
        desk=way.desk.address,
        to=(replace(person, address=to) if to else person,),
        language=way.language,
        automatic=customers and name != "reply",
        ticket=int(facts.get("number") or 1042),
        values={**facts, "earlier": () if sample.fewest else (earlier,), "their_text": bodies.answer(way.language)},
        body=body if body is not None else "" if sample.fewest and name != "reply" else says,
        sender_name=str(facts["agent_name"]) if name == "reply" else "",
        recipient_trust=Trust.STRANGER if sample.stranger else Trust.AUTHENTICATED,
    )


def _domain(desk: Desk) -> str:
    return desk.address.rpartition("@")[2]


def _read(sample: Sample, outgoing: Outgoing) -> Shown:
    # The old policy: the new one parses every header anew for each question, which costs more than the mail did.
    parsed = email.message_from_bytes(outgoing.raw, policy=email.policy.compat32)
    parts = {part.get_content_type(): part for part in reversed(list(parsed.walk()))}  # the first of each kind
    text, html = (_body(parts.get(kind)) for kind in ("text/plain", "text/html"))
    return Shown(sample, _header(parsed["From"]), _header(parsed["Subject"]), text, html, "", outgoing)


def _header(value: str) -> str:
    return str(make_header(decode_header(value)))


def _body(part: Message | None) -> str:
    content = part.get_payload(decode=True) if part is not None else b""
    return content.decode().replace("\r\n", "\n") if isinstance(content, bytes) else ""
