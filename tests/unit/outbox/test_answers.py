"""What relays say, and what it means: answers as real relays word them."""

import pytest

from maildesk.outbox.answers import Stage, Verdict, classify, enhanced_status, lost, queue_id, relay_message_id, taken

CONNECT, MAIL, RCPT, DATA = Stage.CONNECT, Stage.MAIL, Stage.RCPT, Stage.DATA


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        (RCPT, 550, "5.1.1 <x@y.example>: Recipient address rejected: User unknown in local recipient table"),
        (RCPT, 550, "no such user"),
        (RCPT, 553, "5.1.2 no such domain"),
        (RCPT, 550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)"),
        (RCPT, 552, "5.2.2 Mailbox full"),
        (RCPT, 556, "5.1.10 Recipient address has null MX"),
        (RCPT, 501, "5.1.3 Bad recipient address syntax"),
        (DATA, 550, "5.6.0 message malformed"),
        (DATA, 554, "Transaction failed: Expected ';', got \"x\""),
        (DATA, 552, "5.3.4 Message too big for system"),
        (MAIL, 552, "5.3.4 Message size exceeds fixed limit"),
        (MAIL, 552, "Message size exceeds maximum permitted"),
        (MAIL, 550, "5.6.7 SMTPUTF8 not supported"),
    ],
)
def test_a_refusal_of_this_recipient_or_content_is_for_good(stage: Stage, code: int, text: str) -> None:
    assert classify(stage, code, text).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        (RCPT, 554, "5.7.1 <x@y.example>: Relay access denied"),
        (RCPT, 550, "relay not permitted"),
        (RCPT, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
        (RCPT, 553, "5.7.1 <s@d.example>: Sender address rejected: not owned by user anna"),
        (RCPT, 550, "5.1.8 <s@d.example>: Sender address rejected: Domain not found"),
        (RCPT, 504, "5.5.2 <x>: Helo command rejected: need fully-qualified hostname"),
        (RCPT, 503, "Bad sequence of commands"),
        (DATA, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
        (DATA, 554, "Message rejected: Email address is not verified. The following identities failed the check"),
        (DATA, 554, "5.7.1 Spam message rejected"),
        (DATA, 550, "5.3.5 system incorrectly configured"),
        (MAIL, 550, "5.7.1 Access denied"),
        (MAIL, 553, "sender not known here"),
        (MAIL, 501, "5.1.7 Bad sender address syntax"),
    ],
)
def test_a_refusal_of_us_is_never_a_lost_mail(stage: Stage, code: int, text: str) -> None:
    assert classify(stage, code, text).verdict is Verdict.POLICY


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        (CONNECT, 554, "5.7.1 Service unavailable; Client host blocked"),
        (CONNECT, 421, "4.3.2 too many connections"),
        (CONNECT, 535, "5.7.8 Error: authentication failed"),
        (CONNECT, 502, "5.5.1 EHLO not implemented"),
        (MAIL, 530, "5.7.0 Must issue a STARTTLS command first"),
        (RCPT, 530, "5.7.57 Client not authenticated to send mail"),
        (MAIL, 421, "4.3.2 Service shutting down"),
        (MAIL, 452, "4.3.1 Insufficient system storage"),
    ],
)
def test_what_concerns_every_mail_alike_is_the_relay_being_down(stage: Stage, code: int, text: str) -> None:
    assert classify(stage, code, text).verdict is Verdict.DOWN


@pytest.mark.parametrize(
    ("stage", "code", "text"),
    [
        (RCPT, 450, "4.2.0 <x@y.example>: Recipient address rejected: Greylisted, see http://postgrey"),
        (RCPT, 451, "4.7.1 Greylisting in action, please come back later"),
        (RCPT, 452, "4.5.3 too many recipients"),
        (RCPT, 421, "4.7.0 try again later"),
        (DATA, 451, "4.3.0 filter crashed on this mail"),
        (DATA, 421, "4.3.2 closing"),
        (MAIL, 450, "4.1.8 sender domain not found at the moment"),
        (DATA, 250, "a 250 where 354 was asked for"),
    ],
)
def test_what_may_be_this_mail_alone_waits_alone(stage: Stage, code: int, text: str) -> None:
    assert classify(stage, code, text).verdict is Verdict.DEFERRED


def test_the_whole_answer_is_kept() -> None:
    assert classify(RCPT, 550, "5.1.1 no\nsuch user").response == "550 5.1.1 no\nsuch user"


def test_a_status_is_believed_only_if_its_class_is_that_of_the_code() -> None:
    assert enhanced_status(550, "5.1.1 x") == "5.1.1"
    assert enhanced_status(550, "4.1.1 x") == "5.0.0"
    assert enhanced_status(550, "5.1.1x") == "5.0.0"
    assert enhanced_status(451, "later") == "4.0.0"
    assert enhanced_status(-1, "nonsense") == "4.0.0"


def test_a_line_lost_before_a_recipient_was_named_is_the_relay_after_it_is_this_mail() -> None:
    assert [lost(stage, "x").verdict for stage in (CONNECT, MAIL, RCPT, DATA)] == [
        Verdict.DOWN,
        Verdict.DOWN,
        Verdict.DEFERRED,
        Verdict.DEFERRED,
    ]


SES = "email-smtp.eu-central-1.amazonaws.com"
SES_ID = "0107018c2f5a6f0e-6e0f1c1a-1b2c-4d5e-8f90-0a1b2c3d4e5f-000000"


@pytest.mark.parametrize(
    ("text", "host", "found"),
    [
        (f"Ok {SES_ID}", SES, f"{SES_ID}@eu-central-1.amazonses.com"),
        (f"Ok {SES_ID}", "email-smtp.us-east-1.amazonaws.com", f"{SES_ID}@email.amazonses.com"),
        (f"Ok {SES_ID}", "relay.example", None),
        ("2.0.0 Ok: queued as 4F2C91A0", SES, None),
        ("2.0.0 Ok: queued as 4F2C91A0", "127.0.0.1", None),
        ("2.6.0 <new@x.outlook.com> [InternalId=12, Hostname=x] Queued mail for delivery", "h", "new@x.outlook.com"),
        ("2.6.0 <ours@d.example> [InternalId=12, Hostname=x] Queued mail for delivery", "h", None),
    ],
)  # fmt: skip
def test_a_message_id_that_the_relay_put_in_the_place_of_ours_is_read_from_its_answer(
    text: str, host: str, found: str | None
) -> None:
    assert relay_message_id(text, host, "ours@d.example") == found


def test_the_relays_own_name_for_the_mail_is_found_for_the_log() -> None:
    assert queue_id("2.0.0 Ok: queued as 4F2C91A0") == "4F2C91A0"
    assert queue_id("OK id=1rAbCd-0001Xy-2z") == "1rAbCd-0001Xy-2z"
    assert queue_id("2.0.0 accepted") == ""


def test_taken_is_taken() -> None:
    assert taken(250, "2.0.0 Ok", "h", "m").verdict is Verdict.TAKEN
