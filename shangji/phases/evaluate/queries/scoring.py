"""What opportunities have on a card: answers folded per rater, fields and touches computed.

All reads go over many opportunities at once; one opportunity is a list of one.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, SmallIntegerField, Value, When

from shangji.core.channels.models import Touch
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import system_actor
from shangji.foundation.workspace.queries import today
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Assessment
from shangji.phases.evaluate.queries.money import rate_table
from shangji.phases.evaluate.queries.scorecards import Published
from shangji.phases.evaluate.queries.standing import within
from shangji.phases.evaluate.rules.scorecards import TOP, Auto, Card, Criterion, plain
from shangji.phases.evaluate.rules.scoring import mapped, rounded
from shangji.records.conditions import All, compile_node, read_conditions
from shangji.records.description import describe
from shangji.records.kinds import Money

#: parameters in one statement stay under what SQLite takes
CHUNK = 5000
Answers = dict[str, Decimal]


@dataclass
class Scored:
    """What one opportunity has.

    Attributes:
        values: 0 to 10 by criterion.
        sources: by criterion: the number of raters, the rule that held ("r0", "else"), or the
            number that was mapped, as text.
        raters: (rater id, assessment id, answers) of each current assessment.
    """

    values: dict[str, Decimal | Fraction] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    raters: list[tuple[int | None, int, Answers]] = field(default_factory=list)


def scored(version: Published, ids: Sequence[int], now: datetime) -> dict[int, Scored]:
    """What each of these opportunities has on a card now; those of no value have empty ones."""
    assert version.card is not None
    found = {pk: Scored() for pk in ids}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        _asked(found, version, part)
        if version.card.computed:
            _computed(found, version.card, part, now)
    return found


# --------------------------------------------------------------------------------------- answers


def current_assessments(scorecard_id: int, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """(opportunity, rater, id, answers) of each rater's newest assessment outside the bin."""
    rows = (
        Assessment.objects.alive()
        .filter(within("opportunity_id", ids), scorecard_id=scorecard_id)
        .order_by("rated_at", "id")
        .values_list("opportunity_id", "rater_id", "pk", "answers")
    )
    newest = {(row[0], row[1]): row for row in rows}
    return list(newest.values())


def values_in(answers: Any) -> Answers:
    """The numbers of stored answers; what is broken or out of range is left out."""
    found = {}
    try:
        for key, answer in answers["answers"].items():
            value = _number(str(answer["value"]))
            if value is not None:
                found[key] = value
    except (KeyError, TypeError, AttributeError):
        return {}
    return found


@lru_cache(maxsize=2048)
def _number(text: str) -> Decimal | None:
    """An answer from 0 to 10; None for any other text. There are about a thousand of them."""
    if text and text.replace(".", "", 1).isdecimal() and Decimal(text) <= TOP:
        return Decimal(text)
    return None


def _asked(found: dict[int, Scored], version: Published, ids: Sequence[int]) -> None:
    assert version.card is not None
    asked = {one.key for one in version.card.asked}
    for pk, rater, assessment, answers in current_assessments(version.scorecard_id, ids):
        if pk not in found:
            continue
        values = {k: v for k, v in values_in(answers).items() if k in asked}
        if values:
            found[pk].raters.append((rater, assessment, values))
    for one in found.values():
        if len(one.raters) == 1:
            one.values |= one.raters[0][2]
            one.sources |= dict.fromkeys(one.raters[0][2], 1)
        elif one.raters:
            for key in {key for _rater, _pk, values in one.raters for key in values}:
                given = [values[key] for _r, _pk, values in one.raters if key in values]
                one.values[key] = Fraction(sum(given, Decimal(0))) / len(given)
                one.sources[key] = len(given)


# -------------------------------------------------------------------------------------- computed


