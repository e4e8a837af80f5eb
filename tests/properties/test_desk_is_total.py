"""What strangers and agents write never raises: commands, times, addresses, verdicts and customers' words are total."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from maildesk.desk.commands.command_words import SPECS
from maildesk.desk.commands.commands import Commands, Mistake, parse_commands
from maildesk.desk.commands.when import read_when
from maildesk.desk.customers.customer_words import desk_word, is_thanks, rating
from maildesk.desk.judging.answering import is_no_reply, suppresses_answers
from maildesk.desk.senders.addresses import address_for, is_for, load_keys, plain_address, read, read_token, secret_line
from maildesk.desk.senders.authentication_results import read_results
from maildesk.desk.senders.trust import judge_sender
from maildesk.desk.service_time.hours import ServiceTime, around_the_clock, parse_hours
from maildesk.desk.words import Desk, Role, Trust
from maildesk.mail.letter import Letter, Mailbox

SERVICE = ServiceTime("Europe/Berlin", parse_hours(["Mon-Fri 09:00-17:30"]))
NOW = datetime(2026, 11, 20, 13, 10, tzinfo=UTC)
KEYS = load_keys(secret_line(bytes(range(32))))
OTHER_KEYS = load_keys(secret_line(bytes(range(1, 33))))
DESK = Desk("Support", "support@example.com", "UTC", around_the_clock("UTC"))
LETTER = Letter(
    message_id=None,
    in_reply_to=(),
    references=(),
    date=None,
    date_offset_known=False,
    from_=(Mailbox("", "max@customer.org"),),
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
    headers=(),
)

anything = st.text(st.characters(exclude_categories=()), max_size=200)
TIME_WORDS = """tomorrow morgen next friday freitag 3 10:00 24.11. 31.2. days tage am um uhr 2026-11-24 99 nov / 11/24
    noon früh a week working 00:00 24:00 until because - . 0 all off for note 1042 a@x.org high de"""
SIGNS = ("#", "#", "#", "# ", "> #", "", "＃")
time_like = st.lists(st.sampled_from(TIME_WORDS.split()) | anything, max_size=6).map(" ".join)
command_like = st.lists(
    st.tuples(st.sampled_from(SIGNS), st.sampled_from([*SPECS, "clsoe", ""]), st.just(" "), time_like).map("".join)
    | st.sampled_from(["", "text", "#1042", "a@x.org"])
    | anything,
    max_size=6,
).map("\n".join)
results_like = st.lists(
    st.sampled_from(["mx.example.com", "dmarc=pass", "dkim=pass", "header.d=", "customer.org", *';()"\\ =1'])
    | anything,
    max_size=20,
).map("".join)


@given(command_like)
def test_commands_are_read_whole_or_a_mistake_is_named(text: str) -> None:
    found = parse_commands(text, NOW, SERVICE)
    if isinstance(found, Mistake):
        assert found.what.endswith(".")
        assert found.suggestion
    else:
        assert parse_commands(found.text_without, NOW, SERVICE) is not None


@given(st.text(st.characters(exclude_characters="#＃﹟>", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp"))))
def test_text_without_the_sign_comes_back_as_it_was(text: str) -> None:
    assert parse_commands(text, NOW, SERVICE) == Commands((), text.strip())


@given(time_like, st.booleans())
def test_a_time_is_ahead_or_refused_with_a_sentence(text: str, limit: bool) -> None:
    try:
        at = read_when(text, NOW, SERVICE, limit=limit)
    except ValueError as refused:
        assert str(refused).endswith(".")  # noqa: PT017  # either outcome is right; both are checked
    else:
        assert NOW < at < NOW + timedelta(days=732)


@given(anything)
def test_customers_words_are_total(text: str) -> None:
    is_thanks(text)
    desk_word(text)
    rating(text)


@given(anything, st.lists(anything, max_size=3))
def test_no_reply_and_suppression_are_total(address: str, values: list[str]) -> None:
    is_no_reply(address)
    suppresses_answers(values)


@given(anything | anything.map(lambda token: f"support+{token}@example.com"))
def test_no_address_that_we_did_not_sign_is_evidence(address: str) -> None:
    assert read(KEYS, address, [DESK]) is None
    assert read_token(KEYS, address) is None
    plain_address(address, [DESK])


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(Role)), anything, anything, st.integers(0, 2**16 - 1))
def test_what_is_signed_is_read_back_and_for_that_person_only(
    ticket: int, role: Role, person: str, other: str, issue: int
) -> None:
    address = address_for(KEYS, DESK, ticket=ticket, role=role, person=person, issue=issue)
    token = read(KEYS, address.upper(), [DESK])
    assert token is not None
    assert (token.ticket, token.role, token.issue) == (ticket, role, issue)
    assert is_for(KEYS, token, person)
    assert is_for(KEYS, token, other) == (other.strip().lower() == person.strip().lower())
    assert read(OTHER_KEYS, address, [DESK]) is None


@given(st.binary(min_size=1, max_size=25), st.integers(0, 24))
def test_no_change_of_octets_keeps_a_signature_valid(noise: bytes, at: int) -> None:
    address = address_for(KEYS, DESK, ticket=1042, role=Role.AGENT, person="anna@example.com")
    token = address.partition("+")[2].partition("@")[0]
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    changed = "".join(letters[octet % 32] for octet in noise)
    forged = (token[:at] + changed + token[at + len(changed) :])[: len(token)]
    assert (read_token(KEYS, forged) is None) == (forged != token)


@given(results_like)
def test_verdict_fields_are_read_without_raising(value: str) -> None:
    read_results(value)
    judge_sender(replace(LETTER, headers=(("Authentication-Results", value),)), "mx.example.com")
    judge_sender(replace(LETTER, headers=(("Authentication-Results", value),)), "", "topmost")


@given(results_like)
def test_no_field_of_another_server_makes_anybody_authenticated(value: str) -> None:
    headers = (("Authentication-Results", f"evil.net {value}"), ("Authentication-Results", f"x.{value}"))
    assert judge_sender(replace(LETTER, headers=headers), "mx.example.com").trust is Trust.STRANGER


@given(anything)
def test_what_a_sender_quotes_or_comments_is_no_verdict(text: str) -> None:
    quoted = text.replace("\\", "").replace('"', "")
    commented = text.replace("\\", "").replace("(", "").replace(")", "")
    for inside in (f'reason="{quoted}; dmarc=pass"', f"({commented}; dmarc=pass header.from=customer.org)"):
        field = ("Authentication-Results", f"mx.example.com; spf=none {inside}")
        assert judge_sender(replace(LETTER, headers=(field,)), "mx.example.com").trust is Trust.STRANGER
