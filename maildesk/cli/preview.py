"""``maildesk templates preview``: sample mails on a live page, as files, or mailed to somebody who wants to see them.

Without a config an example desk stands in; with one its desks, people and hours. The config is read once: start the
preview again after a change of it. Templates are looked at all the time.

``--send`` hands the mails to the relay, or writes them to the Maildir, at once and past the outbox: nothing is stored.
Each says in its subject that it is a sample, carries no address that takes replies into a ticket, and a Message-ID of
its own. Can go wrong: a name that no template has (64), a folder that holds something else (73), a port that is taken
(69), a relay that refuses (65) or does not answer (75).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import click

from maildesk.app import random_id
from maildesk.cli.preview_server import Server
from maildesk.config import Settings
from maildesk.daemon.deliver import Way as Out
from maildesk.daemon.deliver import way_of
from maildesk.errors import Refusal, Trouble
from maildesk.mail.letter import fold_address
from maildesk.outbox.answers import Verdict
from maildesk.outbox.transport import Parcel
from maildesk.replies import mime
from maildesk.replies.checking import review
from maildesk.replies.findings import Finding
from maildesk.replies.placeholders import template_names
from maildesk.replies.preview.mails import Samples, Shown, Way
from maildesk.replies.preview.pages import Pages
from maildesk.replies.preview.samples import Sample, example_site
from maildesk.replies.preview.watching import Watch
from maildesk.replies.recipients import checked_address
from maildesk.replies.templates import Templates

EX_UNAVAILABLE, EX_CANTCREAT = 69, 73
MOST_SENT = 100
"""Mails that one command sends; a slip of the keyboard shall not fill a mailbox."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be shown: of which templates and site, and which of them (empty: all)."""

    templates: Templates
    settings: Settings | None
    names: tuple[str, ...]
    languages: tuple[str, ...]

    def samples(self) -> Samples:
        """The samples of the config's site, or of an example."""
        return Samples(self.templates, self.settings.site if self.settings else example_site(), random_id)

    @property
    def desks(self) -> tuple[str, ...]:
        return tuple(desk.address for desk in self.settings.site.desks) if self.settings else ()

    def judge(self) -> None:
        """Raises ``UsageError`` for a template or language that is not there."""
        ways = self.samples().ways()
        languages = dict.fromkeys(each for way in ways for each in (way.language, way.spoken))
        for kind, wanted, there in (
            ("template", self.names, self._names(ways)),
            ("language", self.languages, tuple(languages)),
        ):
            for each in wanted:
                if each not in there:
                    raise click.UsageError(f"There is no {kind} {each}; take one of: {', '.join(there)}.")


    def _names(self, ways: Iterable[Way]) -> tuple[str, ...]:
        """All templates, whatever a language lacks, and the canned answers."""
        samples = self.samples()
        return tuple(dict.fromkeys((*template_names(), *(each for way in ways for each in samples.names(way)))))


def serve(chosen: Chosen, port: int) -> None:
    """The live page, until Ctrl-C."""
    watch = Watch(chosen.templates, chosen.desks)
    pages = Pages(chosen.samples(), watch.judge, chosen.names, chosen.languages)
    try:
        server = Server(pages, watch, port)
    except OSError as error:
        click.echo(f"Port {port} cannot be used ({error.strerror}); choose another with --port.", err=True)
        raise click.exceptions.Exit(EX_UNAVAILABLE) from None
    click.echo(f"The preview is at {server.address} and follows your edits. Stop it with Ctrl-C.")
    sys.stdout.flush()
    watch.start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("The preview has ended.")
    finally:
        watch.stop()
        server.server_close()


