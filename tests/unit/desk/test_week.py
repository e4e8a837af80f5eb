from __future__ import annotations

from datetime import date

import pytest

from maildesk.desk.service_time.week import Span, parse_hours, parse_open_day, span_text


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("Mon 09:00-17:30", [(0, 540, 1050)]),
        ("mon-wed 9:00-17:00", [(0, 540, 1020), (1, 540, 1020), (2, 540, 1020)]),
        ("Mon 09:00-12:00, 13:00-17:00", [(0, 540, 720), (0, 780, 1020)]),
        ("Mon 09:00-12:00 13:00-17:00", [(0, 540, 720), (0, 780, 1020)]),
        ("Sat, Sun 10:00-11:00", [(5, 600, 660), (6, 600, 660)]),
        ("Sat-Mon 10:00-11:00", [(0, 600, 660), (5, 600, 660), (6, 600, 660)]),
        ("Monday – Tuesday 10:00 – 11:00", [(0, 600, 660), (1, 600, 660)]),
        ("Fri 22:00-06:00", [(4, 1320, 1800)]),
        ("Fri 00:00-24:00", [(4, 0, 1440)]),
        ("Fri 18:00-00:00", [(4, 1080, 1440)]),
        ("Mon 10:00-11:00, Tue 12:00-13:00", [(0, 600, 660), (1, 720, 780)]),
    ],
)
def test_hours_are_read_as_people_write_them(line: str, spans: list[tuple[int, int, int]]) -> None:
    assert parse_hours([line]) == tuple(Span(*span) for span in spans)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "needs hours"),
        (["Mon"], "says no hours"),
        ([""], "says no hours"),
        (["09:00-17:00"], "before it names a day"),
        (["Mon 9-17"], "is not a span of hours"),
        (["Mon 09:00-25:00"], "not a time of day"),
        (["Mon 09:60-10:00"], "not a time of day"),
        (["Mon 09:00-24:30"], "not a time of day"),
        (["Mon 09:00-09:00"], "has no length"),
        (["Mon 24:00-06:00"], "has no length"),
        (["Lundi 09:00-17:00"], '"lundi" in "Lundi 09:00-17:00" is not a day'),
        (["Mon-Fri 09:00-17:00 Sat"], "says no hours"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_a_sentence(lines: list[str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_hours(lines)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["Mon 09:00-17:00", "Mon-Fri 16:00-18:00"], "Mon 09:00-17:00 and Mon 16:00-18:00 overlap"),
        (["Mon 22:00-06:00", "Tue 05:00-09:00"], "Mon 22:00-06:00 and Tue 05:00-09:00 overlap"),
        (["Sun 22:00-06:00", "Mon 05:00-09:00"], "Sun 22:00-06:00 and Mon 05:00-09:00 overlap"),
        (["Mon 09:00-17:00", "Mon 09:00-17:00"], "overlap"),
    ],
)
def test_overlapping_spans_are_refused_with_both_named(lines: list[str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_hours(lines)


def test_spans_that_touch_do_not_overlap() -> None:
    assert len(parse_hours(["Mon-Sun 00:00-24:00"])) == 7
    assert len(parse_hours(["Mon 22:00-06:00", "Tue 06:00-09:00"])) == 2


def test_an_extra_open_day_has_a_date_and_spans() -> None:
    assert parse_open_day("2026-12-05 10:00-14:00, 15:00-16:00") == (date(2026, 12, 5), ((600, 840), (900, 960)))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "is not an open day"),
        ("5 December 10:00-14:00", "is not an open day"),
        ("2026-12-05", "says no hours"),
        ("2026-12-05 10:00-14:00 13:00-15:00", "overlap"),
    ],
)
def test_an_extra_open_day_that_cannot_be_read_is_refused(line: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_open_day(line)


def test_a_span_is_written_as_it_is_read() -> None:
    assert span_text(1320, 1800) == "22:00-06:00"
    assert span_text(0, 1440) == "00:00-24:00"


@pytest.mark.parametrize("span", [(7, 0, 60), (-1, 0, 60), (0, 60, 60), (0, 1440, 1500), (0, 60, 1501)])
def test_a_span_that_is_none_cannot_be_made(span: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(*span)


def test_a_span_may_last_a_day_and_begin_in_its_last_minute() -> None:
    assert Span(6, 1439, 1440 + 1439)
