from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.business_time import WorkingCalendar
from shangji.lib.errors import BadInput
from tests.quick import least_seconds

CHINA = WorkingCalendar()
PLAIN = WorkingCalendar(country=None)
SHANGHAI = ZoneInfo("Asia/Shanghai")

odd_calendars = st.builds(
    WorkingCalendar,
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    day_overrides=st.dictionaries(
        st.dates(min_value=date(2025, 1, 1), max_value=date(2028, 1, 1)), st.booleans(), max_size=20
    ),
    country=st.sampled_from(["CN", "US", "DE", None]),
)
days = st.dates(min_value=date(2024, 1, 1), max_value=date(2029, 12, 31))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 22), False),  # a Sunday
        (date(2026, 10, 1), False),  # National Day
        (date(2026, 10, 10), True),  # a Saturday made up for it, 调休
        (date(2026, 2, 14), True),  # a Saturday before the Spring Festival
        (date(2026, 2, 17), False),
    ],
)
def test_china_has_holidays_and_make_up_days(day: date, worked: bool) -> None:
    assert CHINA.is_working_day(day) is worked


def test_a_year_not_yet_published_has_weekends_only_and_says_so() -> None:
    assert CHINA.is_known(2026)
    assert not CHINA.is_known(2090)
    assert CHINA.is_working_day(date(2090, 10, 2))  # a Monday in the National Day week
    assert not CHINA.is_working_day(date(2090, 10, 1))  # a Sunday
    assert not CHINA.is_known(1500)
    assert PLAIN.is_known(2090)
    assert not WorkingCalendar(country="ZZ").is_known(2026)
    assert WorkingCalendar(country="ZZ").is_working_day(date(2026, 1, 1))


def test_a_companys_own_days_are_stronger() -> None:
    own = WorkingCalendar(
        day_overrides={date(2026, 10, 1): True, date(2026, 11, 23): False, date(3000, 1, 1): False}
    )
    assert own.is_working_day(date(2026, 10, 1))
    assert not own.is_working_day(date(2026, 11, 23))
    assert not own.is_working_day(date(3000, 1, 1))
    assert own.working_days_between(date(2999, 12, 30), date(3000, 1, 2)) == 2


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-23", "2026-11-24", 1),
        ("2026-11-20", "2026-11-23", 1),  # Friday to Monday
        ("2026-11-21", "2026-11-23", 1),
        ("2026-09-30", "2026-10-12", 4),  # over National Day: 8, 9, the make-up 10, 12
        ("2026-11-24", "2026-11-23", -1),
    ],
)
def test_it_counts_working_days(start: str, end: str, count: int) -> None:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    assert CHINA.working_days_between(first, last) == count


@given(odd_calendars, days, days)
def test_counting_agrees_with_counting_on_fingers(
    calendar: WorkingCalendar, first: date, last: date
) -> None:
    start, end = min(first, last), max(first, last)
    steps = [start + timedelta(days=step) for step in range((end - start).days + 1)]
    assert calendar.working_days_between(start, end) == sum(
        calendar.is_working_day(day) for day in steps[1:]
    )
    assert calendar.working_days_between(end, start) == -sum(
        calendar.is_working_day(day) for day in steps[:-1]
    )


@given(odd_calendars, days, st.integers(-400, 400))
def test_adding_and_counting_undo_each_other(
    calendar: WorkingCalendar, day: date, count: int
) -> None:
    reached = calendar.add_working_days(day, count)
    assert calendar.working_days_between(day, reached) == count
    if count:
        assert calendar.is_working_day(reached)


def test_the_ends_of_the_calendar_do_not_break_it() -> None:
    assert CHINA.working_days_between(date.min, date.max) > 2_000_000
    with pytest.raises(BadInput):
        CHINA.add_working_days(date(2026, 11, 23), 10**7)
    with pytest.raises(BadInput):
        CHINA.add_working_days(date(2026, 11, 23), -(10**7))