def write(chosen: Chosen, folder: Path) -> None:
    """All pages as files. Pages of an earlier preview are written anew; a folder of anything else is left alone."""
    first = folder / "index.html"
    ours = first.is_file() and "maildesk preview" in first.read_text(encoding="utf-8", errors="replace")
    if folder.is_dir() and any(folder.iterdir()) and not ours:
        click.echo(f"{folder} holds other files; name a new or empty folder.", err=True)
        raise click.exceptions.Exit(EX_CANTCREAT)
    languages = tuple(dict.fromkeys(each.partition("/")[0] for each in chosen.languages))
    found: list[Finding] = review(chosen.templates, chosen.desks, languages=languages)
    pages = Pages(
        chosen.samples(),
        lambda language, files: ([each for each in found if each.file in files], True),
        chosen.names,
        chosen.languages,
    )
    count = 0
    for path in pages.paths():
        page = pages.page(path)
        if page is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(page.html, encoding="utf-8")
            count += 1
    click.echo(f"{count} pages are in {folder}. Open {first} in a browser.")


def send(chosen: Chosen, address: str, wanted: Sequence[str]) -> None:
    """Mails the chosen samples. Raises ``UsageError``, ``Refusal`` and ``Trouble``."""
    if chosen.settings is None:
        raise click.UsageError("--send needs a config that says how mail goes out: maildesk --config FILE templates …")
    to = checked_address(fold_address(address))
    samples = chosen.samples()
    mails = list(_wanted(chosen, samples, wanted))
    if not mails:
        raise click.UsageError(f"No sample is called {', '.join(wanted)}; the preview page names them.")
    if len(mails) > MOST_SENT:
        sentence = (
            f"That would be {len(mails)} mails. Choose with --only, --language and --sample, {MOST_SENT} at most."
        )
        raise click.UsageError(sentence)
    try:
        out = way_of(chosen.settings.outgoing)
    except ValueError as error:
        raise Trouble(str(error)) from None
    try:
        for way, name, sample in mails:
            _hand_over(out, to, way, name, samples.shown(way, name, sample, to))
    finally:
        out.transport.close()
    click.echo(f"{len(mails)} sample{'' if len(mails) == 1 else 's'} for {to} went to {out.name}.")


def _wanted(chosen: Chosen, samples: Samples, wanted: Sequence[str]) -> Iterator[tuple[Way, str, Sample]]:
    for way, name in Pages(samples, lambda language, files: ((), True), chosen.names, chosen.languages).chosen():
        for sample in samples.samples(way, name):
            if sample.name in wanted or "all" in wanted:
                yield way, name, sample


def _hand_over(out: Out, to: str, way: Way, name: str, shown: Shown) -> None:
    if shown.outgoing is None:
        raise Refusal(f"{way.spoken} {name} cannot be made: {shown.trouble}")
    mark = f"[Sample: {way.spoken} {name}, {shown.sample.name}]"
    raw = as_sample(shown.outgoing.raw, f"{mark} {shown.subject}", datetime.now(UTC))
    parcel = Parcel(checked_address(way.desk.address), to, shown.outgoing.message_id, raw)
    answer = out.transport.send(parcel, lambda: True)
    if answer.verdict is Verdict.REFUSED:
        raise Refusal(f"{name} was refused: {answer.response}")
    if answer.verdict is not Verdict.TAKEN:
        raise Trouble(f"{name} could not be handed over: {answer.response}")


_BETWEEN_HEADERS = re.compile(rb"\r\n(?![ \t])")
_REPLACED = frozenset({b"subject", b"reply-to", b"date", b"auto-submitted", b"importance"})


def as_sample(raw: bytes, subject: str, now: datetime) -> bytes:
    """The same mail as a sample: its subject says so, it is dated now, and no reply goes into a ticket."""
    head, _, body = raw.partition(b"\r\n\r\n")
    kept = [each for each in _BETWEEN_HEADERS.split(head) if each.partition(b":")[0].lower() not in _REPLACED]
    fresh = [
        ("Subject", mime.words(subject, mime.LINE - len("Subject: "))),
        ("Date", format_datetime(now)),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834, 5: no robot answers a sample
    ]
    return b"\r\n".join(kept) + b"\r\n" + mime.header_bytes(fresh) + b"\r\n" + body
