"""Pictures that stand in a mail's HTML itself (``src="data:image/png;base64,…"``, RFC 2397), as parts of the mail.

Some programs write pasted screenshots so. Many readers do not show them, and HTML that is cleaned has no ``data:``
links. Taken out, they are what other programs send: a part with a Content-ID, and a ``cid:`` link where it stood.

Guarantees: total; what cannot be decoded, is no picture (SVG is a document), or is one too many stays as it stands. The
Content-ID is made of the picture, so the same one has the same id. It does not look whether the bytes are a picture.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from dataclasses import replace
from hashlib import sha256
from urllib.parse import unquote

from maildesk.mail.letter import Attachment, Letter

_SOURCE = re.compile(
    r"(?P<before><img\b[^<>]{0,2000}?\ssrc\s*=\s*)(?P<quote>[\"'])\s*data:(?P<kind>image/(?:png|jpe?g|gif|webp|bmp))"
    r"(?:;[\w=-]{1,80}){0,3};base64,(?P<data>[A-Za-z0-9+/=\s%_-]+)(?P=quote)",
    re.IGNORECASE,
)
_MOST = 50
"""Pictures of one mail; a page with more is no letter."""


def with_pictures_out(letter: Letter) -> Letter:
    """The letter with such pictures among its attachments, inline, and ``cid:`` links in its HTML."""
    if "data:image/" not in letter.html.lower():
        return letter
    found: dict[str, Attachment] = {}

    def linked(each: re.Match[str]) -> str:
        picture = _decoded(each["kind"].lower(), each["data"], len(found) + 1)
        if picture is None or len(found) >= _MOST:
            return each[0]
        kept = found.setdefault(picture.sha256, picture)
        return f"{each['before']}{each['quote']}cid:{kept.content_id}{each['quote']}"

    html = _SOURCE.sub(linked, letter.html)
    return replace(letter, html=html, attachments=(*letter.attachments, *found.values()))


def _decoded(kind: str, data: str, number: int) -> Attachment | None:
    try:
        content = b64decode("".join(unquote(data).split()), validate=True)
    except (Error, ValueError):
        return None
    digest = sha256(content).hexdigest()
    ending = kind.partition("/")[2].replace("jpeg", "jpg")
    name = f"picture-{number}.{ending}"
    return Attachment(name, kind, len(content), digest, True, content, f"{digest[:24]}@data") if content else None
