"""maildesk in the form that the scorers call: octets or text in, their record out. Loaded by the scorers only."""

from __future__ import annotations

from typing import Any

from maildesk.cli.inspect import as_dict
from maildesk.mail.parsing import parse


def read(raw: bytes) -> dict[str, Any]:
    """A mail as ``maildesk inspect --json`` shows it, in the words of the scorers."""
    from with_maildesk import answer  # beside the scorers

    found: dict[str, Any] = answer(as_dict(parse(raw)))
    return found


def reply(text: str, kind: str) -> dict[str, Any]:
    """A bare reply text, dressed as the mail that it was cut from."""
    from with_maildesk import as_mail

    return read(as_mail({"input": text, "format": kind}))
