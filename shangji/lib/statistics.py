"""Small statistics that say how sure they are.

Every figure the product shows from its own history comes with n; below a minimum sample these
functions answer None, and the page shows the count and says it will not guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import floor, isfinite, sqrt
from typing import Final

from shangji.lib.values import dataclass

MINIMUM_SAMPLE: Final = 30
Z_95: Final = 1.959963984540054
Number = int | float | Decimal


@dataclass(frozen=True)
class Share:
    """`hits` of `n`, as a share with its Wilson interval, each 0 to 1."""

    hits: int
    n: int
    share: float
    low: float
    high: float


def wilson_interval(hits: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of `hits` of `n`, 0 ≤ low ≤ hits/n ≤ high ≤ 1.

    `z` is how many standard deviations: 1.96 for 95 %. With n = 0 nothing is known: (0, 1).
    ValueError unless 0 ≤ hits ≤ n.
    """
    if not 0 <= hits <= n:
        raise ValueError("hits lie between 0 and n")
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    bottom = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / bottom
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / bottom
    low = 0.0 if hits == 0 else max(0.0, middle - reach)
    high = 1.0 if hits == n else min(1.0, middle + reach)
    return low, high


def share_of(hits: int, n: int, minimum: int = MINIMUM_SAMPLE) -> Share | None:
    """hits / n with its 95 % interval, or None when n is under `minimum` (or zero)."""
    if not 0 <= hits <= n:
        raise ValueError("hits lie between 0 and n")
    if n < max(1, minimum):
        return None
    low, high = wilson_interval(hits, n)
    return Share(hits, n, hits / n, low, high)


def quantile(values: Sequence[Number], q: float, minimum: int = 1) -> float | None:
    """The value below which the share `q` (0 to 1) of `values` lies, between neighbours by
    straight line (as spreadsheets' PERCENTILE.INC). None under `minimum` values. ValueError for a
    `q` outside 0 to 1 and for values that are no finite number."""
    if not 0 <= q <= 1:
        raise ValueError("q lies between 0 and 1")
    if len(values) < max(1, minimum):
        return None
    ordered = sorted(float(value) for value in values)
    if not all(isfinite(value) for value in ordered):
        raise ValueError("values are finite numbers")
    place = q * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    part = place - below
    return ordered[below] * (1 - part) + ordered[above] * part if part else ordered[below]


def median(values: Sequence[Number], minimum: int = 1) -> float | None:
    """The middle value, or the mean of the two in the middle. None under `minimum` values."""
    return quantile(values, 0.5, minimum)


def format_rate(share: float) -> str:
    """A share as the product writes it: "41%" whole, "4.2%" with one decimal under 10 %."""
    if not isfinite(share):
        raise ValueError("a share is a finite number")
    # Through text, so that 0.285 is read as written (29%), not as 28.499999…%.
    exact = Decimal(str(share)) * 100
    size = abs(exact)
    tenths = floor(size * 10 + Decimal("0.5"))
    if tenths < 100:
        shown = f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    else:
        shown = str(floor(size + Decimal("0.5")))
    return ("\N{MINUS SIGN}" if exact < 0 and tenths else "") + shown + "%"
