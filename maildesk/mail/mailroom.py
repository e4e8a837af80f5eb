"""What every reader of reports needs: the parts of a mail by type, decoded, and its header fields by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from maildesk.mail.charsets import decode
from maildesk.mail.headers import split_head, unfold
from maildesk.mail.limits import Limits
from maildesk.mail.structure import Part
from maildesk.mail.transfer import decode_transfer

_RETURNED = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)


@dataclass
class Mailroom:
    """One mail, laid out for those who sort it. ``fields`` has the first value of each field, name in lower case."""

    fields: dict[str, str]
    root: Part
    text: str
    subject: str
    sender: str
    limits: Limits
    null_sender: bool | None = None
    _decoded: dict[int, str] = field(default_factory=dict)

    @cached_property
    def parts(self) -> list[Part]:
        """All parts in order of appearance."""
        return self.root.walk()

    def part_text(self, part: Part) -> str:
        """A part's content as characters, whatever its type."""
        if id(part) not in self._decoded:
            octets, _ = decode_transfer(part.octets[:200_000], part.fields.get("content-transfer-encoding", ""))
            self._decoded[id(part)] = decode(octets, part.content.parameters.get("charset"))[0].replace("\r\n", "\n")
        return self._decoded[id(part)]

    def of_type(self, *types: str) -> list[Part]:
        """The parts of these content types."""
        return [part for part in self.parts if part.type in types]

    @property
    def report_type(self) -> str:
        """RFC 6522, 3: what a ``multipart/report`` reports; empty for other mail."""
        is_report = self.root.type == "multipart/report"
        return self.root.content.parameters.get("report-type", "").lower() if is_report else ""

    @cached_property
    def returned(self) -> dict[str, str]:
        """Header fields of the mail that came back with a report: name in lower case → value; empty where none did."""
        for part in self.of_type(*_RETURNED):
            octets, _ = decode_transfer(part.octets, part.fields.get("content-transfer-encoding", ""))
            if found := header_fields(octets, self.limits):
                return found
        return {}


def header_fields(octets: bytes, limits: Limits) -> dict[str, str]:
    """The first value of each field at the beginning of ``octets``."""
    octets = octets.lstrip(b"\r\n \t")
    head = split_head(octets, 0, len(octets), limits.header_octets)
    found: dict[str, str] = {}
    for name, value in head.fields:
        found.setdefault(name.lower(), unfold(value, limits.header_value))
    return found
