"""Open opportunities in the order in which they deserve work, each with its reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity, Snooze
from shangji.core.opportunities.queries.pipelines import stages
from shangji.core.opportunities.rules import weighted
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.workspace.queries import (
    current_workspace,
    rates_on,
    today,
    working_calendar,
    zone,
)
from shangji.lib.business_time import WorkingCalendar
from shangji.lib.money import format_short
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import WorkOrder
from shangji.phases.evaluate.rules.work import (
    Candidate,
    Part,
    WorkWeights,
    weights_from_json,
    work_parts,
    work_points,
)

#: beyond this many open opportunities, those that can stand on top are looked at only
MOST = 2000
#: taken from each end then: soonest due, largest, best scored, most interested, longest silent
FROM_EACH = 400
#: rows that a page shows, and that the preview of another rule shows
PAGE, PREVIEW = 100, 20
#: ORM paths that `weigh` needs of a row
FIELDS = (
    "pk",
    "name",
    "account__name",
    "phase",
    "stage_id",
    "owner_id",
    "amount",
    "currency",
    "probability",
    "next_step",
    "next_step_on",
    "expected_close_on",
    "last_contact_at",
    "standing__score",
    "standing__grade",
    "standing__intent",
)


@dataclass(frozen=True)
class Ranked:
    """One opportunity in the order of work.

    Attributes:
        row: the ORM values of FIELDS.
        points: sum of its parts, 0 to 100, to a tenth.
        reasons: why it stands here, in words, what weighs most first.
    """

    row: Mapping[str, Any]
    place: int
    points: Decimal
    parts: tuple[Part, ...]
    reasons: list[str]

    @property
    def subject(self) -> str:
        return f"opportunity:{self.row['pk']}:work"


@dataclass(frozen=True)
class Order:
    """The order of work of an actor; `total` counts all open ones, `looked` those weighed."""

    ranked: list[Ranked]
    total: int
    looked: int
    asleep: int


def current_weights() -> tuple[WorkWeights, int | None, bool]:
    """The rule in force, its version, and whether the stored one is broken (then built-in)."""
    row = WorkOrder.objects.filter(key="default").values("settings", "version").first()
    if row is None:
        return WorkWeights(), None, False
    try:
        return weights_from_json(row["settings"]), row["version"], False
    except (ValueError, AttributeError):
        return WorkWeights(), row["version"], True


def order_of_work(
    actor: Actor,
    now: datetime,
    *,
    weights: WorkWeights,
    mine: bool = False,
    phase: str = "",
    with_asleep: bool = False,
    most: int = PAGE,
) -> Order:
    """Open opportunities the actor sees (or owns), best first; ties by expected value, then age."""
    rows = model_queryset(Opportunity).visible_to(actor).filter(status="open")
    if mine:
        rows = rows.filter(owner_id__in=actor.owner_ids(Scope.OWN) or ())
    if phase:
        rows = rows.filter(phase=phase)
    total = rows.count()
    found = list((rows if total <= MOST else _top(rows)).values(*FIELDS))
    day = today(now=now)
    scale = Scale.of(actor, now)
    weighed = [(work_parts(weights, scale.candidate(row)), row) for row in found]
    asleep = set() if with_asleep else _asleep(actor, day)
    awake = [
        (work_points(parts), parts, row)
        for parts, row in weighed
        if f"opportunity:{row['pk']}:work" not in asleep
    ]
    awake.sort(key=lambda one: (-one[0], -(scale.value(one[2]) or 0), one[2]["pk"]))
    ranked = [
        Ranked(row, place, points, parts, scale.reasons(parts, row))
        for place, (points, parts, row) in enumerate(awake[:most], 1)
    ]
    return Order(ranked, total, len(found), len(weighed) - len(awake))


@dataclass(frozen=True)
class Shift:
    """A row of the preview: where it stands now and would stand."""

    ranked: Ranked
    before: int
    points_before: Decimal

    @property
    def moved(self) -> int:
        """Places gained, negative when lost."""
        return self.before - self.ranked.place


def preview_of(
    actor: Actor, now: datetime, *, present: WorkWeights, proposed: WorkWeights
) -> list[Shift]:
    """What a rule would change: the first PREVIEW rows as they would stand."""
    before = order_of_work(actor, now, weights=present, with_asleep=True, most=MOST)
    after = order_of_work(actor, now, weights=proposed, with_asleep=True, most=PREVIEW)
    places = {one.row["pk"]: one for one in before.ranked}
    return [
        Shift(one, places[one.row["pk"]].place, places[one.row["pk"]].points)
        for one in after.ranked
        if one.row["pk"] in places
    ]


def _top(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of very many that can stand on top: the first of each factor."""
    orders = (
        (F("next_step_on").asc(nulls_first=True),),
        (F("amount").desc(nulls_last=True),),
        (F("expected_close_on").asc(nulls_last=True),),
        (F("standing__score").desc(nulls_last=True),),
        (F("standing__intent").desc(nulls_last=True),),
    )
    ids: set[int] = set()
    for order in orders:
        ids.update(rows.order_by(*order, "pk").values_list("pk", flat=True)[:FROM_EACH])
    return rows.filter(pk__in=ids)


