"""Mailboxes out of ``From``, ``To``, ``Cc`` and their like (RFC 5322, 3.4; RFC 6854 for groups), also broken ones.

A scanner walks the field once and cuts it at commas and semicolons that stand outside of quotes, comments and angle
brackets; each piece is then read on its own, so one broken address costs only itself. Encoded words are decoded after
the cut, never before: a comma inside of one separates nothing, and a quoted address inside of a name is no address.
"""

from __future__ import annotations

import re

from maildesk.mail.headers import decode_words
from maildesk.mail.letter import Mailbox

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,128}@(?:\[[^\]\s]{1,100}\]|[^\s<>()\[\],;:\"@]{1,255})")
_QUOTED_ADDRESS = re.compile(r"\"(?:[^\"\\]|\\.){1,128}\"@[^\s<>()\[\],;:\"@]{1,255}")
_ROUTE = re.compile(r"^(?:@[^,:<>@]{1,255},?)+:")


def mailboxes(field: str) -> tuple[Mailbox, ...]:
    """All mailboxes of an undecoded field value in order; groups are opened, empty ones give nothing."""
    found = (_mailbox(piece) for piece in _pieces(field))
    return tuple(mailbox for mailbox in found if mailbox is not None)


def _pieces(field: str) -> list[str]:
    """Cuts at top-level ``,`` and ``;`` and drops the name of a group."""
    pieces: list[str] = []
    start, quoted, comment, angle = 0, False, 0, False
    skip = -1
    for position, char in enumerate(field):
        if position == skip:
            continue
        if char == "\\" and (quoted or comment):
            skip = position + 1
        elif quoted:
            quoted = char != '"'
        elif char == '"' and not comment:
            quoted = _closes(field, position)
        elif char == "(":
            comment += 1
        elif char == ")":
            comment = max(comment - 1, 0)
        elif comment:
            continue
        elif char == "<":
            angle = True
        elif char == ">":
            angle = False
        elif char == ":" and not angle and _is_group_name(field[start:position]):
            start = position + 1
        elif (char == "," and not angle) or char == ";":
            pieces.append(field[start:position])
            start, angle = position + 1, False
    pieces.append(field[start:])
    return [piece for piece in map(str.strip, pieces) if piece]


def _closes(field: str, position: int) -> bool:
    """A quote opens only where one closes it: a lone one (an inch, a slip) must not swallow all that follows."""
    return field.find('"', position + 1) > 0


def _is_group_name(text: str) -> bool:
    return "@" not in text and bool(text.strip())


def _mailbox(piece: str) -> Mailbox | None:
    """One piece between commas. None where nothing in it can be an address or a name."""
    opening = piece.rfind("<")
    if opening >= 0:
        closing = piece.find(">", opening)
        inner = piece[opening + 1 : closing if closing > 0 else len(piece)]
        name = piece[:opening] if piece[:opening].strip() else piece[closing + 1 :] if closing > 0 else ""
        return _with_name(name, _route_off(inner))
    plain, comment = _comments_off(piece)
    if found := _QUOTED_ADDRESS.search(plain) or _ADDRESS.search(plain.replace(" @ ", "@")):
        rest = plain.replace(found[0], " ").strip(" \t\"'")
        return _with_name(rest or comment, found[0])
    if found := _ADDRESS.search(piece):
        return _with_name(piece.replace(found[0], " "), found[0])
    text = _name(plain or comment)
    return Mailbox("", text) if text and " " not in text else Mailbox(text, "") if text else None


def _with_name(name: str, address: str) -> Mailbox | None:
    plain, comment = _comments_off(name)
    shown = _name(plain) or _name(comment)
    address, _ = _comments_off(decode_words(address))
    if "@" not in address and '"' not in name and _ADDRESS.fullmatch(shown):
        return Mailbox(_name(address), shown)  # <Eva Lind> eva@x.example: the two are swapped
    address = re.sub(r"\s+", "", address) if '"' not in address else address.strip()
    address = address.removeprefix("mailto:").strip("'`<>,;")
    if not address and (found := _ADDRESS.search(shown)):
        shown, address = "", found[0]
    return Mailbox("" if shown.lower() == address.lower() else shown, address) if shown or address else None


def _route_off(inner: str) -> str:
    """RFC 5322, 4.4: ``<@a,@b:c@d>`` is ``c@d``."""
    inner = inner.strip()
    return _ROUTE.sub("", inner) if inner.startswith("@") else inner


def _comments_off(text: str) -> tuple[str, str]:
    """The text without its comments, and the first comment (the old place of the name: ``a@b (Anna)``)."""
    if "(" not in text:
        return text, ""
    plain: list[str] = []
    comment: list[str] = []
    depth, quoted = 0, False
    for char in text:
        if char == '"' and depth == 0:
            quoted = not quoted
        if char == "(" and not quoted:
            depth += 1
            if depth == 1:
                continue
        elif char == ")" and depth and not quoted:
            depth -= 1
            if depth == 0:
                comment.append(" ")
            continue
        (comment if depth else plain).append(char)
    return "".join(plain), "".join(comment).strip()


def _name(text: str) -> str:
    """A phrase as a person reads it: quotes and escapes off, encoded words decoded, spaces single."""
    text = text.strip()
    if '"' in text:
        text = re.sub(r'"((?:[^"\\]|\\.)*)"', lambda found: re.sub(r"\\(.)", r"\1", found[1]), text)
    text = " ".join(decode_words(text).split())
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text.strip('"').strip()
