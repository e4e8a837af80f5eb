from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maildesk.desk.judging.brakes import Counts, is_suspected_robot, should_bundle, tripped
from maildesk.desk.words import Brakes, Trust

BRAKES = Brakes(freemail=frozenset({"gmail.com"}))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("below", "at", "brake", "by_address"),
    [
        (Counts(ticket_hour=4), Counts(ticket_hour=5), "per_ticket.hour", True),
        (Counts(ticket_day=19), Counts(ticket_day=20), "per_ticket.day", True),
        (Counts(address_hour=9), Counts(address_hour=10), "per_address.hour", True),
        (Counts(address_day=19), Counts(address_day=20), "per_address.day", True),
    ],
)
def test_each_brake_holds_the_mail_after_its_last(below: Counts, at: Counts, brake: str, by_address: bool) -> None:
    assert tripped(BRAKES, below, Trust.AUTHENTICATED, "customer.org") is None
    held = tripped(BRAKES, at, Trust.AUTHENTICATED, "customer.org")
    assert held is not None
    assert (held.brake, held.by_address) == (brake, by_address)
    assert held.reason.endswith(".")


@pytest.mark.parametrize(
    ("below", "at", "brake", "by_address"),
    [
        (Counts(address_hour=2), Counts(address_hour=3), "per_stranger.hour", True),
        (Counts(domain_strangers_hour=99), Counts(domain_strangers_hour=100), "strangers_per_domain.hour", False),
        (Counts(site_strangers_hour=199), Counts(site_strangers_hour=200), "strangers_per_site.hour", False),
    ],
)
@pytest.mark.parametrize("trust", [Trust.STRANGER, Trust.KNOWN])
def test_the_unauthenticated_have_brakes_of_their_own(
    trust: Trust, below: Counts, at: Counts, brake: str, by_address: bool
) -> None:
    assert tripped(BRAKES, below, trust, "customer.org") is None
    held = tripped(BRAKES, at, trust, "customer.org")
    assert held is not None
    assert (held.brake, held.by_address) == (brake, by_address)
    assert tripped(BRAKES, at, Trust.AUTHENTICATED, "customer.org") is None


def test_a_freemail_domain_has_no_brake_per_domain() -> None:
    crowd = Counts(domain_strangers_hour=150)
    assert tripped(BRAKES, crowd, Trust.STRANGER, "Gmail.com") is None
    assert tripped(BRAKES, crowd, Trust.STRANGER, "customer.org") is not None


def test_nought_lifts_a_brake() -> None:
    lifted = Brakes(0, 0, 0, 0, 0, 0, 0, 0)
    many = Counts(10**6, 10**6, 10**6, 10**6, 10**6, 10**6)
    assert tripped(lifted, many, Trust.STRANGER, "customer.org") is None
    assert not should_bundle(lifted, 10**6)


def test_a_limit_of_one_lets_one_mail_leave() -> None:
    ones = Brakes(1, 1, 1, 1, 1, 1, 1, 1)
    assert tripped(ones, Counts(), Trust.STRANGER, "customer.org") is None
    assert tripped(ones, Counts(ticket_hour=1), Trust.STRANGER, "customer.org") is not None
    assert not should_bundle(ones, 0)
    assert should_bundle(ones, 1)


def test_mail_to_an_agent_is_bundled_over_the_limit() -> None:
    assert not should_bundle(BRAKES, 29)
    assert should_bundle(BRAKES, 30)


def test_one_trip_makes_no_robot_and_two_do() -> None:
    assert not is_suspected_robot(1, NOW, NOW, None, None)
    assert is_suspected_robot(2, NOW, NOW, NOW, None)
    assert not is_suspected_robot(2, None, NOW, NOW, None)


def test_a_robot_stays_one_until_seven_quiet_days_pass() -> None:
    since = NOW - 30 * DAY
    assert is_suspected_robot(2, since, NOW, NOW - 6 * DAY, None)
    assert not is_suspected_robot(2, since, NOW, NOW - 7 * DAY, None)
    assert not is_suspected_robot(2, since, NOW, None, None)


def test_an_agents_mail_ends_the_suspicion() -> None:
    since = NOW - DAY
    assert not is_suspected_robot(2, since, NOW, NOW, agent_wrote=NOW)
    assert not is_suspected_robot(2, since, NOW, NOW, agent_wrote=since)
    assert is_suspected_robot(2, since, NOW, NOW, agent_wrote=since - DAY)
