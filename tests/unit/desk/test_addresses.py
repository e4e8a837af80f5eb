from __future__ import annotations

import pytest

from maildesk.desk.senders.addresses import (
    TOKEN_LENGTH,
    Keys,
    address_for,
    fits,
    is_for,
    load_keys,
    mint,
    plain_address,
    read,
    read_token,
    secret_line,
)
from maildesk.desk.service_time.hours import around_the_clock
from maildesk.desk.words import Desk, Role

ONE, TWO = bytes(range(32)), bytes(range(32, 64))
KEYS = load_keys(secret_line(ONE))


def desk(address: str = "support@example.com", *also: str, extension: str = "+", reply_domain: str = "") -> Desk:
    return Desk(
        name="Support",
        address=address,
        time_zone="UTC",
        service=around_the_clock("UTC"),
        also=also,
        extension=extension,
        reply_domain=reply_domain,
    )


def issued(role: Role = Role.AGENT, person: str = "anna@example.com", keys: Keys = KEYS, **more: int) -> str:
    return address_for(
        keys, desk(), ticket=more.get("ticket", 1042), role=role, person=person, issue=more.get("issue", 0)
    )


@pytest.mark.parametrize("role", list(Role))
def test_a_signed_address_says_ticket_role_person_and_issue(role: Role) -> None:
    token = read(KEYS, issued(role, issue=7), [desk()])
    assert token is not None
    assert (token.ticket, token.role, token.issue, token.key_id) == (1042, role, 7, "1")
    assert is_for(KEYS, token, "anna@example.com")


def test_the_local_part_is_lower_case_base32_within_64_octets() -> None:
    local, _, domain = issued().partition("@")
    name, _, token = local.partition("+")
    assert (name, domain) == ("support", "example.com")
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert len(local) <= 64
    assert len(token) == TOKEN_LENGTH == 40  # check relies on it for the room that local parts leave


def test_reading_does_not_mind_case_brackets_space_or_quotes() -> None:
    address = issued()
    for spelt in (address.upper(), f" <{address}> ", address.title(), '"{}"@{}'.format(*address.split("@"))):
        assert read(KEYS, spelt, [desk()]) == read(KEYS, address, [desk()])


def test_an_address_is_issued_to_one_person_however_they_are_spelt() -> None:
    token = read(KEYS, issued(person="Anna@Example.COM "), [desk()])
    assert token is not None
    assert is_for(KEYS, token, "anna@example.com")
    assert not is_for(KEYS, token, "bob@example.com")
    assert not is_for(KEYS, token, "")


def test_one_changed_letter_anywhere_voids_the_signature() -> None:
    token = issued().split("+")[1].split("@")[0]
    for at in range(len(token)):
        for other in "a7":
            if token[at] != other:
                assert read_token(KEYS, token[:at] + other + token[at + 1 :]) is None


def test_another_sites_key_makes_no_valid_address() -> None:
    assert read(load_keys(secret_line(TWO)), issued(), [desk()]) is None


def test_the_first_key_signs_and_all_verify() -> None:
    both = load_keys(secret_line(TWO, "new") + secret_line(ONE))
    old = read(both, issued(), [desk()])
    new = read(both, issued(keys=both), [desk()])
    assert old is not None
    assert new is not None
    assert (old.key_id, new.key_id) == ("1", "new")
    assert is_for(both, old, "anna@example.com")
    assert is_for(both, new, "anna@example.com")


def test_a_removed_key_voids_what_it_signed() -> None:
    token = read(KEYS, issued(), [desk()])
    assert token is not None
    assert not is_for(load_keys(secret_line(TWO, "2")), token, "anna@example.com")


def test_an_address_of_no_ticket_is_for_commands_alone() -> None:
    address = mint(KEYS, "support", "example.com", "+", "", ticket=0, role=Role.AGENT, person="anna@example.com")
    token = read(KEYS, address, [desk()])
    assert token is not None
    assert (token.ticket, token.issue) == (0, 0)


def test_no_extension_and_no_reply_domain_gives_the_plain_address() -> None:
    plain = mint(KEYS, "support", "example.com", "", "", ticket=1, role=Role.CUSTOMER, person="max@example.org")
    assert plain == "support@example.com"


