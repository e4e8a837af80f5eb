"""What somebody types right above the line that attributes the quote, as neomutt leaves it, is theirs."""

from __future__ import annotations

import pytest

from maildesk.mail.quote import cut_quotes

QUOTE = ["> — write your reply above this line", ">", "> Your mail did this:"]


@pytest.mark.parametrize("typed", ["#show 1003", "#merge 2042", "It comes at 1900", "Please call 5551"])
def test_a_line_that_ends_in_four_digits_is_no_beginning_of_an_attribution(typed: str) -> None:
    attribution = "On Mon, Nov 23, 2026 at 09:18:00AM +0100, Lampen Support wrote:"
    assert cut_quotes([typed, attribution, *QUOTE]).new == [typed]


def test_an_attribution_broken_behind_its_year_is_one() -> None:
    broken = ["On Mon, Nov 23 2026", "at 09:18 Anna Schmidt wrote:"]
    assert cut_quotes(["Thanks!", *broken, *QUOTE]).new == ["Thanks!"]
