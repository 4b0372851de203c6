from datetime import UTC, datetime, time, timedelta

import pytest

from shangji.foundation.jobs import registry
from shangji.foundation.jobs.models import Job, Schedule
from shangji.foundation.jobs.registry import schedule
from shangji.foundation.jobs.schedules import run_due, sync_schedules
from shangji.foundation.jobs.testing import run_all_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("planned")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def hourly(kind, now):
    kind("test.hourly", lambda ctx: None)
    schedule("test.hourly", every=HOUR)
    sync_schedules(now=now)
    return Schedule.objects.get()


@pytest.fixture
def daily(kind, now):
    """Daily at 07:30 in Shanghai; now is 10:00 there."""
    kind("test.daily", lambda ctx: None)
    schedule("test.daily", daily_at="07:30")
    sync_schedules(now=now)
    return Schedule.objects.get()


def test_it_runs_once_per_tick(hourly, now):
    assert run_due(now=now) == []
    assert len(run_due(now=now + HOUR)) == 1
    assert run_due(now=now + HOUR) == []
    run_all_jobs(now=now + HOUR)
    assert len(run_due(now=now + 2 * HOUR)) == 1


def test_it_does_not_make_up_for_what_it_missed(hourly, now):
    assert len(run_due(now=now + 5 * DAY)) == 1
    run_all_jobs(now=now + 5 * DAY)
    assert run_due(now=now + 5 * DAY + HOUR / 2) == []
    hourly.refresh_from_db()
    assert hourly.next_run_at == now + 5 * DAY + HOUR


def test_it_waits_for_the_run_before(hourly, now):
    assert len(run_due(now=now + HOUR)) == 1
    assert run_due(now=now + 2 * HOUR) == []
    run_all_jobs(now=now + 2 * HOUR)
    assert len(run_due(now=now + 3 * HOUR)) == 1


def test_it_runs_daily_at_a_local_time(daily, now):
    assert daily.next_run_at == datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert len(run_due(now=daily.next_run_at)) == 1
    daily.refresh_from_db()
    assert daily.next_run_at == datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("jump", [-HOUR, HOUR, DAY])
def test_it_runs_daily_work_once_when_the_clock_jumps(daily, jump):
    """FLT-7: the clock jumps right after a run, and comes back."""
    tick = daily.next_run_at
    made = len(run_due(now=tick))
    run_all_jobs(now=tick)
    made += len(run_due(now=tick + jump))
    run_all_jobs(now=tick + DAY)
    made += len(run_due(now=tick + HOUR / 60))
    # a jump over the next day's tick is that day's run, and only that one
    assert made == (2 if jump == DAY else 1)
    assert Job.objects.count() == made
    assert len({job.unique_key for job in Job.objects.all()}) == made


def test_it_counts_from_here_when_the_clock_was_set_back(hourly, now):
    assert run_due(now=now - 30 * DAY) == []
    hourly.refresh_from_db()
    assert hourly.next_run_at == now - 30 * DAY + HOUR


def test_it_follows_the_code(kind, hourly, now):
    kind("test.other", lambda ctx: None)
    schedule("test.hourly", every=2 * HOUR)
    schedule("test.other", daily_at="09:15", params={"a": 1}, name="test.other.morning")
    sync_schedules(now=now + HOUR / 2)
    rows = {row.name: row for row in Schedule.objects.all()}
    assert rows["test.hourly"].next_run_at == now + 2.5 * HOUR
    assert rows["test.other.morning"].daily_at == time(9, 15)
    assert rows["test.other.morning"].params == {"a": 1}


def test_it_keeps_times_of_a_schedule_that_stays(hourly, now):
    sync_schedules(now=now + HOUR / 2)
    hourly.refresh_from_db()
    assert hourly.next_run_at == now + HOUR


def test_it_forgets_a_schedule_that_left_the_code(hourly, now, monkeypatch):
    monkeypatch.setattr("shangji.foundation.jobs.registry._PLANNED", {})
    sync_schedules(now=now)
    assert not Schedule.objects.exists()


def test_it_refuses_a_schedule_without_a_time():
    with pytest.raises(ValueError, match="one of"):
        schedule("test.hourly")


def test_every_kind_of_the_product_has_words_on_the_page_of_jobs() -> None:
    bare = [
        name
        for name, kind in registry._KINDS.items()
        if not kind.label and ".tests" not in kind.handler.__module__
    ]
    assert bare == []
