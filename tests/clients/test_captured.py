"""The mails that real programs wrote, kept in ``captured/``: each comes in to the desk as it stood when it was written.

Anew: ``make test-clients CAPTURE=1`` lets every program write them again; ``python -m tests.clients.expecting`` writes
what is expected. Both are read before they are committed.
"""

from __future__ import annotations

import re

import pytest

from tests.clients.capturing import CAPTURED, on_the_way
from tests.clients.cases import CASES, SIGNATURE, cases_of
from tests.clients.expecting import captured, expected_of, wrong_with
from tests.clients.leaks import found_in, secrets
from tests.clients.scene import HERE, answer, scene

pytestmark = pytest.mark.xdist_group("captured")  # the scene is played once in a process


@pytest.mark.parametrize(("client", "case"), captured())
def test_what_the_customer_gets_is_whole_and_shows_no_secret(client: str, case: str) -> None:
    outcome = answer(on_the_way((CAPTURED / client / f"{case}.eml").read_bytes()))
    assert not wrong_with(outcome)
    assert outcome.told == expected_of(client, case).read_text()


def test_six_programs_wrote_every_case_that_they_can() -> None:
    clients = {client for client, _ in captured()}
    assert len(clients) >= 6
    assert set(captured()) == {(client, case.name) for client in clients for case in cases_of(client)}


def test_secrets_can_be_found() -> None:
    inside = [each.sender.encode() + b"\n" + each.raw for each in scene().sent] + [
        path.read_bytes() for path in sorted((HERE / "scene").glob("*"))
    ]
    inside += [
        (HERE / "maildesk.toml").read_bytes(),
        SIGNATURE.encode(),
        *(each.text.encode() for each in CASES.values()),
    ]
    found = {secret for each in inside for secret in found_in(on_the_way(each))}
    assert len(secrets()) == 30
    assert found == set(secrets())


def test_kept_mails_tell_nothing_of_where_they_were_written() -> None:
    told = re.compile(rb"/tmp/|/root|/work|maildesk-|\.internal\b|(?:^|[^\d.])(?!127\.)\d{1,3}(?:\.\d{1,3}){3}\b")
    for client, case in captured():
        assert not told.findall((CAPTURED / client / f"{case}.eml").read_bytes()), f"{client} {case}"
