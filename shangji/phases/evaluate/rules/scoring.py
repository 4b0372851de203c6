"""From answers to a score: exact, with what is missing kept apart from zero.

score   Σ weight × value ÷ Σ weight of what is scored, times 10: points of 100
band    the same sums with every missing answer at 0, and at 10
share   Σ weight of what is scored
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.scorecards import LETTERS, TOP, Auto, Card

Value = Decimal | Fraction
CENT = Decimal("0.01")
#: an answer that moves so far is explained
MOVE = 2


@dataclass(frozen=True)
class Score:
    """What an opportunity has on a card. `points` None: nothing is scored yet.

    Attributes:
        points, low, high: of 100.
        share: of the weights, 0 to 1.
        grade: "A" to "D"; empty without points or below the least share.
    """

    points: Decimal | None
    low: Decimal
    high: Decimal
    share: Decimal
    grade: str


@dataclass(frozen=True)
class Answer:
    """One criterion: 0 to 10 (None: not answered), what it rests on, and where that is."""

    value: Decimal | None = None
    text: str = ""
    link: str = ""


def unexplained(before: Mapping[str, Answer], after: Mapping[str, Answer]) -> list[str]:
    """Keys of answers of one person that moved by two points or more while what they rest on
    stayed as it was, or empty."""
    found = []
    for key, new in after.items():
        old = before.get(key)
        if old is None or old.value is None or new.value is None:
            continue
        is_told = (new.text and new.text != old.text) or (new.link and new.link != old.link)
        if abs(new.value - old.value) >= MOVE and not is_told:
            found.append(key)
    return found


def mean_by_criterion(answers: Iterable[Mapping[str, Decimal]]) -> dict[str, tuple[Fraction, int]]:
    """Each criterion's mean over the raters who answered it, with how many those are.

    One rater, one voice; who left a criterion out is not counted as zero there.
    """
    found: dict[str, list[Decimal]] = {}
    for rater in answers:
        for key, value in rater.items():
            found.setdefault(key, []).append(value)
    return {
        key: (Fraction(sum(values, Decimal(0))) / len(values), len(values))
        for key, values in found.items()
    }


def score(card: Card, values: Mapping[str, Value]) -> Score:
    """The score of values (0 to 10) by criterion; keys that the card does not have are left out.

    Decimals are added as they are; a mean that is no decimal makes it a sum of fractions.
    """
    total: Value = Decimal(0)
    weights = Decimal(0)
    for one in card.criteria:
        value = values.get(one.key)
        if value is None:
            continue
        if isinstance(value, Decimal) and isinstance(total, Decimal):
            total += one.weight * value
        else:
            total = Fraction(total) + Fraction(one.weight) * Fraction(value)
        weights += one.weight
    low = rounded(total * 10)
    if not weights:
        return Score(None, Decimal(0), Decimal(100), Decimal(0), "")
    missing = (1 - weights) * TOP
    if isinstance(total, Decimal):
        high, points = rounded((total + missing) * 10), rounded(total * 10 / weights)
    else:
        high = rounded((total + Fraction(missing)) * 10)
        points = rounded(total * 10 / Fraction(weights))
    return Score(points, low, high, weights, grade_of(card, points, weights))


def grade_of(card: Card, points: Decimal, share: Decimal) -> str:
    """The letter of points; none below the least share of weight."""
    if share < card.least_share:
        return ""
    for letter, least in zip(LETTERS, card.grades, strict=False):
        if points >= least:
            return letter
    return LETTERS[-1]


def rounded(value: Fraction | Decimal, step: Decimal = CENT) -> Decimal:
    """Half up to a step, exact for fractions."""
    if isinstance(value, Decimal):
        return value.quantize(step, rounding=ROUND_HALF_UP)
    units = value / Fraction(step)
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return whole * step


def mapped(auto: Auto, number: Decimal) -> Decimal:
    """A number on the straight line between the stated ends, as 0 to 10, rounded to 0.01."""
    part = (number - auto.low) / (auto.high - auto.low)
    return rounded(min(max(part, Decimal(0)), Decimal(1)) * TOP)


@dataclass(frozen=True)
class Reason:
    """What one criterion adds or takes: signed points of 100 against the middle of its scale.

    A value of 5 neither speaks for nor against; `points` is weight × (value − 5) × 10.
    """

    key: str
    value: Fraction
    points: Decimal


def reasons(card: Card, values: Mapping[str, Value]) -> list[Reason]:
    """What moves the score most, largest first; what neither adds nor takes is left out."""
    found = []
    for one in card.criteria:
        value = values.get(one.key)
        if value is None:
            continue
        points = rounded(Fraction(one.weight) * (Fraction(value) - 5) * 10, Decimal("0.1"))
        if points:
            found.append(Reason(one.key, Fraction(value), points))
    return sorted(found, key=lambda one: -abs(one.points))


@dataclass(frozen=True)
class Spread:
    """How far apart raters are on one criterion."""

    key: str
    low: Decimal
    high: Decimal
    n: int

    @property
    def width(self) -> Decimal:
        return self.high - self.low


def spreads(answers: Sequence[Mapping[str, Decimal]]) -> list[Spread]:
    """Criteria that at least two people answered, widest apart first."""
    found: dict[str, list[Decimal]] = {}
    for rater in answers:
        for key, value in rater.items():
            found.setdefault(key, []).append(value)
    made = [Spread(key, min(vs), max(vs), len(vs)) for key, vs in found.items() if len(vs) > 1]
    return sorted(made, key=lambda one: (-one.width, one.key))
