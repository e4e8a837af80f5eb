"""Any octets give a letter whose texts can be stored. The full run is ``benchmarks/mutations.py`` (200,000 mails)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.mutations import check, mutations
from maildesk.mail.parsing import parse
from tests.unit.mail.samples import SAMPLES


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_mail_is_read(seed: int) -> None:
    for number, raw in mutations(list(SAMPLES.values()), seed, 150):
        try:
            check(raw)
        except Exception as error:
            pytest.fail(f"seed {seed}, number {number}: {error!r}")


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_octets_are_read(raw: bytes) -> None:
    check(raw)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_new_text_and_signature_hold_no_line_that_the_text_has_not(body: str) -> None:
    letter = parse(b"Content-Type: text/plain; charset=utf-8\n\n" + body.encode("utf-8", "replace"))
    whole = "".join(letter.text.split())
    assert "".join(letter.new_text.split()) in whole or not letter.new_text
    assert "".join(letter.signature.split()) in whole
