"""What to do now, and why: deadlines first, then by the points of the order of work."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shangji.core.activities.choices import ICONS
from shangji.core.activities.models import Activity
from shangji.core.opportunities.models import Opportunity, Snooze
from shangji.core.opportunities.queries.stale import days_since, stale_condition
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.workspace.queries import today
from shangji.insights.queries.attention import knows_amounts
from shangji.insights.rules import step_icon
from shangji.lib.values import dataclass
from shangji.phases.evaluate.queries.work import FIELDS, Scale, current_weights
from shangji.phases.evaluate.rules.work import Candidate, work_parts, work_points
from shangji.records.listing.parts import first_ids, parts_of

#: rows read per source
LIMIT = 60
#: rows read per kind of fault
FAULTS = 15
#: how far "can wait" looks ahead
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    """One row of the queue.

    Attributes:
        group: "deadline", "today" or "later".
        subject: names it for snoozing.
        verb: what to do; `phase` and `name` say for which record; `reason` says why now.
        tone: "bad" past its time, "warn" today, "" otherwise; colours `lead`, the deadline.
        kind: which button the row has ("done", "remedy", "open").
    """

    group: str
    subject: str
    icon: str
    verb: str
    phase: str
    name: str
    url: str
    amount: Decimal | None
    currency: str
    lead: str
    tone: str
    reason: str
    kind: str
    pk: int
    #: day and clock, where it has a deadline
    due: tuple[str, str] = ("", "")
    order: tuple[Any, ...] = ()

    @property
    def done_url(self) -> str:
        """Where finishing it asks for the outcome and what comes next."""
        if self.subject.startswith("activity:"):
            return reverse("activities:done", kwargs={"pk": self.pk})
        return reverse("activities:step_done", kwargs={"pk": self.pk})


_FIELDS = (*FIELDS, "next_step_time", "push_count")


class _Weigher:
    """The order of work over rows of `_FIELDS`: points, and why, beside what a row says itself."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.weights = current_weights()[0]
        self.scale = Scale.of(actor, now)

    def weigh(self, item: Item, row: dict[str, Any]) -> Item:
        """The item with what it is worth among its reasons, and in its place in its group."""
        parts = work_parts(self.weights, self.scale.candidate(row))
        worth = [one for one in parts if one.key in ("value", "score", "intent") and one.known]
        reason = " · ".join(text for text in (item.reason, *self.scale.reasons(worth, row)) if text)
        return replace(
            item, reason=reason, order=_order(item, work_points(parts), self.scale.value(row))
        )

    def dated(self, item: Item, days: int) -> Item:
        """An activity: its day is all that weighs."""
        nothing = Candidate(due_in=days, value=Decimal(0), score=Decimal(0))
        return replace(item, order=_order(item, work_points(work_parts(self.weights, nothing))))


def work_queue(actor: Actor, now: datetime) -> list[Item]:
    """The acting person's queue: own next steps and activities, then faults to mend."""
    day = today(now=now)
    own = actor.owner_ids(Scope.OWN) or frozenset()
    due = Q(next_step_owner__in=sorted(own), next_step_on__lte=day + AHEAD) & ~Q(next_step="")
    told: dict[int, Callable[[dict[str, Any]], Item]] = {}
    # whoever may not know of next steps is not asked for them either
    knows = "next_step" not in actor.hidden_fields("opportunity")
    if knows:
        for pk in _first(actor, due, ("next_step_on", "next_step_time"), "2, 3, 1", LIMIT):
            told[pk] = lambda row: _step(row, day, now)
    # the largest ones of one's own; stale ones are few, so their index is better than that of
    # amounts, which an expression hides from the database
    plain, hidden = F("amount"), Coalesce(F("amount"), Decimal(0))
    faults: list[tuple[Any, Any, Callable[[dict[str, Any]], Item]]] = [
        (Q(expected_close_on__lt=day), plain, lambda row: _late_close(row, day)),
        (stale_condition(now), hidden, lambda row: _stale(row, now)),
    ]
    if knows:
        faults.insert(0, (Q(next_step=""), plain, lambda row: _no_step(row, now)))
    for condition, amount, tell in faults:
        for pk in _first(actor, condition, (amount,), "2 DESC, 1 DESC", FAULTS, own):
            told.setdefault(pk, tell)
    seen = model_queryset(Opportunity).visible_to(actor).filter(pk__in=told)
    weigher = _Weigher(actor, now)
    rows = list(seen.values(*_FIELDS))
    if not knows_amounts(actor):
        rows = [{**row, "amount": None} for row in rows]
    items = [weigher.weigh(told[row["pk"]](row), row) for row in rows]
    found = [*items, *_activities(actor, day, weigher)]
    return _awake(actor, day, sorted(found, key=lambda one: one.order))


def _first(
    actor: Actor,
    condition: Q,
    columns: tuple[Any, ...],
    order: str,
    limit: int,
    owners: frozenset[int] | None = None,
) -> list[int]:
    """Ids of the first open opportunities in an order, walked in an index where one fits."""
    condition = Q(condition, status="open")
    try:
        parts = parts_of(Opportunity, actor, condition, ("pk", *columns), owners)
    except EmptyResultSet:
        return []
    return first_ids(parts, order, limit)


def _awake(actor: Actor, day: date, items: Iterable[Item]) -> list[Item]:
    if actor.user_id is None:
        return list(items)
    asleep = set(
        Snooze.objects.filter(user_id=actor.user_id, until_on__gt=day).values_list(
            "subject", flat=True
        )
    )
    return [one for one in items if one.subject not in asleep]