def test_the_next_working_day_may_be_today() -> None:
    assert CHINA.next_working_day(date(2026, 11, 23)) == date(2026, 11, 23)
    assert CHINA.next_working_day(date(2026, 11, 21)) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-23 09:00", "2026-11-23 10:30", 90),
        ("2026-11-23 11:30", "2026-11-23 13:30", 60),  # over lunch
        ("2026-11-23 06:00", "2026-11-23 23:00", 480),
        ("2026-11-20 17:30", "2026-11-23 09:30", 60),  # over the weekend
        ("2026-11-16 09:00", "2026-11-23 09:00", 5 * 480),
        ("2026-11-21 09:00", "2026-11-22 18:00", 0),
        ("2026-11-23 10:00", "2026-11-23 09:30", -30),
        ("2026-11-23 09:00:00", "2026-11-23 09:00:59", 0),
    ],
)
def test_it_counts_working_minutes(start: str, end: str, minutes: int) -> None:
    assert CHINA.working_minutes_between(at(start), at(end)) == minutes


def test_minutes_are_counted_in_the_calendars_zone() -> None:
    new_york = WorkingCalendar(country="US", zone="America/New_York", hours=[(time(9), time(17))])
    start = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)  # 08:00 in New York
    assert new_york.working_minutes_between(start, start + timedelta(hours=3)) == 120
    assert not new_york.is_working_time(start)
    assert new_york.is_working_time(start + timedelta(hours=1))


def test_a_night_when_clocks_change_is_as_long_as_it_is() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    always = WorkingCalendar(range(7), hours=[(time(0), time(0))], country=None, zone=berlin)
    spring = at("2026-03-29 00:00", berlin), at("2026-03-30 00:00", berlin)
    autumn = at("2026-10-25 00:00", berlin), at("2026-10-26 00:00", berlin)
    assert always.working_minutes_between(*spring) == 23 * 60
    assert always.working_minutes_between(*autumn) == 25 * 60
    year = at("2026-01-01 00:00", berlin), at("2027-01-01 00:00", berlin)
    assert always.working_minutes_between(*year) == 365 * 24 * 60
    lost = WorkingCalendar(range(7), hours=[(time(2, 30), time(3))], country=None, zone=berlin)
    assert lost.working_minutes_between(*spring) == 0


def test_a_first_response_is_due_after_working_minutes() -> None:
    assert CHINA.add_working_minutes(at("2026-11-23 09:12"), 30) == at("2026-11-23 09:42")
    assert CHINA.add_working_minutes(at("2026-11-23 11:45"), 30) == at("2026-11-23 13:15")
    assert CHINA.add_working_minutes(at("2026-11-20 17:45"), 30) == at("2026-11-23 09:15")
    assert CHINA.add_working_minutes(at("2026-11-21 12:00"), 0) == at("2026-11-23 09:00")
    assert CHINA.add_working_minutes(at("2026-11-20 17:30"), 30) == at("2026-11-20 18:00")
    with pytest.raises(BadInput):
        CHINA.add_working_minutes(at("2026-11-20 17:30"), -1)


@given(
    odd_calendars,
    st.datetimes(
        min_value=datetime(2025, 1, 1), max_value=datetime(2027, 1, 1), timezones=st.just(SHANGHAI)
    ).map(lambda moment: moment.replace(second=0, microsecond=0)),
    st.integers(0, 60_000),
)
def test_adding_and_counting_minutes_undo_each_other(
    calendar: WorkingCalendar, start: datetime, minutes: int
) -> None:
    due = calendar.add_working_minutes(start, minutes)
    assert calendar.working_minutes_between(start, due) == minutes


@pytest.mark.parametrize(
    "broken",
    [
        {"weekdays": []},
        {"weekdays": [7]},
        {"hours": []},
        {"hours": [(time(9), time(9))]},
        {"hours": [(time(9), time(12)), (time(11), time(18))]},
        {"hours": [(time(22), time(6))]},
        {"zone": "Nowhere"},
    ],
)
def test_a_calendar_that_cannot_work_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        WorkingCalendar(**broken)  # type: ignore[arg-type]


def test_ten_thousand_records_are_counted_quickly() -> None:
    today = date(2026, 11, 23)
    CHINA.working_days_between(date(2016, 1, 1), today)  # the years are worked out once

    def count() -> None:
        for step in range(10_000):
            CHINA.working_days_between(today - timedelta(days=step % 3000), today)

    assert least_seconds(count) < 1.0
