"""What runs again and again: once per tick, whatever the clock does (FLT-7)."""

from datetime import datetime, timedelta

from django.db import transaction

from shangji.foundation.jobs.models import Job, Schedule
from shangji.foundation.jobs.queue import enqueue
from shangji.foundation.jobs.registry import Planned, planned_schedules
from shangji.foundation.workspace.queries import zone


def next_run(row: Schedule, now: datetime) -> datetime:
    """The first moment after `now`. Moments that were missed are not made up for."""
    if row.every_seconds is not None:
        return now + timedelta(seconds=row.every_seconds)
    here = zone()
    local = now.astimezone(here)
    assert row.daily_at is not None
    for days in (0, 1):
        day = local.date() + timedelta(days=days)
        moment = datetime.combine(day, row.daily_at, tzinfo=here)
        if moment > now:
            break
    return moment


def sync_schedules(*, now: datetime) -> None:
    """Make the rows follow what the code registers; a schedule that stays keeps its times."""
    planned = planned_schedules()
    with transaction.atomic():
        known = {row.name: row for row in Schedule.objects.select_for_update()}
        Schedule.objects.exclude(name__in=planned).delete()
        for plan in planned.values():
            row = known.get(plan.name)
            if row is None:
                row = _fill(Schedule(name=plan.name), plan)
                row.next_run_at = next_run(row, now)
                Schedule.objects.bulk_create([row], ignore_conflicts=True)
                continue
            before = (row.every_seconds, row.daily_at, row.kind, row.params)
            _fill(row, plan)
            if before != (row.every_seconds, row.daily_at, row.kind, row.params):
                row.next_run_at = next_run(row, now)
                row.save()


def _fill(row: Schedule, plan: Planned) -> Schedule:
    row.kind, row.params = plan.kind, dict(plan.params)
    row.every_seconds = int(plan.every.total_seconds()) if plan.every is not None else None
    row.daily_at = plan.daily_at
    return row


def run_due(*, now: datetime) -> list[Job]:
    """Enqueue what is due. Many workers may call it at once: one of them wins each tick."""
    made = []
    for row in Schedule.objects.all():
        if _too_far(row, now):
            # the clock was set back: start counting from here
            Schedule.objects.filter(pk=row.pk, next_run_at=row.next_run_at).update(
                next_run_at=next_run(row, now)
            )
        elif row.next_run_at <= now:
            job = _run(row, now)
            if job is not None:
                made.append(job)
    return made


def _too_far(row: Schedule, now: datetime) -> bool:
    longest = timedelta(seconds=row.every_seconds) if row.every_seconds else timedelta(days=2)
    return row.next_run_at > now + longest


def _run(row: Schedule, now: datetime) -> Job | None:
    tick = row.next_run_at
    with transaction.atomic():
        won = Schedule.objects.filter(pk=row.pk, next_run_at=tick).update(
            next_run_at=next_run(row, now), last_run_at=now
        )
        if not won or _under_way(row):
            return None
        key = f"schedule:{row.name}:{tick:%Y-%m-%dT%H:%M:%S.%f}"
        return enqueue(row.kind, params=row.params, unique_key=key, run_at=now)


def _under_way(row: Schedule) -> bool:
    """The run before is still waiting or running: no second one beside it."""
    return Job.objects.filter(
        kind=row.kind,
        state__in=[Job.State.QUEUED, Job.State.RUNNING],
        unique_key__startswith=f"schedule:{row.name}:",
    ).exists()