def _asleep(actor: Actor, day: date) -> set[str]:
    if actor.user_id is None:
        return set()
    rows = Snooze.objects.filter(user_id=actor.user_id, until_on__gt=day)
    return set(rows.values_list("subject", flat=True))


@dataclass(frozen=True)
class Scale:
    """What turns a row into what the rule weighs: the day, the rates, what stages allow.

    What the actor's role hides is not known to the rule either: it counts half for everybody.
    """

    day: date
    currency: str
    rates: Mapping[str, Decimal]
    stale_after: Mapping[int, int]
    hidden: frozenset[str]
    calendar: WorkingCalendar
    zone: ZoneInfo
    # working days since a day, worked out once for all rows of it
    ages: dict[date, int] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Actor, now: datetime) -> "Scale":
        day = today(now=now)
        return cls(
            day=day,
            currency=current_workspace().currency,
            rates={one.source: one.rate for one in rates_on(day)},
            stale_after={one.pk: one.stale_days for one in stages()},
            hidden=actor.hidden_fields("opportunity"),
            calendar=working_calendar(),
            zone=zone(),
        )

    def silent(self, last: datetime | None) -> int | None:
        """Working days from the day of the last touch to today."""
        if last is None:
            return None
        on = last.astimezone(self.zone).date()
        if on not in self.ages:
            self.ages[on] = max(0, self.calendar.working_days_between(on, self.day))
        return self.ages[on]

    def value(self, row: Mapping[str, Any]) -> Decimal | None:
        """Expected value in the workspace's currency; None without amount or rate."""
        amount, currency = row["amount"], row["currency"]
        if amount is None or self.hidden & {"amount", "probability"}:
            return None
        rate = Decimal(1) if currency == self.currency else self.rates.get(currency)
        return None if rate is None else weighted(amount, row["probability"]) * rate

    def candidate(self, row: Mapping[str, Any]) -> Candidate:
        due, close = row["next_step_on"], row["expected_close_on"]
        return Candidate(
            due_in=(due - self.day).days if due and row["next_step"] else None,
            close_in=(close - self.day).days if close else None,
            value=self.value(row),
            score=None if self.hidden & {"score", "grade"} else row["standing__score"],
            intent=None if "intent" in self.hidden else row["standing__intent"],
            silent=self.silent(row["last_contact_at"]),
            stale_after=self.stale_after.get(row["stage_id"], 0),
        )

    def reasons(self, parts: Iterable[Part], row: Mapping[str, Any]) -> list[str]:
        """Each factor that gave points in words, the heaviest first."""
        one = self.candidate(row)
        words = {
            "deadline": self._deadline(one),
            "value": self._value(one, row),
            "score": _score(one, row),
            "intent": _("intent %(n)s") % {"n": f"{one.intent or 0:.0f}"} if one.intent else "",
            "silence": _silence(one),
        }
        heavy = sorted(parts, key=lambda part: -part.points)
        return [words[part.key] for part in heavy if part.points and words[part.key]]

    def _deadline(self, one: Candidate) -> str:
        if one.due_in is None:
            return _("no next step")
        if one.due_in < 0:
            days = -one.due_in
            return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}
        if one.close_in is not None and one.close_in < 0:
            return _("close date has passed")
        if one.due_in == 0:
            return _("due today")
        if one.close_in is not None and one.close_in < one.due_in:
            days = one.close_in
            return ngettext("closes in %(n)s day", "closes in %(n)s days", days) % {"n": days}
        days = one.due_in
        return ngettext("due in %(n)s day", "due in %(n)s days", days) % {"n": days}

    def _value(self, one: Candidate, row: Mapping[str, Any]) -> str:
        if self.hidden & {"amount", "probability"}:
            return ""
        if row["amount"] is None:
            return _("no amount yet, counts half")
        if one.value is None:
            return _("no rate for %(currency)s, counts half") % {"currency": row["currency"]}
        return _("expected %(value)s") % {
            "value": format_short(one.value, self.currency, get_language() or "en")
        }


def _score(one: Candidate, row: Mapping[str, Any]) -> str:
    if one.score is None:
        return _("not scored, counts half")
    score = f"{one.score:.0f}"
    grade = row["standing__grade"]
    return _("grade %(grade)s, %(score)s") % {"grade": grade, "score": score}


def _silence(one: Candidate) -> str:
    if not one.stale_after:
        return ""
    if one.silent is None:
        return _("no contact logged yet")
    if one.silent == 0:
        return ""
    return ngettext(
        "silent for %(n)s of %(most)s working day",
        "silent for %(n)s of %(most)s working days",
        one.stale_after,
    ) % {"n": one.silent, "most": one.stale_after}
