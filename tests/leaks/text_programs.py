"""Programs that write text: each a function from a ``Reply`` to the octets of a mail."""

from __future__ import annotations

from tests.leaks import phrases
from tests.leaks.drafts import as_text
from tests.leaks.writing import Reply, answered, flowed_away, mail, mixed, own_text, part, quoted, signature_text, typed


def _plain(reply: Reply, body: str, **more: str) -> bytes:
    return mail(reply, mixed(part("plain", body + "\n", **more), reply.files))


def mutt(reply: Reply) -> bytes:
    """mutt, neomutt: all below each other, signature at the end, quote in between."""
    above, below = own_text(reply.draft, "* "), as_text(reply.draft.below)
    body = typed(above, reply.attribution(phrases.THUNDERBIRD) + "\n" + quoted(reply.notice, reply.draft), below)
    return _plain(reply, typed(body, signature_text(reply.draft)), encoding="8bit")


def alpine(reply: Reply) -> bytes:
    """alpine: the signature stands above the quote, without a delimiter."""
    own = typed(own_text(reply.draft), signature_text(reply.draft, ""))
    quote = f"On Mon, 23 Nov 2026, {reply.name} wrote:\n\n{quoted(reply.notice, reply.draft)}"
    return _plain(reply, typed(own, quote, as_text(reply.draft.below)))


def k9(reply: Reply) -> bytes:
    """K-9 Mail, Thunderbird for Android: text, wrapped quote."""
    own = typed(own_text(reply.draft), signature_text(reply.draft), reply.phone(2))
    return _plain(
        reply,
        typed(
            own,
            reply.attribution(phrases.GMAIL) + "\n" + quoted(reply.notice, reply.draft, ">"),
            as_text(reply.draft.below),
        ),
    )


def wrapped(reply: Reply) -> bytes:
    """A gateway breaks the quoted lines, and their ends lose the mark."""
    own = typed(own_text(reply.draft), signature_text(reply.draft))
    quote = flowed_away(quoted(reply.notice, reply.draft), 60)
    return _plain(reply, typed(own, reply.attribution(phrases.THUNDERBIRD) + "\n" + quote, as_text(reply.draft.below)))


def outlook_text(reply: Reply) -> bytes:
    """Outlook in text format: header lines, no marks."""
    own = typed(own_text(reply.draft, "*\t"), signature_text(reply.draft, ""))
    return _plain(
        reply, typed(own, "\n".join([reply.original, *reply.block()]), answered(reply), as_text(reply.draft.below))
    )


def phone_text(reply: Reply) -> bytes:
    """A telephone's program: "-------- Original Message --------" and the text as it was."""
    own = typed(own_text(reply.draft), reply.phone(2))
    head = "\n".join(["-------- " + reply.original.strip("-") + " --------", *reply.block()[:1], *reply.block()[3:]])
    return _plain(reply, typed(own, head, answered(reply), as_text(reply.draft.below)))


def bare(reply: Reply) -> bytes:
    """A quote without any mark: only our own marker line is left to see it by."""
    return _plain(reply, typed(own_text(reply.draft), answered(reply), as_text(reply.draft.below)))


def notes(reply: Reply) -> bytes:
    """Lotus Notes: one line with the sender and the moment between dashes."""
    own = typed(own_text(reply.draft), signature_text(reply.draft, ""))
    head = f"{reply.name} ---23.11.2026 09:40:00---{reply.notice.subject}"
    sender = f"From:\t{reply.name} <{reply.address}>\nTo:\tAnna Schmidt <anna@example.com>"
    block = f"{sender}\nDate:\t23.11.2026 09:40\nSubject:\t{reply.notice.subject}"
    return _plain(reply, typed(own, head, block, answered(reply), as_text(reply.draft.below)), charset="utf-8")
