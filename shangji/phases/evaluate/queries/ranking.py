"""Candidates by their score: who is first, who is tied, how sure that is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import F, Q

from shangji.core.accounts.models import Account
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import current_workspace, rates_on, today
from shangji.phases.evaluate.queries.scorecards import default_card
from shangji.phases.evaluate.rules.comparison import Entry, tie_order
from shangji.records.conditions import Condition, compile_node
from shangji.records.description import describe

#: more candidates than this are not ranked on one page
MOST = 1000
PHASES = ("identify", "evaluate")
_PATHS = (
    "pk",
    "name",
    "account_id",
    "account__name",
    "owner__name",
    "stage_id",
    "phase",
    "amount",
    "currency",
    "probability",
    "opened_on",
    "standing__score",
    "standing__score_low",
    "standing__score_high",
    "standing__scored_share",
    "standing__grade",
    "standing__score_parts",
)


@dataclass
class Ranked:
    """One candidate. `rank` is shared by equal scores; 0 where nothing is scored."""

    row: dict[str, Any]
    rank: int
    tied: bool

    @property
    def pk(self) -> int:
        return int(self.row["pk"])


def candidates(actor: Actor, conditions: Sequence[Condition] = ()) -> Any:
    """Visible open opportunities in identify and evaluate, or those a filter asks for."""
    rows = model_queryset(Opportunity).visible_to(actor)
    if conditions:
        return rows.filter(compile_node(describe("opportunity"), actor, conditions))
    return rows.filter(status=Opportunity.OPEN, phase__in=PHASES)


def ranked(
    actor: Actor, now: datetime, conditions: Sequence[Condition] = ()
) -> tuple[list[Ranked], int]:
    """The best thousand candidates with their ranks, ties in the declared order; and how many
    there are in all. Two queries and one for the names of customers, however many rows."""
    base = candidates(actor, conditions)
    ordered = base.order_by(F("standing__score").desc(nulls_last=True), "pk")
    rows = list(ordered.values(*_PATHS)[: MOST + 1])
    count = len(rows) if len(rows) <= MOST else base.count()
    rows = rows[:MOST]
    _hide(actor, rows)
    version = default_card()
    tie_break = version.card.tie_break if version and version.card else ()
    rates = _rates(now)
    found: list[Ranked] = []
    for score, group in groupby(rows, key=lambda row: row["standing__score"]):
        equal = sorted(group, key=lambda row: _key(row, rates, tie_break), reverse=True)
        rank = len(found) + 1 if score is not None else 0
        tied = score is not None and len(equal) > 1
        found += [Ranked(row, rank, tied) for row in equal]
    return found, count


def _key(row: dict[str, Any], rates: dict[str, Decimal], tie_break: Sequence[str]) -> Any:
    parts = row["standing__score_parts"] or {}
    values = {key: Decimal(parts[key][0]) for key in tie_break if key in parts}
    amount, rate = row["amount"], rates.get(row["currency"])
    value = amount * rate * row["probability"] / 100 if amount is not None and rate else None
    return tie_order(Entry(row["pk"], values, value, row["opened_on"]), tie_break)


def _rates(now: datetime) -> dict[str, Decimal]:
    on = today(now=now)
    return {current_workspace().currency: Decimal(1)} | {
        one.source: one.rate for one in rates_on(on)
    }


def _hide(actor: Actor, rows: list[dict[str, Any]]) -> None:
    """Leave out what the actor may not know of: hidden fields, customers it does not see."""
    hidden = actor.hidden_fields("opportunity")
    ids = {row["account_id"] for row in rows if row["account_id"]}
    seen: set[int] = set()
    if "account" not in hidden:
        visible = model_queryset(Account).visible_to(actor).filter(pk__in=ids)
        seen = set(visible.values_list("pk", flat=True))
    for row in rows:
        if row["account_id"] not in seen:
            row["account__name"] = ""
        if "amount" in hidden:
            row["amount"] = None
        if "owner" in hidden:
            row["owner__name"] = ""


def to_compare(actor: Actor, but: Iterable[int], *, most: int = 40) -> list[tuple[int, str]]:
    """Candidates to put beside those that are compared already, the best first."""
    rows = candidates(actor).exclude(pk__in=list(but))
    ordered = rows.order_by(F("standing__score").desc(nulls_last=True), "pk")
    return list(ordered.values_list("pk", "name")[:most])


def without_score(actor: Actor) -> int:
    """Candidates nobody has assessed yet."""
    unscored = Q(standing=None) | Q(standing__score=None)
    return int(candidates(actor).filter(unscored).count())
