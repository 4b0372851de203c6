"""Candidates by their score: who is first, who is tied, how sure that is."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Exists, F, OuterRef

from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.rules import weighted
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import today
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Standing
from shangji.phases.evaluate.queries.money import rate_table
from shangji.phases.evaluate.queries.scorecards import default_card
from shangji.phases.evaluate.rules.comparison import Entry, tie_order
from shangji.records.conditions import Node, compile_node
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


def candidates(actor: Actor, conditions: Sequence[Node] = ()) -> Any:
    """Visible open opportunities in identify and evaluate, or those a filter asks for."""
    rows = model_queryset(Opportunity).visible_to(actor)
    if conditions:
        return rows.filter(compile_node(describe("opportunity"), actor, conditions))
    return rows.filter(status=Opportunity.OPEN, phase__in=PHASES)


def ranked(
    actor: Actor, now: datetime, conditions: Sequence[Node] = ()
) -> tuple[list[Ranked], int]:
    """The best thousand candidates with their ranks, ties in the declared order; and how many
    there are in all. Two queries, and two more beyond the thousand."""
    base = candidates(actor, conditions)
    count = base.count()
    if count > MOST:
        ids = _best(base)
        by_id = {row["pk"]: row for row in base.filter(pk__in=ids).order_by().values(*_PATHS)}
        rows = [by_id[pk] for pk in ids if pk in by_id]
    else:
        ordered = base.order_by(F("standing__score").desc(nulls_last=True), "pk")
        rows = list(ordered.values(*_PATHS))
    _hide(actor, rows)
    version = default_card()
    tie_break = version.card.tie_break if version and version.card else ()
    rates = rate_table(today(now=now))
    found: list[Ranked] = []
    for score, group in groupby(rows, key=lambda row: row["standing__score"]):
        equal = sorted(group, key=lambda row: _key(row, rates, tie_break), reverse=True)
        rank = len(found) + 1 if score is not None else 0
        tied = score is not None and len(equal) > 1
        found += [Ranked(row, rank, tied) for row in equal]
    return found, count


def _best(rows: Any) -> list[int]:
    """Ids of the thousand best scored, then of those not scored: down the index of scores until
    there are enough, where sorting would read every candidate."""
    found = Exists(rows.filter(pk=OuterRef("pk")))
    scored = Standing.objects.filter(found, score__isnull=False).order_by("-score", "pk")
    ids = list(scored.values_list("pk", flat=True)[:MOST])
    if len(ids) < MOST:
        others = rows.filter(standing__score=None).order_by("pk")
        ids += others.values_list("pk", flat=True)[: MOST - len(ids)]
    return ids


def _key(row: dict[str, Any], rates: dict[str, Decimal], tie_break: Sequence[str]) -> Any:
    parts = row["standing__score_parts"] or {}
    values = {key: Decimal(parts[key][0]) for key in tie_break if key in parts}
    amount, rate = row["amount"], rates.get(row["currency"])
    value = None
    if amount is not None and rate:
        value = weighted(amount, row["probability"]) * rate
    return tie_order(Entry(row["pk"], values, value, row["opened_on"]), tie_break)


def _hide(actor: Actor, rows: list[dict[str, Any]]) -> None:
    """Leave out what the role does not see. A deal names its customer (decision 0008)."""
    hidden = actor.hidden_fields("opportunity")
    for row in rows:
        if "account" in hidden:
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
