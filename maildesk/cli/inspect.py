"""``maildesk inspect FILE...``: what maildesk understands of a mail, for a person or as JSON lines.

Works without configuration, database or network. One mail after the other in the order given, each printed before the
next is read, so a thousand files need the memory of one. Exit 0 however broken the mail; exit 66 (EX_NOINPUT), after
all others were shown, only where a file could not be read.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from maildesk.mail.letter import Letter, Mailbox

EX_NOINPUT = 66


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per mail and line.")
def inspect(files: tuple[str, ...], as_json: bool) -> None:
    """Show what maildesk understands of each mail in FILES ("-" is standard input)."""
    from maildesk.mail.safely import read

    show = _print_json if as_json else _printer()
    unreadable = False
    for path in files:
        raw = _octets(path)
        if raw is None:
            unreadable = True
            continue
        show(path, read(raw))
    if unreadable:
        raise SystemExit(EX_NOINPUT)


def _octets(path: str) -> bytes | None:
    try:
        with click.open_file(path, "rb") as file:
            return bytes(file.read())
    except OSError as error:
        click.echo(f"{path}: {error.strerror or error}", err=True)
        return None


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _print_json(_path: str, letter: Letter) -> None:
    sys.stdout.write(json.dumps(as_dict(letter), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def as_dict(letter: Letter) -> dict[str, Any]:
    """The keys that docs/design.md promises, and no others."""
    return {
        "message_id": letter.message_id,
        "in_reply_to": letter.in_reply_to[0] if letter.in_reply_to else None,
        "references": list(letter.references),
        "date": letter.date.isoformat() if letter.date else None,
        "from": _people(letter.from_),
        "reply_to": _people(letter.reply_to),
        "to": _people(letter.to),
        "cc": _people(letter.cc),
        "subject": letter.subject,
        "text_plain": letter.text_plain,
        "html": letter.html,
        "text": letter.text,
        "new_text": letter.new_text,
        "signature": letter.signature,
        "language": letter.language,
        "automatic": letter.automatic,
        "reason": letter.reason,
        "bounce": _bounce(letter),
        "attachments": [_chosen(each, "filename content_type size sha256 inline") for each in letter.attachments],
        "problems": list(letter.problems),
    }


def _chosen(value: object, names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names.split()}


def _people(mailboxes: tuple[Mailbox, ...]) -> list[dict[str, str]]:
    return [{"name": each.name, "address": each.address} for each in mailboxes]


def _bounce(letter: Letter) -> dict[str, Any] | None:
    if letter.bounce is None:
        return None
    recipients = [_chosen(each, "address action status diagnostic") for each in letter.bounce.recipients]
    return {"recipients": recipients, "original_message_id": letter.bounce.original_message_id}


# ── for a person ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _printer() -> Any:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    return lambda path, letter: _show(console, path, letter)


def _show(console: Console, path: str, letter: Letter) -> None:
    """Facts as a table, then the new text as a person would read it; what was folded away is named, in grey."""
    from rich.rule import Rule
    from rich.table import Table
    from rich.text import Text

    console.print(Rule(Text(_printable(path)), style="cyan", align="left"))
    table = Table.grid(padding=(0, 2))
    for name, value, style in _facts(letter):
        table.add_row(Text(name, style="bold"), Text(_printable(value), style=style))
    console.print(table)
    console.print()
    console.print(Text(_printable(letter.new_text or "(no text)")))
    for name, folded in (("signature", letter.signature), ("quoted", _folded(letter))):
        if folded:
            console.print(Text(f"[{name}: {folded.count(chr(10)) + 1} lines folded]", style="dim"))
    console.print()


def _facts(letter: Letter) -> Iterator[tuple[str, str, str]]:
    """(label, value, style) of everything that there is to say."""
    for label, people in (("From", letter.from_), ("Reply-To", letter.reply_to), ("To", letter.to), ("Cc", letter.cc)):
        if people:
            yield (
                label,
                ", ".join(f"{each.name} <{each.address}>" if each.name else each.address for each in people),
                "",
            )
    yield "Subject", letter.subject or "(none)", "bold"
    if letter.date:
        yield (
            "Date",
            letter.date.strftime("%A, %d %B %Y, %H:%M %z") + ("" if letter.date_offset_known else " (no zone given)"),
            "",
        )
    if letter.message_id:
        yield "Message-ID", letter.message_id, "dim"
    if letter.in_reply_to or letter.references:
        yield "Answers", " ".join(letter.in_reply_to or letter.references[-1:]), "dim"
    yield (
        "Written by",
        f"{letter.automatic}: {letter.reason}" if letter.automatic else "a person",
        "yellow" if letter.automatic else "green",
    )
    yield "Language", letter.language or "unknown", ""
    for each in letter.bounce.recipients if letter.bounce else ():
        yield "Recipient", " ".join(filter(None, (each.address, each.action, each.status, each.diagnostic))), "yellow"
    for attached in letter.attachments:
        name = attached.filename or "(no name)"
        yield (
            "Attachment",
            f"{name}, {attached.content_type}, {attached.size:,} octets{', inline' if attached.inline else ''}",
            "",
        )
    for problem in letter.problems:
        yield "Problem", problem, "red"


def _folded(letter: Letter) -> str:
    """The lines of the text that are neither new nor signature, roughly: enough to say how many."""
    shown = {line.strip() for line in f"{letter.new_text}\n{letter.signature}".split("\n")}
    return "\n".join(line for line in letter.text.split("\n") if line.strip() and line.strip() not in shown)


def _printable(text: str) -> str:
    """Without what would steer the terminal: a mail's text is the sender's (escape sequences, bidi overrides)."""
    return "".join(
        char if char in "\n\t" or (char.isprintable() and char not in _STEERING) else "\ufffd" for char in text
    )


_STEERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
