"""Mail in by LMTP (RFC 2033): SMTP between a mail server and us on one machine, or next to each other.

Differs from SMTP in three ways: the greeting is LHLO; after DATA there is one reply for each recipient that was taken,
in their order; and a mail over the size limit is taken and cut (``maildesk.intake.oversize``), for the server before
us has long accepted it, and a refusal would become a bounce of our making.
"""

from __future__ import annotations

from aiosmtpd.smtp import Envelope

from maildesk.intake.smtp import SmtpSession


class LmtpSession(SmtpSession):
    """One LMTP connection. All recipients get the same answer: the mail is one arrival, committed once."""

    keeps_the_beginning = True

    async def smtp_LHLO(self, hostname: str) -> None:
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        await self.push("500 5.5.1 This is LMTP: say LHLO")

    async def smtp_EHLO(self, hostname: str) -> None:
        await self.smtp_HELO(hostname)

    def _greeting(self) -> list[str]:
        """Without SIZE: a server that compares it would bounce what we are ready to take."""
        return [line for line in super()._greeting() if "SIZE" not in line]

    def _replies(self, envelope: Envelope, reply: str) -> str:
        return "\r\n".join([reply] * len(envelope.rcpt_tos))
