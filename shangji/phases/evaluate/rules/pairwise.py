"""Weights from pairs (AHP): "a matters 3 times as much as b", and whether that is consistent.

Weights are the geometric means of the rows, normed to 1 (Saaty; Crawford & Williams 1985). The
consistency ratio is (λ − n) ÷ (n − 1) ÷ RI(n), with λ the mean of (A·w)ᵢ ÷ wᵢ and Saaty's random
index; above 0.1 the judgements contradict one another too much.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from math import exp, log

from shangji.lib.values import dataclass

#: Saaty 1980, by number of criteria
RANDOM_INDEX = (0, 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
MOST = len(RANDOM_INDEX) - 1
ACCEPTED = 0.1
#: how much more one matters than the other
STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 9)

Pairs = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Judgement:
    """Weights as shares that add up to 1 exactly, and how consistent the pairs are.

    Attributes:
        ratio: the consistency ratio; 0 for two criteria, which cannot contradict.
        worst: the pair that contradicts the others most, with the times that would fit.
    """

    weights: dict[str, Decimal]
    ratio: float
    worst: tuple[str, str, float] | None

    @property
    def is_consistent(self) -> bool:
        return self.ratio <= ACCEPTED


def judge(keys: Sequence[str], pairs: Pairs, *, places: int = 2) -> Judgement:
    """Weights of criteria from pairs: (a, b) → how many times a matters as much as b.

    A pair that is left out counts as 1. ValueError for more than ten criteria or fewer than two,
    and for a pair outside 1/9 to 9.
    """
    n = len(keys)
    if not 2 <= n <= MOST:
        raise ValueError("two to ten criteria can be compared in pairs")
    table = [[_times(pairs, a, b) for b in keys] for a in keys]
    raw = [exp(sum(log(value) for value in row) / n) for row in table]
    whole = sum(raw)
    share = [value / whole for value in raw]
    weighted = [sum(a * w for a, w in zip(row, share, strict=True)) for row in table]
    largest = sum(aw / w for aw, w in zip(weighted, share, strict=True)) / n
    index = (largest - n) / (n - 1)
    ratio = max(0.0, index / RANDOM_INDEX[n]) if n > 2 else 0.0
    return Judgement(
        shares_of_one(dict(zip(keys, share, strict=True)), places),
        ratio,
        _worst(keys, table, share),
    )


def _times(pairs: Pairs, a: str, b: str) -> float:
    if a == b:
        return 1.0
    value = pairs[a, b] if (a, b) in pairs else 1 / pairs.get((b, a), 1.0)
    if not 1 / 9.001 <= value <= 9.001:
        raise ValueError("a pair lies between 1/9 and 9")
    return value


def _worst(
    keys: Sequence[str], table: Sequence[Sequence[float]], share: Sequence[float]
) -> tuple[str, str, float] | None:
    """The pair furthest from what the weights say, as a ratio either way."""
    found: tuple[float, str, str, float] | None = None
    for i, a in enumerate(keys):
        for j in range(i + 1, len(keys)):
            fits = share[i] / share[j]
            off = abs(log(table[i][j] / fits))
            if off > 0.01 and (found is None or off > found[0]):
                found = (off, a, keys[j], fits)
    return None if found is None else found[1:]


def shares_of_one(values: Mapping[str, float], places: int = 2) -> dict[str, Decimal]:
    """Shares rounded so that they add up to 1 exactly, each at least one step: the largest
    remainders take what is left."""
    step = Decimal(1).scaleb(-places)
    total = sum(values.values())
    exact = {key: Decimal(repr(value / total)) for key, value in values.items()}
    kept = {
        key: max(step, value.quantize(step, rounding=ROUND_FLOOR)) for key, value in exact.items()
    }
    left = int((1 - sum(kept.values())) / step)
    order = sorted(kept, key=lambda key: (exact[key] - kept[key], key), reverse=True)
    place = 0
    while left > 0:
        kept[order[place % len(order)]] += step
        place, left = place + 1, left - 1
    while left < 0:  # each took at least a step: the largest give way
        largest = max(kept, key=lambda key: (kept[key], key))
        kept[largest] -= step
        left += 1
    return kept
