"""What needs attention among one's own open opportunities, and the forecast of the quarter."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import Opportunity, OpportunityPerson
from shangji.core.opportunities.queries.pipelines import stages
from shangji.core.opportunities.queries.stale import stale_condition
from shangji.core.opportunities.queries.totals import RollUp
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.workspace.queries import current_workspace, today
from shangji.insights.rules import by_weight
from shangji.lib.dates import quarter_range
from shangji.lib.values import dataclass
from shangji.records.listing.parts import sums_by
from shangji.records.sums import exact

#: pushes from which a close date counts as a warning
MANY_PUSHES = 3


@dataclass(frozen=True)
class Warning_:
    """One kind of fault: how many of one's open opportunities, and their sums by currency."""

    key: str
    label: Any
    icon: str
    count: int
    amount: dict[str, Decimal]
    #: the list that shows them: conditions as in the address
    conditions: tuple[str, ...]


def knows_amounts(actor: Actor) -> bool:
    """Whether the actor's role shows what opportunities are worth: else no sum of them either."""
    return "amount" not in actor.hidden_fields(Opportunity.record_type)


def mine_owners(actor: Actor) -> frozenset[int] | None:
    """Whose opportunities are one's own to work; None for people who own none by role, and for
    those who work everybody's: all visible ones then."""
    scope = actor.scope("edit", "opportunity")
    return None if scope in (Scope.NONE, Scope.ALL) else actor.owner_ids(scope)


def mine_or_all(actor: Actor) -> QuerySet[Any]:
    """Visible opportunities that are one's own; for people who own none by role, all visible."""
    rows, ids = model_queryset(Opportunity), mine_owners(actor)
    found: QuerySet[Any] = rows.visible_to(actor) if ids is None else rows.visible_of(actor, ids)
    return found


def mine_or_all_conditions(actor: Actor) -> tuple[str, ...]:
    """The same cut as conditions of the list: `mine_or_all` and the list show the same rows."""
    scope = actor.scope("edit", "opportunity")
    ids = None if scope is Scope.NONE else actor.owner_ids(scope)
    if ids is None:
        return ()
    if ids == actor.owner_ids(actor.scope("read", "opportunity")):
        return ("owner.filled.",)  # all one sees but the open pool
    if scope is Scope.TREE:
        return ("owner.in.team",)
    return ("owner.in." + ",".join(str(pk) for pk in sorted(ids)),)


def warnings(actor: Actor, now: datetime) -> tuple[list[Warning_], int]:
    """Faults of the opportunities in one's hands, and how many open ones there are."""
    decider = OpportunityPerson.objects.filter(opportunity=OuterRef("pk"), role="decider")
    late_stages = [one.pk for one in stages() if one.phase == "convert"]
    kinds: tuple[tuple[str, Any, str, Q | None, tuple[str, ...]], ...] = (
        (
            "no_step",
            _("No next step"),
            "alert-triangle",
            None,  # the roll-up knows
            ("status.is.open", "next_step.empty."),
        ),
        (
            "stale",
            _("Stale"),
            "hourglass",
            stale_condition(now),
            ("status.is.open", "stale.is.1"),
        ),
        (
            "overdue",
            _("Close date has passed"),
            "calendar-x",
            Q(expected_close_on__lt=today(now=now)),
            ("status.is.open", "expected_close_on.within.overdue"),
        ),
        (
            "pushed",
            _("Pushed 3 times or more"),
            "calendar-repeat",
            Q(push_count__gte=MANY_PUSHES),
            ("status.is.open", f"push_count.gte.{MANY_PUSHES}"),
        ),
        (
            "no_decider",
            _("No decision maker"),
            "users",
            Q(~Exists(decider), stage__in=late_stages),
            ("status.is.open", "phase.is.convert", "decider.is.0"),
        ),
    )
    owners = mine_owners(actor)
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, dict[str, Decimal]] = defaultdict(dict)
    total = 0
    for line in RollUp(actor).of(owners):
        if line.status == "open":
            total += line.number
            counts["no_step"] += line.without_step
            so_far = sums["no_step"].get(line.currency, Decimal(0))
            sums["no_step"][line.currency] = so_far + exact(line.without_step_e4)
    sums["no_step"] = {code: value for code, value in sums["no_step"].items() if value}
    for key, _label, _icon, condition, _c in kinds:
        if condition is None:
            continue
        found = Q(condition, status="open")
        for (code,), number, value in sums_by(
            Opportunity, actor, found, ("currency",), owners=owners
        ):
            counts[key] += number
            if value:
                sums[key][code] = value
    if not knows_amounts(actor):
        sums.clear()
    main, whose = current_workspace().currency, mine_or_all_conditions(actor)
    told = [
        Warning_(key, label, icon, counts[key], by_weight(sums[key], main), (*conditions, *whose))
        for key, label, icon, _q, conditions in kinds
    ]
    return told, total


@dataclass(frozen=True)
class Forecast:
    """The quarter in one currency: won already, committed, best case (each apart)."""

    currency: str
    closed: Decimal
    commit: Decimal
    best: Decimal
    pipeline: Decimal

    @property
    def call(self) -> Decimal:
        """Closed and committed together."""
        return self.closed + self.commit

    @property
    def top(self) -> Decimal:
        return self.call + self.best + self.pipeline


def quarter_forecast(actor: Actor, now: datetime) -> tuple[list[Forecast], date, date]:
    """Forecast of this quarter per currency, largest first, with its first and last day."""
    days = quarter_range(today(now=now))
    if not knows_amounts(actor):
        return [], days.start, days.last
    owners = mine_owners(actor)
    won = Q(status="won", closed_on__gte=days.start, closed_on__lte=days.last)
    due = Q(status="open", expected_close_on__gte=days.start, expected_close_on__lte=days.last)
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for (code,), _n, value in sums_by(Opportunity, actor, won, ("currency",), owners=owners):
        sums[code]["closed"] = value
    for (code, category), _n, value in sums_by(
        Opportunity, actor, due, ("currency", "forecast"), owners=owners
    ):
        sums[code][category] += value
    found = [
        Forecast(code, one["closed"], one["commit"], one["best"], one["pipeline"])
        for code, one in sums.items()
    ]
    return sorted(found, key=lambda one: -one.top), days.start, days.last
