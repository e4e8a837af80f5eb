"""One way to end a line. SMTP knows only CRLF (RFC 5321, 2.3.8); a lone CR or LF becomes one.

What ends the mail was decided before, on CRLF "." CRLF alone, so nothing that a sender hides behind lone CRs and LFs
can become a second mail here ("SMTP smuggling", 2023); and because the bytes that we file have no lone ones left,
nothing that reads them later can be fooled either. The price: a DKIM signature over lone LFs no longer verifies in the
stored copy. We never verify the stored copy; the relay's Authentication-Results count.
"""

from __future__ import annotations


def with_crlf(raw: bytes) -> bytes:
    """The mail with every line ending in CRLF. Returns ``raw`` itself where nothing is to be done (the usual case)."""
    pairs = raw.count(b"\r\n")
    if raw.count(b"\n") == pairs == raw.count(b"\r"):
        return raw
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
