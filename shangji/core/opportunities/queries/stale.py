"""Stale: too many working days since the last touch with the customer, by stage."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from shangji.core.opportunities.models import Stage
from shangji.core.opportunities.queries.pipelines import stages
from shangji.foundation.workspace.queries import today, working_calendar, zone
from shangji.lib.dates import start_of_day


def stale_cutoffs(now: datetime, among: Iterable[Stage] | None = None) -> dict[int, datetime]:
    """By stage id: a last touch before this instant makes an opportunity stale.

    Stages that never grow stale (0 days, or decided ones) are left out.
    """
    calendar, day = working_calendar(), today(now=now)
    found: dict[int, datetime] = {}
    by_days: dict[int, datetime] = {}
    for stage in stages() if among is None else among:
        if stage.stale_days and stage.kind == Stage.OPEN:
            if stage.stale_days not in by_days:
                first = calendar.add_working_days(day, -stage.stale_days)
                by_days[stage.stale_days] = start_of_day(first, zone())
            found[stage.pk] = by_days[stage.stale_days]
    return found


def stale_condition(now: datetime) -> Q:
    """Stale opportunities as a condition."""
    by_cutoff: dict[datetime, list[int]] = defaultdict(list)
    for stage_id, cutoff in stale_cutoffs(now).items():
        by_cutoff[cutoff].append(stage_id)
    if not by_cutoff:
        return Q(pk__in=[])
    condition = Q()
    for cutoff, ids in by_cutoff.items():
        condition |= Q(stage__in=ids, last_contact_at__lt=cutoff)
    # the latest of them again by itself: a bound that an index can be walked to
    return Q(last_contact_at__lt=max(by_cutoff)) & condition


def days_since(instant: datetime, now: datetime) -> int:
    """Working days from the day of an instant to today."""
    calendar = working_calendar()
    return max(0, calendar.working_days_between(today(now=instant), today(now=now)))