def _name(row: dict[str, Any]) -> str:
    account = row["account__name"] or ""
    return row["name"] if not account or account in row["name"] else f"{account} · {row['name']}"


def _item(row: dict[str, Any], part: str, **rest: Any) -> Item:
    return Item(
        subject=f"opportunity:{row['pk']}:{part}",
        phase=row["phase"],
        name=_name(row),
        url=reverse("records:page", kwargs={"slug": "opportunities", "pk": row["pk"]}),
        amount=row["amount"],
        currency=row["currency"],
        pk=row["pk"],
        **rest,
    )


_RANK = {"deadline": 0, "today": 1, "later": 2}


def _order(item: Item, points: Decimal, value: Decimal | None = None) -> tuple[Any, ...]:
    """What has a deadline goes by its moment; the rest of a group by points, then value."""
    moment = item.due if item.group == "deadline" else ("", "")
    return (_RANK[item.group], moment, -points, -(value or 0), item.subject)


def _step(row: dict[str, Any], day: date, now: datetime) -> Item:
    due, clock = row["next_step_on"], row["next_step_time"]
    days = (day - due).days
    if days > 0:
        group, tone = "deadline", "bad"
        lead = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    elif days == 0:
        group, tone = ("deadline" if clock else "today"), "warn"
        lead = _("Today %(time)s") % {"time": f"{clock:%H:%M}"} if clock else _("Today")
    else:
        group, tone = "later", ""
        lead = _("Tomorrow") if days == -1 else _("in %(n)s days") % {"n": -days}
    return _item(
        row,
        "step",
        group=group,
        icon=step_icon(row["next_step"]),
        verb=row["next_step"],
        lead=lead,
        tone=tone,
        reason=_silence(row, now),
        kind="done",
        due=_moment(due, clock),
    )


def _moment(due: date, clock: time | None) -> tuple[str, str]:
    return (due.isoformat(), clock.isoformat() if clock else "99")


def _silence(row: dict[str, Any], now: datetime) -> str:
    if row["last_contact_at"] is None:
        return _("no contact logged yet")
    days = days_since(row["last_contact_at"], now)
    if days == 0:
        return _("last contact today")
    return ngettext(
        "last contact %(n)s working day ago", "last contact %(n)s working days ago", days
    ) % {"n": days}


def _no_step(row: dict[str, Any], now: datetime) -> Item:
    return _item(
        row,
        "no_step",
        group="today",
        icon="calendar-plus",
        verb=_("Add next step"),
        lead=_("No next step"),
        tone="warn",
        reason=_silence(row, now),
        kind="remedy",
    )


def _late_close(row: dict[str, Any], day: date) -> Item:
    days = (day - row["expected_close_on"]).days
    reason = ngettext("expected %(n)s day ago", "expected %(n)s days ago", days) % {"n": days}
    if row["push_count"]:
        times = row["push_count"]
        reason += _(", ") + ngettext("pushed %(n)s time", "pushed %(n)s times", times) % {
            "n": times
        }
    return _item(
        row,
        "late_close",
        group="later",
        icon="refresh",
        verb=_("Update expected close"),
        lead=_("Close date has passed"),
        tone="warn",
        reason=reason,
        kind="open",
    )


def _stale(row: dict[str, Any], now: datetime) -> Item:
    return _item(
        row,
        "stale",
        group="later",
        icon="hourglass",
        verb=_("Get back in touch"),
        lead=_("Stale"),
        tone="warn",
        reason=_silence(row, now),
        kind="remedy",
    )


def _activities(actor: Actor, day: date, weigher: "_Weigher") -> list[Item]:
    rows = (
        model_queryset(Activity)
        .visible_to(actor)
        .filter(owner_id__in=actor.owner_ids(Scope.OWN), done_at=None, due_on__lte=day + AHEAD)
        .order_by("due_on", "due_time")
        .values(
            "pk",
            "kind",
            "subject",
            "due_on",
            "due_time",
            "account__name",
            "contact__name",
            "opportunity__name",
            "opportunity__phase",
            "opportunity__amount",
            "opportunity__currency",
        )[:LIMIT]
    )
    return [weigher.dated(_activity(row, day), (row["due_on"] - day).days) for row in rows]


def _activity(row: dict[str, Any], day: date) -> Item:
    due, clock = row["due_on"], row["due_time"]
    days = (day - due).days
    if days > 0:
        group, tone = "deadline", "bad"
        lead = ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
    elif days == 0:
        group, tone = ("deadline" if clock else "today"), "warn"
        lead = _("Today %(time)s") % {"time": f"{clock:%H:%M}"} if clock else _("Today")
    else:
        group, tone = "later", ""
        lead = _("Tomorrow") if days == -1 else _("in %(n)s days") % {"n": -days}
    about = [row["opportunity__name"], row["account__name"], row["contact__name"]]
    amount = row["opportunity__amount"]
    return Item(
        group=group,
        subject=f"activity:{row['pk']}:due",
        icon=ICONS.get(row["kind"], "checkbox"),
        verb=row["subject"],
        phase=row["opportunity__phase"] or "",
        name=next((text for text in about if text), ""),
        url=reverse("records:page", kwargs={"slug": "activities", "pk": row["pk"]}),
        amount=amount,
        currency=row["opportunity__currency"] or "",
        lead=lead,
        tone=tone,
        reason=" · ".join(text for text in about[1:] if text and text != about[0]),
        kind="done",
        due=_moment(due, clock),
        pk=row["pk"],
    )
