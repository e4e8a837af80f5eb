"""The keys of ``[smtp]``, ``[[imap]]``, ``[outgoing]`` and ``[limits]``; see ``keys`` for how they are used."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from maildesk.configuration import values
from maildesk.configuration.kinds import (
    Domain,
    FilePath,
    Listeners,
    Lmtp,
    LongSpan,
    Octets,
    OptionalPath,
    Results,
    Section,
)
from maildesk.mail.limits import DEFAULT_LIMITS


class SmtpSettings(Section):
    """Mail in by SMTP and LMTP."""

    listen: Listeners = Field(
        default=("127.0.0.1:2525",),
        description='host:port, or a list of them; "" listens nowhere',
        examples=['"127.0.0.1:2525"'],
    )
    lmtp: Lmtp = Field(default="", description="path of a unix socket, or host:port")
    size_limit: Octets = Field(default=50_000_000, description="larger mail is refused by SMTP", examples=['"50 MB"'])
    hostname: Domain = Field(default="", description="how we greet; empty: this machine's name")
    certificate: OptionalPath = Field(
        default=None, description="PEM file with the chain: offers STARTTLS", examples=['""']
    )
    private_key: OptionalPath = Field(default=None, description="PEM file", examples=['""'])
    spam_header: StrictStr = Field(default="", description='"X-Spam-Flag: YES", by your own filter; believed here only')
    authserv_id: StrictStr = Field(default="", description="empty: the desk's")
    trusted_results: Results = Field(default="", description="empty: the desk's")
    max_connections: Annotated[StrictInt, Field(ge=1)] = Field(default=100, description="beyond: 421, try again")
    max_recipients: Annotated[StrictInt, Field(ge=1)] = Field(default=100, description="of one mail; beyond: 452")


class ImapSettings(Section):
    """A mailbox that is polled."""

    host: Annotated[StrictStr, Field(min_length=1)] = Field(
        description="the IMAP server", examples=['"imap.example.com"']
    )
    port: Annotated[StrictInt, Field(ge=0, le=65_535)] = Field(
        default=0, description="0: 993 for implicit TLS, else 143"
    )
    tls: Literal["implicit", "starttls", "none"] = Field(
        default="implicit", description="implicit, starttls; none on loopback only"
    )
    ca_file: OptionalPath = Field(default=None, description="PEM file of a private authority", examples=['""'])
    user: Annotated[StrictStr, Field(min_length=1)] = Field(description="login", examples=['"support@example.com"'])
    password_file: FilePath = Field(
        description="its first line is the password", examples=['"/run/credentials/maildesk.service/imap"']
    )
    desk: Annotated[str, BeforeValidator(lambda value: values.address(value) if value else "")] = Field(
        default="", description="whose mailbox this is; empty: as the mail says", examples=['"support@example.com"']
    )
    folders: Annotated[tuple[StrictStr, ...], Field(min_length=1)] = Field(
        default=("INBOX",), description="Junk may be added"
    )
    spam_folders: tuple[StrictStr, ...] = Field(default=("Junk", "Spam"), description="of these, mail counts as spam")
    since: Annotated[
        timedelta, BeforeValidator(lambda value: timedelta(0) if value == "now" else values.duration(value))
    ] = Field(
        default=timedelta(0),
        description='first contact starts at the newest mail; "3d" reaches back',
        examples=['"now"'],
    )
    after: Annotated[StrictStr, Field(pattern=r"^(leave|seen|delete|move:.+)$")] = Field(
        default="leave", description="or seen, move:FOLDER, delete; only after the commit"
    )
    authserv_id: StrictStr = Field(default="", description="empty: the desk's")
    trusted_results: Results = Field(default="", description="empty: the desk's")
    poll_every: LongSpan = Field(default=timedelta(minutes=1), description="always, also beside IDLE")
    idle: StrictBool = Field(default=True, description="use IDLE where the server has it")
    batch: Annotated[StrictInt, Field(ge=1, le=1_000)] = Field(default=50, description="mails per fetch")


class OutgoingSettings(Section):
    """Mail out."""

    relay: Annotated[str | None, BeforeValidator(values.relay_url)] = Field(
        default=None,
        description="none: mail goes into the Maildir below, for a first look",
        examples=['"smtp://127.0.0.1:25"'],
    )
    user: StrictStr = Field(default="", description="login at the relay; empty: none")
    password_file: OptionalPath = Field(default=None, description="its first line is the password", examples=['""'])
    starttls: Literal["", "require", "try", "never"] = Field(
        default="", description="empty: require, but try on loopback"
    )
    ca_file: OptionalPath = Field(default=None, description="PEM file of a private authority", examples=['""'])
    check_certificate: StrictBool = Field(
        default=True, description="false: any certificate will do; never across the Internet"
    )
    hostname: Domain = Field(default="", description="what we say in EHLO; empty: this machine's name")
    maildir: FilePath = Field(
        default=Path("var/outgoing"), description="used where there is no relay", validate_default=True
    )
    reply_domain: Domain = Field(default="", description="optional sub-domain for signed reply addresses")
    null_sender: StrictBool = Field(
        default=False, description="automatic mail with the null sender; bounces are then not seen"
    )
    hold: StrictBool = Field(default=False, description="true: mail to customers waits for release, for a first week")
    attachments_limit: Octets = Field(
        default=10_000_000,
        description="files of a customer's mail that agents get, together; what is over stays here and is named",
        examples=['"10 MB"'],
    )
    connections: Annotated[StrictInt, Field(ge=1, le=4)] = Field(default=2, description="1 to 4, kept open")
    give_up_after: LongSpan = Field(
        default=timedelta(days=4), description="then the mail has failed and the agent hears so"
    )


class LimitsKeys(Section):
    """What one mail may cost us. Nothing is lost beyond a limit: the bytes are kept and what was left out is named."""

    parts: Annotated[StrictInt, Field(ge=1)] = Field(
        default=DEFAULT_LIMITS.parts, description="MIME parts that are unfolded"
    )
    depth: Annotated[StrictInt, Field(ge=1, le=100)] = Field(
        default=DEFAULT_LIMITS.depth, description="of parts within parts"
    )
    text_length: Annotated[StrictInt, Field(ge=1_000)] = Field(
        default=DEFAULT_LIMITS.text_length, description="readable characters"
    )
    seconds: Annotated[StrictFloat | StrictInt, Field(gt=0)] = Field(
        default=DEFAULT_LIMITS.seconds, description="to read one mail"
    )
