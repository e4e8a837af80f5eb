"""``maildesk inspect FILE...``: what maildesk understands of a mail, for a person or as JSON lines.

Works without configuration, database or network. One mail after the other, in the order given; exit 0 however broken
the mail, exit 66 (EX_NOINPUT) only where a file cannot be read at all, after the others were shown.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from maildesk.mail.letter import Letter, Mailbox


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per mail and line.")
def inspect(files: tuple[str, ...], as_json: bool) -> None:
    """Show what maildesk understands of each mail in FILES ("-" is standard input)."""
    from maildesk.mail.safely import read

    for path in files:
        with click.open_file(path, "rb") as file:
            letter = read(file.read())
        if as_json:
            sys.stdout.write(json.dumps(as_dict(letter), ensure_ascii=False) + "\n")


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
        "attachments": [
            {name: getattr(each, name) for name in ("filename", "content_type", "size", "sha256", "inline")}
            for each in letter.attachments
        ],
        "problems": list(letter.problems),
    }


def _people(mailboxes: tuple[Mailbox, ...]) -> list[dict[str, str]]:
    return [{"name": each.name, "address": each.address} for each in mailboxes]


def _bounce(letter: Letter) -> dict[str, Any] | None:
    if letter.bounce is None:
        return None
    return {
        "recipients": [
            {name: getattr(each, name) for name in ("address", "action", "status", "diagnostic")}
            for each in letter.bounce.recipients
        ],
        "original_message_id": letter.bounce.original_message_id,
    }