def _computed(found: dict[int, Scored], card: Card, ids: Sequence[int], now: datetime) -> None:
    rules = [one for one in card.computed if one.auto and one.auto.kind == "rules"]
    numbers = [one for one in card.computed if one.auto and one.auto.kind == "number"]
    if rules or numbers:
        _from_fields(found, rules, numbers, ids, now)
    for one in card.computed:
        if one.auto is not None and one.auto.kind == "touches":
            _from_touches(found, one, one.auto, ids, now)


def rule_case(auto: Auto) -> Case | None:
    """Which rule holds, as its number (−1: none); None when a rule no longer fits the fields."""
    description, actor = describe("opportunity"), system_actor()
    whens = []
    try:
        for number, rule in enumerate(auto.rules):
            tree = All(read_conditions(rule.conditions))
            whens.append(When(compile_node(description, actor, tree), then=Value(number)))
    except Invalid:
        return None
    return Case(*whens, default=Value(-1), output_field=SmallIntegerField())


def _from_fields(
    found: dict[int, Scored],
    rules: list[Criterion],
    numbers: list[Criterion],
    ids: Sequence[int],
    now: datetime,
) -> None:
    """One statement for all rules and numbers of a chunk."""
    rows: Any = Opportunity.objects.filter(within("pk", ids)).order_by()
    paths = ["pk", "currency"]
    readers: list[tuple[Criterion, str]] = []
    for place, one in enumerate(rules):
        case = rule_case(one.auto) if one.auto else None
        if case is not None:
            rows = rows.annotate(**{f"rule_{place}": case})
            paths.append(f"rule_{place}")
            readers.append((one, "rule"))
    money: dict[str, bool] = {}
    for one in numbers:
        known = number_field(one.auto.field) if one.auto else None
        if known is not None:
            paths.append(known[0])
            money[one.key] = known[1]
            readers.append((one, "number"))
    into_home = rate_table(today(now=now)) if any(money.values()) else {}
    shown: dict[tuple[str, str, Any], tuple[Decimal, str] | None] = {}
    for pk, currency, *cells in rows.values_list(*paths):
        mine = found.get(pk)
        if mine is None:
            continue
        for (one, kind), cell in zip(readers, cells, strict=True):
            assert one.auto is not None
            if kind == "rule":
                points = one.auto.rules[cell].points if cell >= 0 else one.auto.otherwise
                if points is not None:
                    mine.values[one.key] = points
                    mine.sources[one.key] = f"r{cell}" if cell >= 0 else "else"
                continue
            if cell is None:
                continue
            key = (one.key, currency if money[one.key] else "", cell)
            if key not in shown:
                shown[key] = None
                number: Decimal | None = Decimal(cell)
                if money[one.key]:
                    # another currency without a dated rate: not scored, not guessed
                    rate = into_home.get(currency)
                    number = None if rate is None else rounded(cell * rate)
                if number is not None:
                    shown[key] = mapped(one.auto, number), plain(number)
            made = shown[key]
            if made is not None:
                mine.values[one.key], mine.sources[one.key] = made


def number_field(key: str) -> tuple[str, bool] | None:
    """ORM path of a number of opportunities, and whether it is money; None for any other key."""
    one = next((one for one in describe("opportunity").fields if one.key == key), None)
    if one is None or one.kind.name not in ("number", "whole", "percent", "money"):
        return None
    return one.orm, isinstance(one.kind, Money)


def _from_touches(
    found: dict[int, Scored], one: Criterion, auto: Auto, ids: Sequence[int], now: datetime
) -> None:
    """Touches by people in the days before; nobody counts a machine's."""
    since = now - timedelta(days=auto.days)
    rows: Any = Touch.objects.filter(within("opportunity_id", ids), at__gt=since, at__lte=now)
    counted = (
        rows.filter(is_machine=False).order_by().values("opportunity_id").annotate(n=Count("pk"))
    )
    counts = dict(counted.values_list("opportunity_id", "n"))
    known: dict[int, tuple[Decimal, str]] = {}
    for pk in ids:
        count = counts.get(pk, 0)
        if count not in known:
            known[count] = mapped(auto, Decimal(count)), str(count)
        found[pk].values[one.key], found[pk].sources[one.key] = known[count]
