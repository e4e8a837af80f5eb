from __future__ import annotations

from datetime import date

import pytest

from maildesk.desk.service_time.public_holidays import public_holidays


def test_a_region_has_its_countrys_holidays_and_its_own() -> None:
    womens_day = date(2026, 3, 8)
    assert womens_day in public_holidays("DE-BE")(2026)
    assert womens_day not in public_holidays("DE-BY")(2026)
    assert date(2026, 12, 25) in public_holidays("DE")(2026)


def test_each_year_has_its_own_movable_days() -> None:
    berlin = public_holidays("DE-BE")
    assert date(2026, 4, 6) in berlin(2026)
    assert date(2027, 3, 29) in berlin(2027)


def test_codes_are_read_in_any_case() -> None:
    assert public_holidays("de-be")(2026) == public_holidays("DE-BE")(2026)
    assert public_holidays("GB-eng")(2026)


def test_no_code_means_no_holidays() -> None:
    assert public_holidays("")(2026) == frozenset()


@pytest.mark.parametrize("code", ["XX", "Germany-Berlin", "DE-XX", "-"])
def test_an_unknown_region_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(ValueError, match=f'No holidays are known for "{code}"'):
        public_holidays(code)


def test_the_sentence_names_the_regions_of_the_country() -> None:
    with pytest.raises(ValueError, match="DE-BE, DE-BW"):
        public_holidays("DE-XX")
