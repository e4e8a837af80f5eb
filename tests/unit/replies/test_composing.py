"""The mails that leave: their headers, their bodies, and what they must never hold."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maildesk.desk.actions import Value
from maildesk.desk.senders.addresses import is_for, read
from maildesk.desk.words import Role, Trust
from maildesk.errors import Refusal
from maildesk.mail.letter import Mailbox
from maildesk.mail.parsing import parse
from maildesk.mail.quote import MARKER_PREFIX
from maildesk.replies.composing import compose
from maildesk.replies.placeholders import REQUIRED_VALUES, template_names
from maildesk.replies.templates import Templates
from tests.unit.replies.samples import (
    ANNA,
    BUILTIN,
    CUSTOMER,
    DESK,
    KEYS,
    NOW,
    PROMISE,
    SITE,
    a_mail,
    an_attachment,
    audience_of,
    composed,
    context,
    everything,
    html_of,
    in_one_line,
    parsed,
    text_of,
    write,
)

CUSTOMER_TEMPLATES = [each for each in template_names() if "/" not in each]
AUTOMATIC = [each for each in CUSTOMER_TEMPLATES if each != "reply"]
LANGUAGES = sorted(BUILTIN.languages())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", template_names())
def test_every_mail_is_whole_with_few_facts_and_with_all(template: str, language: str) -> None:
    for values in ({}, everything(template)):
        raw = composed(a_mail(template, values, language=language, body="Words of a person.")).raw
        shown = text_of(raw) + html_of(raw) + str(parsed(raw)["Subject"])
        for hole in ("None", "{{", "}}", "{%", "Missing", "\ue000", "\ue001", " ,", " .", "[#]"):
            assert hole not in re.sub(r"<style>.*?</style>", "", shown), (template, hole)
        assert len(html_of(raw)) < 20_000


@pytest.mark.parametrize("template", template_names())
def test_our_own_reader_understands_every_mail(template: str) -> None:
    raw = composed(a_mail(template, everything(template), body="Grüße, Frau Müller.")).raw
    letter = parse(raw)
    assert letter.problems == ()
    assert letter.sender.address == DESK.address


@pytest.mark.parametrize("template", ["received", "received-closed", "received-urgent", "moved"])
@pytest.mark.parametrize(
    ("language", "promise"),
    [("en", "by Wednesday, 25 November, 14:00"), ("de", "bis Mittwoch, 25. November, 14:00 Uhr")],
)
def test_a_promise_stands_on_one_line_of_the_text_and_in_the_html(template: str, language: str, promise: str) -> None:
    raw = composed(a_mail(template, language=language)).raw
    assert any(promise in line for line in text_of(raw).splitlines())
    assert promise in html_of(raw)


@pytest.mark.parametrize(
    ("language", "why"), [("en", "The reason is: a part"), ("de", "ruht jetzt eine Weile: a part")]
)
def test_an_answer_that_puts_on_hold_tells_why_and_by_when(language: str, why: str) -> None:
    rests: dict[str, Value] = {"promise": PROMISE, "until": PROMISE, "reason": "a part"}
    assert why in text_of(composed(a_mail("reply", rests, language=language, body="See you.")).raw)
    assert why not in text_of(composed(a_mail("reply", {"promise": PROMISE}, language=language, body="See you.")).raw)


def test_a_near_promise_is_worded_from_the_moment_the_mail_leaves() -> None:
    mail = a_mail(send_at=PROMISE - timedelta(hours=2))
    assert "within two hours, by Wednesday, 25 November, 14:00" in in_one_line(text_of(composed(mail).raw))


def test_the_customers_clock_is_said_to_customers_alone() -> None:
    values = {"customer_offset": -300}
    assert "08:00 your time (UTC-5; 14:00 in Berlin)" in in_one_line(text_of(composed(a_mail(values=values)).raw))
    assert "your time" not in text_of(composed(a_mail("agent/late", values)).raw)


@pytest.mark.parametrize("offset", [100_000, -841, True, "60"])
def test_an_impossible_clock_is_not_believed(offset: int) -> None:
    assert "your time" not in text_of(composed(a_mail(values={"customer_offset": offset})).raw)


def test_message_ids_are_at_the_desks_domain_and_one_for_all_customers() -> None:
    mail = a_mail("reply", to=(CUSTOMER,), cc=(Mailbox("Ben", "ben@example.org"), Mailbox("", "maria@example.org")))
    both = compose(mail, context())
    assert [each.recipient for each in both] == ["maria@example.org", "ben@example.org"]
    assert len({each.message_id for each in both}) == len({each.raw for each in both}) == 1
    assert both[0].message_id == "id0000000000000000000001@example.com"
    assert len({each.envelope_from for each in both}) == 2
    message = parsed(both[0].raw)
    assert (message["To"], message["Cc"]) == ("Maria Muster <maria@example.org>", "Ben <ben@example.org>")


def test_an_agents_mail_goes_to_exactly_one() -> None:
    with pytest.raises(ValueError, match="one agent"):
        compose(a_mail("agent/digest", to=(CUSTOMER, Mailbox("", "x@example.com"))), context())


def test_reply_to_is_signed_for_the_reader() -> None:
    for template, role, person in (
        ("received", Role.CUSTOMER, CUSTOMER.address),
        ("agent/new-ticket", Role.AGENT, ANNA.address),
    ):
        address = parsed(composed(a_mail(template, token_issue=3)).raw)["Reply-To"].addresses[0].addr_spec
        token = read(KEYS, address, [DESK])
        assert token is not None
        assert (token.ticket, token.role, token.issue) == (1042, role, 3)
        assert is_for(KEYS, token, person)


def test_the_envelope_sender_is_signed_for_the_recipient() -> None:
    token = read(KEYS, composed(a_mail()).envelope_from, [DESK])
    assert token is not None
    assert token.role is Role.BOUNCE
    assert is_for(KEYS, token, CUSTOMER.address)


def test_the_null_sender_only_where_configured_and_automatic() -> None:
    ctx = context(site=replace(SITE, null_sender=True))
    assert composed(a_mail(), ctx).envelope_from == ""
    assert composed(a_mail("reply"), ctx).envelope_from != ""
    assert composed(a_mail("agent/new-ticket"), ctx).envelope_from != ""


@pytest.mark.parametrize(
    ("template", "submitted", "suppress"),
    [
        ("received", "auto-replied", "DR, RN, NRN, OOF, AutoReply"),
        ("status", "auto-replied", "DR, RN, NRN, OOF, AutoReply"),
        ("still-working", "auto-generated", "DR, RN, NRN, OOF, AutoReply"),
        ("closed", "auto-generated", "DR, RN, NRN, OOF, AutoReply"),
        ("reply", None, None),
        ("agent/new-ticket", None, "DR, RN, NRN, AutoReply"),
        ("agent/digest", None, "DR, RN, NRN, AutoReply"),
        ("admin/trouble", "auto-generated", "DR, RN, NRN, OOF, AutoReply"),
    ],
)
def test_automatic_mail_says_so(template: str, submitted: str | None, suppress: str | None) -> None:
    message = parsed(composed(a_mail(template)).raw)
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == (submitted, suppress)


def test_our_automatic_mail_is_read_as_automatic_and_an_answer_is_not() -> None:
    assert parse(composed(a_mail()).raw).automatic is not None
    assert parse(composed(a_mail("reply", body="Here it is.")).raw).automatic is None


@pytest.mark.parametrize(
    ("template", "fields", "name"),
    [
        ("received", {}, "Example Support"),
        ("reply", {"sender_name": "Anna Schmidt"}, "Anna Schmidt"),
        ("agent/new-ticket", {"values": {"from_name": "Maria Muster"}}, "Maria Muster via Example Support"),
        ("agent/new-ticket", {"values": {"from_name": "a@evil.example"}}, "a at evil.example via Example Support"),
        ("agent/reminder", {}, "Example Support"),
    ],
)
def test_from_names_who_speaks_at_the_desks_address(template: str, fields: dict[str, Any], name: str) -> None:
    sender = parsed(composed(a_mail(template, **fields)).raw)["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (name, DESK.address)


def test_references_keep_the_root_and_the_newest() -> None:
    ids = tuple(f"{number}@x.example" for number in range(40))
    message = parsed(composed(a_mail(references=ids, in_reply_to="new@x.example")).raw)
    found = message["References"].split()
    assert found[0] == "<0@x.example>"
    assert found[-2:] == ["<39@x.example>", "<new@x.example>"]
    assert len(found) == 12
    assert message["In-Reply-To"] == "<new@x.example>"


def test_long_message_ids_are_never_encoded_or_broken() -> None:
    # Exchange makes ids of this length, and Python's EmailMessage writes them as encoded words.
    long = "AM0PR0402MB" + "x" * 300 + "@AM0PR0402MB3700.eurprd04.prod.outlook.com"
    raw = composed(a_mail(references=(long, long[1:]), in_reply_to=long)).raw
    assert f"In-Reply-To: <{long}>\r\n".encode() in raw
    assert f"References: <{long}>\r\n <{long[1:]}>\r\n".encode() in raw


@pytest.mark.parametrize("bad", ["a b@x", "a>\r\nBcc: e@evil.example", "a\nb", "ä@x", "x" * 2000, "", "<a@b>"])
def test_message_ids_that_could_end_a_line_are_left_out(bad: str) -> None:
    message = parsed(composed(a_mail(references=("root@x", bad), in_reply_to=bad)).raw)
    assert message["References"] == "<root@x>"
    assert message["In-Reply-To"] is None
    assert message["Bcc"] is None


def test_the_date_is_when_it_leaves_on_the_desks_clock() -> None:
    found = str(parsed(composed(a_mail()).raw)["Date"])
    assert found == "Tue, 24 Nov 2026 09:15:00 +0100"
    later = NOW + timedelta(minutes=3)
    assert parsedate_to_datetime(str(parsed(composed(a_mail(send_at=later)).raw)["Date"])) == later


def test_the_same_mail_and_ids_are_the_same_bytes() -> None:
    mail = a_mail("agent/new-ticket", body="Hello", attachments=(an_attachment(),))
    assert composed(mail, context(Templates())).raw == composed(mail, context(Templates())).raw


@pytest.mark.parametrize(
    "address",
    [
        'a>\r\nRCPT TO:<evil@z>"@b', '"a>\r\nRCPT TO:<evil@z>"@b', "a@b\r\nBcc: x@y", "a b@c", "a@", "@b", "", "a@b c",
        "a@-b.example\x00", "<a@b>", f"{'a' * 65}@b.example", "a,b@c", "a@b,c@d",
        "ä" * 40 + "@x.example", "a@b..c", "a@.b",
    ],
)  # fmt: skip
def test_no_mail_is_made_for_what_is_no_address(address: str) -> None:
    with pytest.raises(Refusal):
        compose(a_mail(to=(Mailbox("", address),)), context())


def test_a_bad_address_in_cc_does_not_stop_the_answer() -> None:
    mail = a_mail("reply", cc=(Mailbox("", "a b@c"), Mailbox("", "ok@example.org")))
    assert [each.recipient for each in compose(mail, context())] == [CUSTOMER.address, "ok@example.org"]


def test_domains_beyond_ascii_leave_in_ascii() -> None:
    assert composed(a_mail(to=(Mailbox("", "a@bücher.example"),))).recipient == "a@xn--bcher-kva.example"


@pytest.mark.parametrize("template", CUSTOMER_TEMPLATES)
@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: evil@z.example",
        "Eve\nX: y",
        "Eve\x00",
        "=?utf-8?q?Eve=0D=0ABcc:_x?=",
        '"Eve" <e@z>',
        "E\u202eve\ud800",
    ],
)
def test_nothing_ends_a_header(template: str, name: str) -> None:
    values = {"customer_name": name, "original_subject": name, "agent_name": name}
    mail = a_mail(template, values, to=(Mailbox(name, CUSTOMER.address),), sender_name=name, subject=name)
    raw = composed(mail).raw
    message = parsed(raw)
    assert message["Bcc"] is None
    assert message["X"] is None
    assert [each.addr_spec for each in message["To"].addresses] == [CUSTOMER.address]
    assert [each.addr_spec for each in message["From"].addresses] == [DESK.address]


CANARY = "Zqxjk http://evil.example/pay"


@pytest.mark.parametrize("trust", [Trust.STRANGER, Trust.KNOWN])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", AUTOMATIC)
def test_strangers_get_nothing_that_they_chose(template: str, language: str, trust: Trust) -> None:
    chosen: dict[str, Any] = {
        "customer_name": CANARY, "from_name": CANARY, "original_subject": CANARY, "subject": CANARY,
        "from_address": CANARY,
        "problems": (CANARY,), "left_out": (CANARY,), "copied": (CANARY,), "subject_changed": CANARY, "earlier": CANARY,
    }  # fmt: skip
    mail = a_mail(
        template, {**everything(template), **chosen}, language=language, recipient_trust=trust,
        body=CANARY, body_html=CANARY,
        subject=CANARY, to=(Mailbox(CANARY, CUSTOMER.address),), cc=(Mailbox(CANARY, "other@example.org"),),
        attachments=(an_attachment("Zqxjk.pdf"),), in_reply_to="their@id.example",
    )  # fmt: skip
    mails = compose(mail, context())
    assert [each.recipient for each in mails] == [CUSTOMER.address]
    message = parsed(mails[0].raw)
    readable = text_of(mails[0].raw) + html_of(mails[0].raw) + "".join(f"{k}: {v}\n" for k, v in message.items())
    assert "Zqxjk" not in readable
    assert "evil" not in readable
    assert message["In-Reply-To"] == "<their@id.example>"
    assert str(message["To"]) == CUSTOMER.address


def test_an_authenticated_customer_is_greeted_by_name_and_keeps_the_subject() -> None:
    mail = a_mail(values={"customer_name": "Maria Muster", "original_subject": "AW: Re: My order [#1042]"})
    raw = composed(mail).raw
    assert "Good morning Maria Muster," in text_of(raw)
    assert parsed(raw)["Subject"] == "Re: My order [#1042]"


def test_a_stranger_gets_a_subject_of_ours_with_the_number() -> None:
    raw = composed(a_mail(values={"original_subject": "x"}, recipient_trust=Trust.STRANGER)).raw
    assert parsed(raw)["Subject"] == "Your message [#1042]"
    assert text_of(raw).startswith("Good morning,\n")


def test_three_delays_are_told_in_three_texts() -> None:
    for language in LANGUAGES:
        texts = {
            text_of(composed(a_mail("still-working", {"round": number}, language=language)).raw) for number in (1, 2, 3)
        }
        assert len(texts) == 3


def test_an_agents_answer_is_their_text_their_name_and_nothing_else() -> None:
    body = (
        "Dear Maria,\n\ntry:\n- restart\n- wait\n\nSee https://example.com/help?a=1&b=2.\n\n> it blinks\nThat is fine."
    )
    raw = composed(a_mail("reply", body=body, sender_name=ANNA.name, subject="Re: My order")).raw
    assert text_of(raw) == f"{body}\n\nAnna Schmidt\nExample Support\n"
    shown = html_of(raw)
    assert '<a href="https://example.com/help?a=1&amp;b=2">' in shown
    assert shown.count("<li>") == 2
    assert "<blockquote" in shown
    for inside in (ANNA.address, MARKER_PREFIX, "Waiting since", "#note", "Received:"):
        assert inside.encode() not in raw
    assert parsed(raw)["Subject"] == "Re: My order [#1042]"


@pytest.mark.parametrize("ending", ["Anna", "Anna Schmidt", "anna schmidt.", "- Anna"])
def test_an_agent_who_signed_is_not_signed_for_again(ending: str) -> None:
    mail = a_mail("reply", {"agent_name": ANNA.name}, body=f"It is on its way.\n\n{ending}\n")
    assert text_of(composed(mail).raw) == f"It is on its way.\n\n{ending}\n\nExample Support\n"


def test_a_template_that_shows_a_body_shows_strangers_none(tmp_path: Path) -> None:
    write(tmp_path, "en/received.md", "---\nsubject: Hi\n---\n{{ promise }}\n\n{{ body }}\n\n{{ earlier }}\n")
    templates = Templates(tmp_path)
    mail = a_mail(values={"earlier": ({"who": "x", "text": CANARY},)}, body=CANARY, body_html=CANARY)
    for trust, shown in ((Trust.STRANGER, False), (Trust.AUTHENTICATED, True)):
        raw = composed(replace(mail, recipient_trust=trust), context(templates)).raw
        assert ("Zqxjk" in text_of(raw) + html_of(raw)) == shown


def test_what_html_says_beyond_the_text_is_not_sent_to_a_customer() -> None:
    same = composed(a_mail("reply", body="All is well now.", body_html="<p>All is <b>well</b> now.</p>")).raw
    more = composed(
        a_mail("reply", body="All is well now.", body_html="<p>All is <b>well</b> now.</p><p>— panel</p>")
    ).raw
    assert "<b>well</b>" in html_of(same)
    assert "panel" not in html_of(more)
    assert "<b>well</b>" in html_of(more)


def test_html_is_cleaned_whoever_handed_it_over() -> None:
    markup = '<p onclick="x()">Hello there</p><script>evil()</script><img src="http://evil.example/x.png">'
    shown = html_of(composed(a_mail("agent/new-ticket", body="Hello there", body_html=markup)).raw)
    assert "Hello there" in shown
    for bad in ("onclick", "<script", "evil"):
        assert bad not in shown


@pytest.mark.parametrize("template", ["agent/new-ticket", "agent/new-message"])
def test_a_notification_has_the_customers_text_first_then_the_marker_then_ours(template: str) -> None:
    earlier: Any = ({"who": "Anna Schmidt", "at": NOW, "text": "Is it on?"},)
    text = text_of(composed(a_mail(template, {"earlier": earlier}, body="It is broken.\nPlease help.")).raw)
    assert text.startswith("It is broken.\nPlease help.\n\n" + MARKER_PREFIX)
    order = [
        text.index(each)
        for each in ("It is broken", MARKER_PREFIX, "Reply to this mail", "Ticket: #1042", "> Is it on?")
    ]
    assert order == sorted(order)


def test_what_a_client_quotes_of_a_notification_is_cut_from_the_reply() -> None:
    for language in LANGUAGES:
        notification = composed(a_mail("agent/new-ticket", body="It is broken.", language=language)).raw
        quoted = "\n".join(f"> {line}" for line in text_of(notification).splitlines())
        reply = f"From: anna@private.example\nSubject: Re\n\nPlease restart it.\n\nOn Tuesday, Maria wrote:\n{quoted}\n"
        assert parse(reply.encode()).new_text.strip() == "Please restart it."


def test_a_mail_without_text_says_so_to_the_agent() -> None:
    assert text_of(composed(a_mail("agent/new-ticket", body=" \n")).raw).startswith("The mail has no text.\n")


def test_agents_are_named_not_addressed() -> None:
    text = text_of(composed(a_mail("agent/new-ticket", {"assignee": ANNA.address}, body="x")).raw)
    assert "Taken by: Anna Schmidt" in text
    assert ANNA.address not in text


@pytest.mark.parametrize("template", [each for each, needs in REQUIRED_VALUES.items() if needs])
def test_a_decision_that_forgets_a_fact_is_a_bug(template: str) -> None:
    values = dict(a_mail(template).values)
    values[min(REQUIRED_VALUES[template])] = None
    with pytest.raises(ValueError, match="needs"):
        compose(replace(a_mail(template), values=values), context())


def test_a_naive_moment_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        compose(a_mail(values={"promise": datetime(2026, 11, 25, 14, 0)}), context())


@settings(deadline=None, max_examples=60)
@given(
    name=st.text(max_size=60),
    subject=st.text(max_size=200),
    body=st.text(max_size=400),
    template=st.sampled_from(template_names()),
)
def test_whatever_people_write_the_mail_is_well_formed(name: str, subject: str, body: str, template: str) -> None:
    values = everything(template, customer_name=name, from_name=name, original_subject=subject, subject=subject)
    mail = a_mail(template, values, body=body, subject=subject, sender_name=name)
    raw = composed(mail).raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert not parsed(raw).defects
    assert {key.lower() for key in parsed(raw)} <= {
        "date", "from", "reply-to", "to", "subject", "message-id", "auto-submitted", "x-auto-response-suppress",
        "content-language", "mime-version", "content-type", "content-transfer-encoding",
    }  # fmt: skip


def test_audiences_of_the_samples_are_those_of_the_templates() -> None:
    assert {audience_of(each) for each in template_names()} == {a_mail(each).audience for each in template_names()}
