"""From the bodies of a mail to the three texts of a letter: ``text``, ``new_text``, ``signature``.

The plain text is what a person reads, if there is one that says something; HTML is rendered where there is none, or
where the plain part is only a stub ("please use a mail program that shows HTML").
"""

from __future__ import annotations

import re
from typing import NamedTuple

from maildesk.mail.limits import Known, Limits
from maildesk.mail.marks import has_marks, without_marks
from maildesk.mail.quote import cut_quotes
from maildesk.mail.render import plain, render
from maildesk.mail.signature import cut_signature

# What the mail programs of 20 languages put before the subject of a forwarded mail. "I:" is Italian, "TR:" French and
# Turkish, "ENC:" Brazilian, "RV:" Spanish, "WG:" German, "VS:" Finnish, "VB:" Swedish, "PD:" Polish. "[Fwd: …]" is
# SquirrelMail's; a tag in brackets before it ("[EXTERN] WG:") is a server's.
_FORWARD = re.compile(
    (
        r"\s*(?:\[[^\[\]:]{1,20}\]\s*)?\[?(?:fwd?|wg|tr|rv|enc|doorst|vs|vb|pd|i|videres|továbbítás|转发|轉寄|転送|전달|пересл|λ|προωθ|ilt|"
        r"yml)\s*[:：]"
    ),
    re.IGNORECASE,
)
_STUB = 200
_STUB_HTML = 2_000


def is_forwards_subject(subject: str) -> bool:
    """Whether a subject says that its mail forwards another; "VS:" and "VB:" stand on replies too."""
    return bool(_FORWARD.match(subject))


def forwarded_subject(subject: str) -> str:
    """The subject without what says that its mail forwards another: what a block without a subject goes by."""
    bare = _FORWARD.sub("", subject, count=1).strip()
    return bare[:-1] if bare != subject.strip() and bare.endswith("]") and "[" not in bare else bare


class Texts(NamedTuple):
    """See ``Letter``. ``problem`` is set where the text was too long to look for quotes in."""

    text: str
    new_text: str
    signature: str
    problem: str | None


def texts(readable: list[str], html: list[str], subject: str, sender_name: str, known: Known, limits: Limits) -> Texts:
    """The texts of a letter."""
    marked = _marked(readable, html, limits)
    text = plain(marked) if has_marks(marked) else marked.strip("\n")
    lines = marked.split("\n")
    if len(lines) > limits.quote_lines:
        return Texts(text, text, "", f"The text has {len(lines)} lines; quotes were not looked for.")
    reply = cut_quotes(lines, forwards=is_forwards_subject(subject), known=known.texts)
    new, signature = cut_signature(reply.new, sender_name)
    return Texts(text, _joined(new), _joined(signature), None)


def _marked(readable: list[str], html: list[str], limits: Limits) -> str:
    text = "\n".join(part.strip("\n") for part in readable if part.strip())
    source = "\n".join(html)[: limits.html_length]
    if len(text) > _STUB or not source or (text and len(source) < _STUB_HTML):
        return _unmarked_source(text)
    rendered = render(_unmarked_source(source))
    return rendered if len(rendered) > 3 * len(text) else _unmarked_source(text)


def _unmarked_source(text: str) -> str:
    """A sender who writes our private marks writes nothing."""
    return without_marks(text) if has_marks(text) else text


def _joined(lines: list[str]) -> str:
    text = "\n".join(lines)
    return (plain(text) if has_marks(text) else _FOLDED_BLANKS.sub("\n\n", _TRAILING.sub("\n", text + "\n"))).strip(
        "\n"
    )


_TRAILING = re.compile(r"[ \t\u00a0]{1,200}\n")
_FOLDED_BLANKS = re.compile(r"\n{4,}")