@pytest.mark.parametrize(("extension", "start"), [("+", "support+"), ("-", "support-"), ("", "support-")])
def test_a_reply_domain_carries_the_signed_addresses(extension: str, start: str) -> None:
    replying = desk(extension=extension, reply_domain="Reply.example.com")
    address = address_for(KEYS, replying, ticket=1, role=Role.CUSTOMER, person="max@example.org")
    assert address.startswith(start)
    assert address.endswith("@Reply.example.com")
    assert read(KEYS, address.lower(), [replying]) is not None
    assert plain_address(address, [replying]) == "support@example.com"


def test_a_token_on_any_address_of_the_desk_counts_and_elsewhere_does_not() -> None:
    token = issued().split("+")[1].split("@")[0]
    both = desk("support@example.com", "help@example.com")
    assert read(KEYS, f"help+{token}@example.com", [both]) is not None
    assert read(KEYS, f"support+{token}@example.net", [both]) is None
    assert read(KEYS, f"sales+{token}@example.com", [both]) is None


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("support@example.com", "support@example.com"),
        ("Support+anything@EXAMPLE.com", "support@example.com"),
        ("support+not+a+token@example.com", "support@example.com"),
        ("help@example.com", "help@example.com"),
        ("support-x@example.com", None),
        ("support+@example.com", "support@example.com"),
        ("sales@example.com", None),
        ("support@example.org", None),
        ("support", None),
        ("", None),
    ],
)
def test_a_desk_takes_its_local_part_with_any_extension(address: str, plain: str | None) -> None:
    assert plain_address(address, [desk("support@example.com", "help@example.com")]) == plain


def test_the_desk_with_the_longest_fitting_name_is_meant() -> None:
    support, sales = desk("support@example.com"), desk("support+sales@example.com")
    address = address_for(KEYS, sales, ticket=1, role=Role.CUSTOMER, person="max@example.org")
    assert plain_address("support+sales@example.com", [support, sales]) == "support+sales@example.com"
    assert read(KEYS, address, [support, sales]) is not None
    assert read(KEYS, address, [sales, support]) is not None


def test_garbage_is_read_as_nothing() -> None:
    garbage = (
        "",
        "@",
        "+@example.com",
        "support+@example.com",
        "support+\udcff@example.com",
        "a@b@example.com",
        "x" * 9999,
    )
    assert all(read(KEYS, address, [desk()]) is None for address in garbage)


def test_a_local_part_without_room_for_a_token_is_refused_with_a_sentence() -> None:
    assert fits("a" * (63 - TOKEN_LENGTH))
    assert not fits("a" * (64 - TOKEN_LENGTH))
    with pytest.raises(ValueError, match="too long for a signed address"):
        address_for(KEYS, desk("a" * 40 + "@example.com"), ticket=1, role=Role.CUSTOMER, person="x@example.org")


@pytest.mark.parametrize(("ticket", "issue"), [(2**32, 0), (-1, 0), (1, 2**16), (1, -1)])
def test_numbers_that_do_not_fit_are_refused(ticket: int, issue: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        issued(ticket=ticket, issue=issue)


def test_the_secret_file_may_hold_comments_and_several_keys() -> None:
    keys = load_keys(f"# since 2026\n\n{secret_line(TWO, 'b')}  a {ONE.hex().upper()}  \n")
    assert keys.signing == ("b", TWO)
    assert dict(keys.all) == {"b": TWO, "a": ONE}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no key"),
        ("# nothing\n", "has no key"),
        ("1 abcd\n", 'Line 1 of the secret file is not "<key id> <64 hex digits>"'),
        (ONE.hex(), "Line 1"),
        (f"\nsp ace {ONE.hex()}", "Line 2"),
        (f"1 {ONE.hex()}\n1 {TWO.hex()}", "Line 2 of the secret file has key id 1 again"),
    ],
)
def test_a_secret_file_that_cannot_be_read_names_the_line(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        load_keys(text)


def test_faults_and_reprs_never_show_a_secret() -> None:
    assert ONE.hex() not in repr(KEYS)
    with pytest.raises(ValueError, match="Line 1") as fault:
        load_keys(ONE.hex() + "00")
    assert ONE.hex() not in str(fault.value)


def test_a_new_key_needs_32_octets_of_randomness() -> None:
    with pytest.raises(ValueError, match="32 octets"):
        secret_line(b"short")
