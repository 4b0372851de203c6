from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.dates import (
    RANGE_UNITS,
    DateRange,
    add_months,
    day_range,
    format_date,
    format_date_short,
    format_day,
    format_day_head,
    format_days,
    format_instant,
    format_month,
    format_when,
    month_range,
    quarter_range,
    rolling_range,
    shifted_range,
    start_of_day,
    today_in,
    week_range,
    year_range,
    zone_of,
)
from shangji.lib.errors import BadInput

TODAY = date(2026, 11, 23)
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2100, 12, 31))
zones = st.sampled_from(
    [
        "UTC", "Asia/Shanghai", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia",
        "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Africa/Cairo",
        "Australia/Lord_Howe",
    ]
)  # fmt: skip


def test_today_depends_on_the_zone() -> None:
    now = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    assert today_in("UTC", now) == TODAY
    assert today_in("Asia/Shanghai", now) == date(2026, 11, 24)
    assert today_in("America/Los_Angeles", now) == TODAY


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "Asia", "x\x00", "A" * 5000])
def test_a_zone_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="is not a time zone"):
        zone_of(name)


def test_ranges_hold_their_days() -> None:
    assert day_range(TODAY) == DateRange(TODAY, date(2026, 11, 24))
    assert week_range(TODAY) == DateRange(date(2026, 11, 23), date(2026, 11, 30))
    assert week_range(TODAY, first_weekday=6) == DateRange(date(2026, 11, 22), date(2026, 11, 29))
    assert month_range(TODAY) == DateRange(date(2026, 11, 1), date(2026, 12, 1))
    assert quarter_range(TODAY) == DateRange(date(2026, 10, 1), date(2027, 1, 1))
    assert quarter_range(TODAY, first_month=2).start == date(2026, 11, 1)
    assert year_range(TODAY) == DateRange(date(2026, 1, 1), date(2027, 1, 1))
    assert year_range(date(2026, 3, 31), first_month=4).start == date(2025, 4, 1)
    assert rolling_range(TODAY, -90) == DateRange(date(2026, 8, 26), date(2026, 11, 24))
    assert len(rolling_range(TODAY, -90)) == len(rolling_range(TODAY, 90)) == 90
    assert TODAY in rolling_range(TODAY, 1)
    assert month_range(TODAY).last == date(2026, 11, 30)
    assert list(week_range(TODAY))[-1] == date(2026, 11, 29)


def test_shifted_ranges_lie_before_and_after() -> None:
    assert shifted_range("month", date(2026, 3, 31), -1) == month_range(date(2026, 2, 1))
    assert shifted_range("quarter", TODAY, 1) == quarter_range(date(2027, 1, 1))
    assert shifted_range("year", TODAY, -1, first_month=4).start == date(2025, 4, 1)
    assert shifted_range("day", TODAY, 1).start == date(2026, 11, 24)
    with pytest.raises(BadInput):
        shifted_range("decade", TODAY)
    with pytest.raises(BadInput):
        shifted_range("year", TODAY, 10**9)


@given(days, st.sampled_from(RANGE_UNITS), st.integers(1, 12), st.integers(-20, 20))
def test_neighbouring_ranges_meet(day: date, unit: str, first_month: int, offset: int) -> None:
    here = shifted_range(unit, day, offset, first_month=first_month)
    after = shifted_range(unit, day, offset + 1, first_month=first_month)
    assert here.end == after.start
    assert day in shifted_range(unit, day, 0, first_month=first_month)


@given(days, zones)
def test_months_add_up_to_the_year_in_instants(day: date, zone: str) -> None:
    year = year_range(day)
    months = [month_range(date(day.year, month, 1)).instants(zone) for month in range(1, 13)]
    assert months[0][0] == year.instants(zone)[0]
    assert months[-1][1] == year.instants(zone)[1]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(months))


@given(days, zones)
def test_the_first_instant_of_a_day_is_on_it_and_the_one_before_is_not(
    day: date, zone: str
) -> None:
    start = start_of_day(day, zone)
    if start == start_of_day(day + timedelta(days=1), zone):
        return  # a day the zone left out, as Samoa did on 2011-12-30
    assert today_in(zone, start) == day
    assert today_in(zone, start - timedelta(microseconds=1)) < day


def test_days_of_a_clock_change_have_23_and_25_hours() -> None:
    def hours(day: date) -> float:
        start, end = day_range(day).instants("Europe/Berlin")
        return (end - start).total_seconds() / 3600

    assert [hours(date(2026, 3, 29)), hours(date(2026, 10, 25)), hours(TODAY)] == [23, 25, 24]


def test_a_month_later_keeps_the_day_where_it_can() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 1, 15), -13) == date(2024, 12, 15)


@pytest.mark.parametrize(
    ("day", "zh", "en"),
    [
        (date(2026, 11, 23), "今天", "Today"),
        (date(2026, 11, 22), "昨天", "Yesterday"),
        (date(2026, 11, 24), "明天", "Tomorrow"),
        (date(2026, 11, 25), "11-25 周三", "Wed 25 Nov"),
        (date(2026, 2, 1), "02-01 周日", "Sun 1 Feb"),
        (date(2027, 1, 15), "2027-01-15", "15 Jan 2027"),
    ],
)
def test_days_are_said_in_words(day: date, zh: str, en: str) -> None:
    assert format_day(day, TODAY, "zh-hans") == zh
    assert format_day(day, TODAY, "en") == en


def test_short_dates_name_the_year_only_when_it_is_far() -> None:
    assert format_date_short(date(2026, 12, 18), TODAY, "zh-hans") == "12-18"
    assert format_date_short(date(2027, 1, 15), TODAY, "en") == "15 Jan"
    assert format_date_short(date(2027, 11, 1), TODAY, "zh-hans") == "2027-11-01"
    assert format_date_short(date(2025, 1, 1), TODAY, "en") == "1 Jan 2025"


def test_instants_are_shown_in_the_readers_zone() -> None:
    now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    call = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert format_when(call, now, "Asia/Shanghai", "zh-hans") == "今天 10:30"
    assert format_when(call, now, "Asia/Shanghai", "en") == "Today 10:30"
    assert format_when(call, now, "America/Los_Angeles", "en") == "Today 18:30"
    assert format_when(now.replace(year=2025), now, "UTC", "en") == "23 Nov 2025 01:00"
    assert format_instant(call, "Asia/Shanghai", "zh-hans") == "2026-11-23 10:30"


def test_other_words_for_dates() -> None:
    assert format_date(TODAY, "zh-hans") == "2026-11-23"
    assert format_date(TODAY, "en") == "23 Nov 2026"
    assert format_day_head(TODAY, "zh-hans") == "11 月 23 日 周一"
    assert format_day_head(TODAY, "en") == "Mon 23 Nov"
    assert format_month(TODAY, "zh-hans") == "2026 年 11 月"
    assert format_month(TODAY, "en") == "Nov 2026"
    assert (format_days(6, "zh-hans"), format_days(6, "en")) == ("6 天", "6 d")
