"""How far do we trust the sender? One table, forged headers among its rows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from maildesk.desk.senders.trust import SenderVerdict, aligned, judge_sender
from maildesk.desk.words import Trust
from maildesk.mail.letter import Letter, Mailbox

AR = "Authentication-Results"
OUR_ID = "mx.example.com"
PASS = f"{OUR_ID}; dmarc=pass header.from=customer.org"


def letter(*headers: tuple[str, str], from_: tuple[str, ...] = ("max@customer.org",), from_fields: int = 1) -> Letter:
    return Letter(
        message_id="1@customer.org",
        in_reply_to=(),
        references=(),
        date=None,
        date_offset_known=False,
        from_=tuple(Mailbox("Max", address) for address in from_),
        reply_to=(),
        to=(),
        cc=(),
        subject="",
        text_plain="",
        html="",
        text="",
        new_text="",
        signature="",
        language=None,
        automatic=None,
        reason="",
        bounce=None,
        attachments=(),
        problems=(),
        headers=(*headers, *[("From", "x")] * from_fields),
    )


def judge(*headers: tuple[str, str], **more: object) -> SenderVerdict:
    return judge_sender(letter(*headers), OUR_ID, **more)  # type: ignore[arg-type]  # keywords of each test


@dataclass(frozen=True)
class Row:
    name: str
    values: tuple[str, ...]  # Authentication-Results, topmost first; the author is max@customer.org
    trusted: bool
    fails: bool = False
    enforced: bool = False


ROWS = (
    Row("dmarc pass", (PASS,), True),
    Row(
        "dmarc pass in Gmail's words",
        (
            f"{OUR_ID}; dkim=pass header.i=@customer.org header.s=x header.b=Ab1; spf=pass "
            "(x: domain of max@customer.org designates 1.2.3.4 as permitted sender) smtp.mailfrom=max@customer.org; "
            "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=customer.org",
        ),
        True,
    ),
    Row("no field at all", (), False),
    Row("a field of somebody else", ("mx.evil.net; dmarc=pass header.from=customer.org",), False),
    Row("a field whose id only begins like ours", ("mx.example.com.evil.net; dmarc=pass",), False),
    Row("our id inside a comment", ("evil.net (mx.example.com); dmarc=pass header.from=customer.org",), False),
    Row("our id in other letters", ("MX.Example.COM; dmarc=pass header.from=Customer.ORG",), True),
    Row("version 1", (f"{OUR_ID} 1; dmarc=pass header.from=customer.org",), True),
    Row("version 2", (f"{OUR_ID} 2; dmarc=pass header.from=customer.org",), False),
    Row("none", (f"{OUR_ID}; none",), False),
    Row("dmarc pass for another From", (f"{OUR_ID}; dmarc=pass header.from=evil.net",), False),
    Row("dmarc fail, policy none", (f"{OUR_ID}; dmarc=fail (p=none dis=none) header.from=customer.org",), False, True),
    Row(
        "dmarc fail, policy reject",
        (f"{OUR_ID}; dmarc=fail (p=REJECT dis=NONE) header.from=customer.org",),
        False,
        True,
        True,
    ),
    Row(
        "dmarc fail, quarantined",
        (f"{OUR_ID}; dmarc=fail (p=NONE sp=QUARANTINE dis=QUARANTINE) header.from=customer.org",),
        False,
        True,
        True,
    ),
    Row("dmarc fail, policy of sub-domains only", (f"{OUR_ID}; dmarc=fail (p=NONE sp=REJECT dis=NONE)",), False, True),
    Row(
        "dmarc fail, policy as a property",
        (f"{OUR_ID}; dmarc=fail policy.dmarc=reject header.from=customer.org",),
        False,
        True,
        True,
    ),
    Row(
        "dmarc fail, action of Microsoft 365",
        (f"{OUR_ID}; dmarc=fail action=oreject header.from=customer.org",),
        False,
        True,
        True,
    ),
    Row(
        "dmarc fails though DKIM passes aligned",
        (f"{OUR_ID}; dmarc=fail (p=none); dkim=pass header.d=customer.org",),
        False,
        True,
    ),
    Row("dmarc cannot be told for now", (f"{OUR_ID}; dmarc=temperror; dkim=pass header.d=customer.org",), False),
    Row("no policy, DKIM aligned", (f"{OUR_ID}; dmarc=none; dkim=pass header.d=customer.org",), True),
    Row("no policy, DKIM aligned by its identity", (f"{OUR_ID}; dkim=pass header.i=@customer.org",), True),
    Row("no policy, DKIM of a sub-domain", (f"{OUR_ID}; dkim=pass header.d=mail.customer.org",), True),
    Row("no policy, DKIM of the provider", (f"{OUR_ID}; dmarc=none; dkim=pass header.d=sendgrid.net",), False),
    Row(
        "no policy, the second DKIM aligned",
        (f"{OUR_ID}; dkim=pass header.d=sendgrid.net; dkim=pass header.d=customer.org",),
        True,
    ),
    Row("no policy, DKIM fails", (f"{OUR_ID}; dkim=fail header.d=customer.org",), False),
    Row("no policy, a domain that ends like ours", (f"{OUR_ID}; dkim=pass header.d=evilcustomer.org",), False),
    Row("no policy, a registry", (f"{OUR_ID}; dkim=pass header.d=org",), False),
    Row("no policy, SPF aligned", (f"{OUR_ID}; spf=pass smtp.mailfrom=bounce@customer.org",), True),
    Row("no policy, SPF of a bare domain", (f"{OUR_ID}; spf=pass smtp.mailfrom=customer.org",), True),
    Row("no policy, SPF of another", (f"{OUR_ID}; spf=pass smtp.mailfrom=evil.net",), False),
    Row("no policy, SPF of the HELO name alone", (f"{OUR_ID}; spf=pass smtp.helo=customer.org",), False),
    Row("no policy, SPF softfail", (f"{OUR_ID}; spf=softfail smtp.mailfrom=customer.org",), False),
    Row("forged below ours", (f"{OUR_ID}; dmarc=fail (p=reject)", PASS), False, True, True),
    Row(
        "three fields of three filters",
        (f"{OUR_ID}; dmarc=pass header.from=customer.org", f"{OUR_ID}; dkim=fail", f"{OUR_ID}; spf=none"),
        True,
    ),
    Row(
        "a verdict smuggled into a quoted string",
        (f'{OUR_ID}; spf=fail reason="x; dmarc=pass header.from=customer.org"',),
        False,
    ),
    Row("a quoted pair that seems to end the string", (f'{OUR_ID}; spf=fail reason="a \\"; dmarc=pass"',), False),
    Row("a verdict smuggled into a comment", (f"{OUR_ID}; spf=fail (x; dmarc=pass header.from=customer.org)",), False),
    Row("a verdict smuggled into a nested comment", (f"{OUR_ID}; spf=fail (a (b) c; dmarc=pass)",), False),
    Row(
        "a quoted pair that seems to end the comment",
        (f"{OUR_ID}; spf=fail (a \\); dmarc=pass) smtp.mailfrom=x",),
        False,
    ),
    Row(
        "a second, smuggled dmarc in one field",
        (f"{OUR_ID}; dmarc=fail (p=none); dmarc=pass header.from=customer.org",),
        False,
        True,
    ),
    Row("ARC's verdict", ("i=1; mx.example.com; dmarc=pass header.from=customer.org",), False),
    Row("Microsoft 365's without an id", ("dmarc=pass action=none header.from=customer.org",), False),
    Row("spaces around the signs", (f"{OUR_ID} ; dmarc = pass  header.from = customer.org",), True),
    Row("folded", (f"{OUR_ID};\r\n\tdmarc=pass\r\n header.from=customer.org",), True),
    Row("nothing but noise", (';;;=\x00((("', f"{OUR_ID};;;=;", "(" * 5000), False),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_sender_is_authenticated_by_our_own_servers_verdict_alone(row: Row) -> None:
    verdict = judge(*((AR, value) for value in row.values))
    assert verdict.trust is (Trust.AUTHENTICATED if row.trusted else Trust.STRANGER)
    assert (verdict.dmarc_fails, verdict.dmarc_fails_under_policy) == (row.fails, row.enforced)
    assert verdict.reason


def test_fields_below_the_next_received_came_with_the_mail_and_are_not_read() -> None:
    spf = (AR, f"{OUR_ID}; spf=none smtp.mailfrom=customer.org")
    assert judge(spf, ("Received", "from evil"), (AR, PASS)).trust is Trust.STRANGER
    assert judge(("Received", "by our own second hop"), spf, (AR, PASS)).trust is Trust.AUTHENTICATED


@pytest.mark.parametrize(
    "name", ["ARC-Authentication-Results", "X-Authentication-Results", "Authentication-Results-Original"]
)
def test_verdicts_under_other_names_are_not_read(name: str) -> None:
    assert judge((name, PASS)).trust is Trust.STRANGER


def test_without_an_authserv_id_nothing_is_believed() -> None:
    verdict = judge_sender(letter((AR, PASS)), "")
    assert verdict.trust is Trust.STRANGER
    assert "no authserv_id is configured" in verdict.reason


def test_the_reason_says_whose_verdict_is_missing() -> None:
    assert judge().reason == "there is no Authentication-Results of mx.example.com"
    missing = judge_sender(letter(), "", "topmost").reason
    assert missing == "there is no Authentication-Results of the receiving server"
    assert judge((AR, f"{OUR_ID}; dmarc=temperror")).reason == "DMARC says temperror for its From"


def test_topmost_believes_the_first_field_whatever_its_name_and_no_other() -> None:
    microsoft = (
        "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=customer.org; dkim=pass (signature was verified) "
        "header.d=customer.org;dmarc=pass action=none header.from=customer.org;compauth=pass reason=100"
    )
    assert judge_sender(letter((AR, microsoft)), "", "topmost").trust is Trust.AUTHENTICATED
    below = judge_sender(letter((AR, "spf=fail smtp.mailfrom=evil.net"), (AR, microsoft)), "", "topmost")
    assert below.trust is Trust.STRANGER


def test_best_guess_of_microsoft_365_means_that_no_policy_is_published() -> None:
    value = "spf=pass smtp.mailfrom=customer.org; dmarc=bestguesspass action=none header.from=customer.org"
    assert judge_sender(letter((AR, value)), "", "topmost").trust is Trust.AUTHENTICATED


@pytest.mark.parametrize("from_", [("max@customer.org", "ceo@bank.example"), (), ("",), ("undisclosed",)])
def test_no_author_or_several_are_strangers_whatever_else_speaks_for_them(from_: tuple[str, ...]) -> None:
    verdict = judge_sender(letter((AR, PASS), from_=from_), OUR_ID, signed=True, participant=True)
    assert verdict.trust is Trust.STRANGER


def test_two_from_fields_are_a_stranger() -> None:
    verdict = judge_sender(letter((AR, PASS), from_fields=2), OUR_ID)
    assert verdict.trust is Trust.STRANGER
    assert verdict.reason == "it has several From addresses"


def test_a_signed_address_of_this_sender_is_proof() -> None:
    verdict = judge(signed=True)
    assert verdict.trust is Trust.AUTHENTICATED
    assert "signed address" in verdict.reason


def test_an_answer_to_our_mail_to_this_sender_is_proof() -> None:
    assert judge(answers_ours=True).trust is Trust.AUTHENTICATED


def test_a_signed_mail_that_fails_dmarc_still_says_so() -> None:
    verdict = judge((AR, f"{OUR_ID}; dmarc=fail (p=reject)"), signed=True)
    assert verdict.trust is Trust.AUTHENTICATED
    assert verdict.dmarc_fails_under_policy


def test_a_participant_without_proof_is_known() -> None:
    verdict = judge(participant=True)
    assert verdict.trust is Trust.KNOWN
    assert verdict.reason.startswith("a participant, but ")


def test_an_author_read_from_elsewhere_is_known_at_most() -> None:
    assert judge((AR, PASS), at_most_known="it came through a list").trust is Trust.STRANGER
    verdict = judge((AR, PASS), at_most_known="it came through a list", participant=True)
    assert verdict.trust is Trust.KNOWN
    assert "it came through a list" in verdict.reason


def test_domains_of_other_scripts_are_compared_as_the_dns_spells_them() -> None:
    mail = letter((AR, f"{OUR_ID}; dmarc=pass header.from=xn--mnchen-3ya.de"), from_=("max@münchen.de",))
    assert judge_sender(mail, OUR_ID).trust is Trust.AUTHENTICATED


@pytest.mark.parametrize(
    ("domain", "with_from", "expected"),
    [
        ("example.com", "example.com", True),
        ("example.com", "mail.example.com", True),
        ("mail.example.com", "example.com", True),
        ("a.example.com", "b.example.com", False),
        ("co.uk", "example.co.uk", False),
        ("evil.co.uk", "co.uk", False),
        ("com", "example.com", False),
        ("", "example.com", False),
        ("example.com", "", False),
        ("example.com.", "EXAMPLE.com", True),
        ("x" * 70 + "ü.de", "example.com", False),
    ],
)
def test_a_domain_speaks_for_itself_and_along_its_own_line_only(domain: str, with_from: str, expected: bool) -> None:
    assert aligned(domain, with_from) is expected
