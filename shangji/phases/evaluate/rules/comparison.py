"""Who stands first, who is tied, and how much a weight may move before that changes.

A weight is moved alone; the others share what is left in the proportion they had. A total is
Σ weight × value ÷ Σ weight over what is scored, 0 to 10, kept as a fraction: a tie is a tie.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise
from math import isqrt
from typing import Any

from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.scorecards import EXPECTED_VALUE, OLDER

Values = Mapping[str, Decimal | Fraction]
Weights = Mapping[str, Decimal | Fraction]
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Entry:
    """One opportunity to compare: values by criterion, and what ties are broken by."""

    key: int
    values: Values
    expected_value: Decimal | None = None
    opened_on: date | None = None


@dataclass(frozen=True)
class Place:
    """Where an entry stands. `rank` is shared by those with the same total (1, 2, 2, 4).

    `total` is None where nothing is scored; such entries stand last, ranked 0.
    """

    key: int
    total: Fraction | None
    rank: int
    tied: bool


@dataclass(frozen=True)
class Tie:
    """Entries of one total in the order to look at them, and what put the first one first.

    `by` is a criterion's key, "expected_value", "older", or empty where nothing tells them apart.
    """

    rank: int
    keys: tuple[int, ...]
    by: str


@dataclass(frozen=True)
class Turn:
    """Past `at` others lead: `above` when the weight rises past it, else when it falls below."""

    criterion: str
    at: Fraction
    above: bool
    leaders: tuple[int, ...]


def total(values: Values, weights: Weights) -> Fraction | None:
    """0 to 10 over what is scored; None where no weight is."""
    top, bottom = _ZERO, _ZERO
    for key, weight in weights.items():
        value = values.get(key)
        if value is not None:
            top += Fraction(weight) * Fraction(value)
            bottom += Fraction(weight)
    return top / bottom if bottom else None


def moved(weights: Weights, key: str, to: Decimal | Fraction) -> dict[str, Fraction]:
    """The weights with one moved and the others shrunk or grown in proportion; they sum to 1."""
    x = Fraction(to)
    rest = sum((Fraction(w) for k, w in weights.items() if k != key), _ZERO)
    others = len(weights) - 1
    return {
        k: x if k == key else (1 - x) * (Fraction(w) / rest if rest else Fraction(1, others))
        for k, w in weights.items()
    }


# ------------------------------------------------------------------------------------ ranking


def ranking(
    entries: Sequence[Entry], weights: Weights, tie_break: Sequence[str]
) -> tuple[list[Place], list[Tie]]:
    """Entries from first to last; equal totals share a rank and stand in tie-break order."""
    totals = {one.key: total(one.values, weights) for one in entries}
    scored = [one for one in entries if totals[one.key] is not None]
    levels = sorted({totals[one.key] or _ZERO for one in scored}, reverse=True)
    places: list[Place] = []
    ties: list[Tie] = []
    for level in levels:
        equal = [one for one in scored if totals[one.key] == level]
        ordered = sorted(equal, key=lambda one: tie_order(one, tie_break), reverse=True)
        rank = len(places) + 1
        places += [Place(one.key, level, rank, len(equal) > 1) for one in ordered]
        if len(equal) > 1:
            by = _told_apart(ordered[0], ordered[1], tie_break)
            ties.append(Tie(rank, tuple(one.key for one in ordered), by))
    places += [Place(one.key, None, 0, False) for one in entries if totals[one.key] is None]
    return places, ties


def tie_order(one: Entry, tie_break: Sequence[str]) -> tuple[Any, ...]:
    """Sorts equal totals, largest first, in the declared order; the older record at last."""
    return (*(_rung(one, key) for key in tie_break), -one.key)


def _rung(one: Entry, key: str) -> tuple[bool, Any]:
    """Larger is first; what is not known comes last."""
    if key == EXPECTED_VALUE:
        return one.expected_value is not None, one.expected_value or Decimal(0)
    if key == OLDER:
        return one.opened_on is not None, -one.opened_on.toordinal() if one.opened_on else 0
    value = one.values.get(key)
    return value is not None, Fraction(value) if value is not None else _ZERO


def _told_apart(a: Entry, b: Entry, tie_break: Sequence[str]) -> str:
    return next((key for key in tie_break if _rung(a, key) != _rung(b, key)), "")


def leaders(entries: Sequence[Entry], weights: Weights) -> tuple[int, ...]:
    """Who has the largest total; several when they are tied."""
    totals = {one.key: total(one.values, weights) for one in entries}
    known = [value for value in totals.values() if value is not None]
    return tuple(key for key, value in totals.items() if known and value == max(known))


# --------------------------------------------------------------------------------- turning points


def turning_points(entries: Sequence[Entry], weights: Weights) -> dict[str, list[Turn]]:
    """For each criterion the weights at which others take the lead, nearest first.

    Exact where every entry has every criterion (straight lines); where some are missing the
    totals are ratios, and an irrational crossing is right to fifteen places.
    """
    return {key: _turns(entries, weights, key) for key in weights}


def _turns(entries: Sequence[Entry], weights: Weights, key: str) -> list[Turn]:
    if len(weights) < 2 or len(entries) < 2:
        return []
    now = Fraction(weights[key])
    curves = [_curve(one.values, weights, key) for one in entries]
    roots = sorted({x for a, b in combinations(curves, 2) for x in _crossings(a, b) if 0 < x < 1})

    def lead_at(x: Fraction) -> tuple[int, ...]:
        return leaders(entries, moved(weights, key, x))

    found = []
    here = lead_at(now)
    edges = [*(x for x in roots if x >= now), _ONE]
    for x, after in pairwise(edges):
        lead = lead_at((x + after) / 2)
        if lead != here:
            found.append(Turn(key, x, above=True, leaders=lead))
            here = lead
    here = lead_at(now)
    edges = [*reversed([x for x in roots if x <= now]), _ZERO]
    for x, after in pairwise(edges):
        lead = lead_at((x + after) / 2)
        if lead != here:
            found.append(Turn(key, x, above=False, leaders=lead))
            here = lead
    return sorted(found, key=lambda one: abs(one.at - now))


@dataclass(frozen=True)
class Curve:
    """A total while one weight moves: (a + b·x) ÷ (c + d·x)."""

    a: Fraction
    b: Fraction
    c: Fraction
    d: Fraction

    def at(self, x: Fraction) -> Fraction | None:
        bottom = self.c + self.d * x
        return (self.a + self.b * x) / bottom if bottom else None

    @property
    def is_straight(self) -> bool:
        return self.d == 0


def curve(values: Values, weights: Weights, key: str) -> Curve:
    """How a total follows the weight of one criterion."""
    return _curve(values, weights, key)


def _curve(values: Values, weights: Weights, key: str) -> Curve:
    rest = moved(weights, key, _ZERO)
    top, bottom = _ZERO, _ZERO
    for other, weight in rest.items():
        value = values.get(other)
        if other != key and value is not None:
            top += weight * Fraction(value)
            bottom += weight
    own = values.get(key)
    has = _ONE if own is not None else _ZERO
    return Curve(top, (Fraction(own) if own is not None else _ZERO) - top, bottom, has - bottom)


def _crossings(one: Curve, two: Curve) -> list[Fraction]:
    """Where two totals are equal; nothing where they always are."""
    q0 = one.a * two.c - two.a * one.c
    q1 = one.a * two.d + one.b * two.c - two.a * one.d - two.b * one.c
    q2 = one.b * two.d - two.b * one.d
    if q2 == 0:
        return [-q0 / q1] if q1 else []
    inside = q1 * q1 - 4 * q2 * q0
    if inside < 0:
        return []
    root = _root(inside)
    return [(-q1 - root) / (2 * q2), (-q1 + root) / (2 * q2)]


def _root(value: Fraction) -> Fraction:
    """The square root: exact for squares of fractions, else to fifteen places."""
    product = value.numerator * value.denominator
    exact = isqrt(product)
    if exact * exact == product:
        return Fraction(exact, value.denominator)
    scale = 10**15
    return Fraction(isqrt(product * scale * scale), value.denominator * scale)
