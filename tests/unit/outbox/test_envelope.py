"""What stands in the envelope was checked by us."""

import pytest

from maildesk.errors import Refusal
from maildesk.outbox.envelope import checked, needs_smtputf8


@pytest.mark.parametrize(
    "address",
    [
        '"a>\r\nRCPT TO:<evil@z>"@b',
        "a@b>\r\nDATA",
        "a\n@b.example",
        "a\x00@b.example",
        "a@b.example\r",
        "a@b.example\n",
        "a>b@c.example",
        '"a>b"@c.example',
        '"a<b"@c.example',
        "a b@c.example",
        "a@b.example SIZE=1",
        '"a"b"@c.example',
        '"a\\"@c.example',
        "a@b..example",
        "a@-b.example",
        "a@b_.exa mple",
        "a@[127.0.0.1] x",
        "a@",
        "@b.example",
        "plain",
        "",
        "a\u0085@b.example",
        "a\u2028b\x7f@b.example",
        "x" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_an_address_that_could_leave_its_brackets_is_refused(address: str) -> None:
    with pytest.raises(Refusal):
        checked(address)


@pytest.mark.parametrize(
    "address",
    [
        "anna@example.com",
        "support+k7x2aaa@example.com",
        "a..b.@docomo.example",
        "o'neil/x=y@example.com",
        '"anna smith"@example.com',
        '"a\\"b"@example.com',
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
        "дмитрий@example.com",
        "a@localhost",
    ],
)
def test_an_ordinary_or_odd_but_sound_address_passes_unchanged(address: str) -> None:
    assert checked(address) == address


def test_a_domain_beyond_ascii_travels_in_its_ascii_form() -> None:
    assert checked("anna@bücher.example") == "anna@xn--bcher-kva.example"


def test_the_null_sender_is_allowed_only_where_asked_for() -> None:
    assert checked("", null=True) == ""


def test_the_refusal_shows_control_characters_escaped() -> None:
    with pytest.raises(Refusal, match=r"a\\r\\nb"):
        checked("a\r\nb@c")


def test_smtputf8_is_asked_for_only_where_an_address_or_header_needs_it() -> None:
    plain = b"Subject: x\r\n\r\n\xc3\xbc\r\n"
    assert not needs_smtputf8("a@b", "c@d", plain)
    assert needs_smtputf8("a@b", "ü@d", plain)
    assert needs_smtputf8("a@b", "c@d", b"Subject: \xc3\xbc\r\n\r\nx")
