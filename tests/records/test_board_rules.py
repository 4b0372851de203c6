"""Days in columns: which spans stand around today, where a carried day goes."""

from datetime import date

import pytest

from shangji.records.boards.rules import WINDOWS, placed, share, spans

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("unit", "first", "last"),
    [
        ("day", date(2026, 11, 23), date(2026, 12, 7)),
        ("week", date(2026, 11, 9), date(2027, 1, 4)),
        ("month", date(2026, 9, 1), date(2027, 5, 1)),
        ("quarter", date(2026, 7, 1), date(2028, 1, 1)),
    ],
)
def test_it_shows_the_spans_around_today(unit: str, first: date, last: date) -> None:
    found = spans(unit, TODAY)
    assert (found[0].start, found[-1].end) == (first, last)
    assert len(found) == sum(WINDOWS[unit]) + 1
    assert [one.end for one in found[:-1]] == [one.start for one in found[1:]]


@pytest.mark.parametrize(
    ("held", "unit", "start", "lands"),
    [
        # the same day of the month, the last one of a shorter month
        (date(2026, 11, 17), "month", date(2026, 12, 1), date(2026, 12, 17)),
        (date(2027, 1, 31), "month", date(2027, 2, 1), date(2027, 2, 28)),
        # the same weekday, the same month of the quarter
        (date(2026, 11, 24), "week", date(2026, 12, 7), date(2026, 12, 8)),
        (date(2026, 11, 17), "quarter", date(2027, 1, 1), date(2027, 2, 17)),
        (date(2026, 11, 24), "day", date(2026, 11, 30), date(2026, 11, 30)),
        # without a day the first of the span; today when that has gone by
        (None, "month", date(2027, 1, 1), date(2027, 1, 1)),
        (None, "month", date(2026, 11, 1), TODAY),
        (date(2026, 12, 3), "month", date(2026, 11, 1), TODAY),
        # where it stands already it stays, gone by or not
        (date(2026, 11, 3), "month", date(2026, 11, 1), date(2026, 11, 3)),
        # a span that is over takes the day that was asked for
        (date(2026, 11, 17), "month", date(2026, 10, 1), date(2026, 10, 17)),
    ],
)
def test_it_keeps_the_place_of_a_day(
    held: date | None, unit: str, start: date, lands: date
) -> None:
    assert placed(held, unit, start, TODAY) == lands


def test_it_draws_no_bar_below_zero() -> None:
    assert [share(part, 200) for part in (200, 100, 0, -50)] == [97, 48, 0, 0]
    assert share(5, 0) == 0
