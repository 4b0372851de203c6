"""What stands in somebody's calendar: activities, next steps, expected closes."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from shangji.core.activities.choices import ICONS
from shangji.core.activities.models import Activity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.workspace.queries import today, zone
from shangji.lib.dates import start_of_day
from shangji.lib.values import dataclass

#: rows read per kind
LIMIT = 2000


@dataclass(frozen=True)
class Entry:
    """One thing on one day. `type` is activity, step or close; `at` its time when it has one.

    `about` says for whom; `owner` whose it is; `changed` when the record last changed.
    """

    type: str
    pk: int
    on: date
    at: time | None
    icon: str
    title: str
    about: str
    phase: str
    url: str
    owner: str
    is_done: bool
    is_late: bool
    minutes: int | None
    changed: datetime

    @property
    def order(self) -> tuple[Any, ...]:
        return (self.is_done, self.at or time.max, self.type != "activity", self.pk)


def may_see_team(actor: Actor) -> bool:
    """Whether there are others whose calendar this person reads."""
    return actor.scope("read", "activity") > Scope.OWN


def people_shown(actor: Actor, *, team: bool) -> frozenset[int] | None:
    """Ids of the people in view: oneself (and whom one stands in for), or all one reads."""
    scope = actor.scope("read", "activity") if team and may_see_team(actor) else Scope.OWN
    return actor.owner_ids(scope)


def entries(
    actor: Actor, first: date, last: date, *, owners: Collection[int] | None, now: datetime
) -> dict[date, list[Entry]]:
    """Entries by day, first and last day included, in the order of the day.

    Args:
        owners: ids of people; None for everybody the actor reads.
    """
    found: dict[date, list[Entry]] = defaultdict(list)
    for entry in (
        *_activities(actor, first, last, owners, now),
        *_steps(actor, first, last, owners, now),
        *_closes(actor, first, last, owners, now),
    ):
        found[entry.on].append(entry)
    return {day: sorted(rows, key=lambda one: one.order) for day, rows in found.items()}


def _whose(path: str, owners: Collection[int] | None) -> Q:
    return Q() if owners is None else Q(**{f"{path}__in": sorted(owners)})


def _activities(
    actor: Actor, first: date, last: date, owners: Collection[int] | None, now: datetime
) -> list[Entry]:
    day, here = today(now=now), zone()
    begin, end = start_of_day(first, here), start_of_day(last + timedelta(days=1), here)
    rows = (
        model_queryset(Activity)
        .visible_to(actor)
        .filter(_whose("owner_id", owners))
        .filter(
            Q(due_on__gte=first, due_on__lte=last)
            | Q(due_on=None, done_at__gte=begin, done_at__lt=end)
        )
        .select_related("opportunity", "account", "owner")
        .order_by("due_on", "pk")[:LIMIT]
    )
    found = []
    for row in rows:
        done = row.done_at.astimezone(here) if row.done_at else None
        deal = row.opportunity
        found.append(
            Entry(
                type="activity",
                pk=row.pk,
                on=row.due_on or (done.date() if done else day),
                at=row.due_time or (done.time() if done and not row.due_on else None),
                icon=ICONS.get(row.kind, "checkbox"),
                title=row.subject,
                about=deal.name if deal else row.account.name if row.account else "",
                phase=deal.phase if deal else "",
                url=reverse("records:page", kwargs={"slug": "activities", "pk": row.pk}),
                owner=row.owner.name if row.owner else "",
                is_done=done is not None,
                is_late=done is None and row.due_on is not None and row.due_on < day,
                minutes=row.minutes,
                changed=row.updated_at,
            )
        )
    return found


_DEAL = (
    "pk",
    "name",
    "account__name",
    "phase",
    "next_step",
    "next_step_on",
    "next_step_time",
    "expected_close_on",
    "owner__name",
    "next_step_owner__name",
    "updated_at",
)


def _deals(actor: Actor, hidden: str) -> Any:
    """Open opportunities the actor sees; none where the field is hidden from the role."""
    rows = model_queryset(Opportunity).visible_to(actor).filter(status=Opportunity.OPEN)
    return rows.none() if hidden in actor.hidden_fields("opportunity") else rows


def _steps(
    actor: Actor, first: date, last: date, owners: Collection[int] | None, now: datetime
) -> list[Entry]:
    rows = (
        _deals(actor, "next_step")
        .filter(_whose("next_step_owner_id", owners))
        .filter(next_step_on__gte=first, next_step_on__lte=last)
        .exclude(next_step="")
    )
    day = today(now=now)
    return [
        _deal(
            row,
            "step",
            "arrow-right",
            row["next_step"],
            row["next_step_on"],
            at=row["next_step_time"],
            owner=row["next_step_owner__name"],
            late=row["next_step_on"] < day,
        )
        for row in rows.order_by("next_step_on", "pk").values(*_DEAL)[:LIMIT]
    ]


def _closes(
    actor: Actor, first: date, last: date, owners: Collection[int] | None, now: datetime
) -> list[Entry]:
    rows = (
        _deals(actor, "expected_close_on")
        .filter(_whose("owner_id", owners))
        .filter(expected_close_on__gte=first, expected_close_on__lte=last)
    )
    day = today(now=now)
    return [
        _deal(
            row,
            "close",
            "flag",
            row["name"],
            row["expected_close_on"],
            owner=row["owner__name"],
            late=row["expected_close_on"] < day,
        )
        for row in rows.order_by("expected_close_on", "pk").values(*_DEAL)[:LIMIT]
    ]


def _deal(
    row: dict[str, Any],
    kind: str,
    icon: str,
    title: str,
    on: date,
    *,
    late: bool,
    owner: str | None,
    at: time | None = None,
) -> Entry:
    account = row["account__name"] or ""
    about = account if kind == "close" else " · ".join(filter(None, (account, row["name"])))
    return Entry(
        type=kind,
        pk=row["pk"],
        on=on,
        at=at,
        icon=icon,
        title=title,
        about=about,
        phase=row["phase"],
        url=reverse("records:page", kwargs={"slug": "opportunities", "pk": row["pk"]}),
        owner=owner or "",
        is_done=False,
        is_late=late,
        minutes=None,
        changed=row["updated_at"],
    )
