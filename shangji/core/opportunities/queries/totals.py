"""Counts and sums from the roll-up: over all rows a person may see, without touching them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from shangji.core.opportunities.models import Opportunity, Stage, StageTotal
from shangji.core.opportunities.queries.pipelines import stages
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.people.foreseen import Question, ask
from shangji.lib.money import Totals
from shangji.lib.phases import PHASE_KEYS
from shangji.lib.values import dataclass
from shangji.records.conditions import Condition, Node
from shangji.records.listing.sums import Sums as ListSums
from shangji.records.sums import exact

_SUMMED = (
    *("count", "filled", "amount_e4", "weighted_e4"),
    *("without_step", "without_step_e4"),
)
_SUMS = ", ".join(f"CAST(SUM({name}) AS BIGINT) AS {name}_sum" for name in _SUMMED)
_COLUMNS = ("stage_id", "status", "currency", "is_mine", *(f"{name}_sum" for name in _SUMMED))
_STATUSES = (Stage.OPEN, Stage.WON, Stage.LOST)


@dataclass
class Sums:
    """A count, and per currency the sum and the weighted sum."""

    count: int = 0
    without_step: int = 0
    amount: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    weighted: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, other: "Sums") -> None:
        self.count += other.count
        self.without_step += other.without_step
        for currency, amount in other.amount.items():
            self.amount[currency] += amount
        for currency, amount in other.weighted.items():
            self.weighted[currency] += amount


class Line(NamedTuple):
    """The roll-up of a stage, outcome and currency; of the reader's own rows and others' apart."""

    stage_id: int
    status: str
    currency: str
    is_mine: bool
    number: int
    filled: int
    amount_e4: int
    weighted_e4: int
    without_step: int
    without_step_e4: int


Fits = Callable[[Line], bool]


@dataclass
class RollUp:
    """What one reader sees, summed up: asked once, then cut by what a list or board shows."""

    actor: Actor

    @cached_property
    def lines(self) -> list[Line]:
        """The lines of every owner in sight."""
        return self.of(None)

    def of(self, owners: Iterable[int] | None) -> list[Line]:
        """The lines of some owners among those in sight, added up by the database; for None of
        all of them, the open pool included."""
        seen = model_queryset(Opportunity).visible_parts(self.actor)
        wanted = owners if seen is None else [pk or 0 for pk in seen]
        if owners is not None and seen is not None:
            wanted = set(owners).intersection(wanted or ())
        where, ids = "", sorted(wanted or ())
        if wanted is not None:
            if not ids:
                return []
            where = f" WHERE owner_id IN ({', '.join(['%s'] * len(ids))})"
        question = Question(
            f"SELECT stage_id, status, currency, owner_id = %s AS is_mine, {_SUMS}"  # noqa: S608
            f" FROM {StageTotal._meta.db_table}{where}"
            " GROUP BY 1, 2, 3, 4 HAVING SUM(count) > 0",
            (self.actor.user_id or -1, *ids),
            _COLUMNS,
        )
        return [Line._make(row) for row in ask(self.actor.user, question)]

    def counts(self) -> dict[str, int]:
        """How many there are in the open stages of each phase."""
        phases = {one.pk: one.phase for one in stages() if one.kind == Stage.OPEN}
        found = dict.fromkeys(PHASE_KEYS, 0)
        for line in self.lines:
            if line.stage_id in phases:
                found[phases[line.stage_id]] += line.number
        return found

    def by_stage(self, *, mine: bool = False) -> dict[int, Sums]:
        """Sums by stage id; `mine`: the reader's own rows only."""
        found: dict[int, Sums] = defaultdict(Sums)
        for line in self.lines:
            if line.is_mine or not mine:
                sums = found[line.stage_id]
                sums.count += line.number
                sums.without_step += line.without_step
                sums.amount[line.currency] += exact(line.amount_e4)
                sums.weighted[line.currency] += exact(line.weighted_e4)
        return dict(found)

    def count(self, conditions: Sequence[Node]) -> int | None:
        """How many rows match; None where the roll-up does not know."""
        steps = [one for one in conditions if _text(one) == "next_step.empty."]
        fits = self._fits([one for one in conditions if one not in steps])
        if fits is None or (steps and "next_step" in self._hidden):
            return None
        kept = (line for line in self.lines if fits(line))
        return sum(line.without_step if steps else line.number for line in kept)

    def sums(self, conditions: Sequence[Node]) -> ListSums | None:
        """Count and totals of the rows that match; None where the roll-up does not know."""
        fits = self._fits(conditions)
        if fits is None:
            return None
        found = ListSums()
        amounts: list[tuple[str, Decimal]] = []
        weighted: list[tuple[str, Decimal]] = []
        filled: dict[str, int] = {}
        for line in self.lines:
            if fits(line):
                found.count += line.number
                code = line.currency
                found.counts[code] = found.counts.get(code, 0) + line.number
                filled[code] = filled.get(code, 0) + line.filled
                amounts.append((code, exact(line.amount_e4)))
                weighted.append((code, exact(line.weighted_e4)))
        found.totals = {"amount": Totals(amounts), "weighted": Totals(weighted)}
        found.filled = {"amount": filled, "weighted": dict(filled)}
        return found

    @property
    def _hidden(self) -> frozenset[str]:
        return self.actor.hidden_fields("opportunity")

    def _fits(self, conditions: Sequence[Node]) -> Fits | None:
        """Which lines belong to a filter; None when it asks for more than lines know."""
        parts = [self._fit(one) for one in conditions]
        known = [one for one in parts if one is not None]
        return (lambda line: all(fit(line) for fit in known)) if len(known) == len(parts) else None

    def _fit(self, one: Node) -> Fits | None:
        if not isinstance(one, Condition) or one.field in self._hidden:
            return None
        if one.operator not in {"is", "in"}:
            return None
        words = set(one.value.split(","))
        if one.field == "status" and words <= set(_STATUSES):
            return lambda line: line.status in words
        if one.field == "phase" and words <= set(PHASE_KEYS):
            ids = {stage.pk for stage in stages() if stage.phase in words}
            return lambda line: line.stage_id in ids
        if one.field == "stage" and words <= {str(stage.pk) for stage in stages()}:
            return lambda line: str(line.stage_id) in words
        if one.field == "owner" and words == {"me"} and self.actor.user_id is not None:
            return lambda line: line.is_mine
        return None


def _text(one: Node) -> str:
    return one.text if isinstance(one, Condition) else ""


def phase_sums(by_stage: dict[int, Sums]) -> dict[str, Sums]:
    """Sums by phase over stages that count there: all but lost ones."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for stage in stages():
        if stage.kind == "open" and stage.pk in by_stage:
            sums[stage.phase].add(by_stage[stage.pk])
    return dict(sums)
