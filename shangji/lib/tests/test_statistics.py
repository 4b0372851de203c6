from __future__ import annotations

import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.statistics import (
    format_rate,
    median,
    quantile,
    share_of,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # Newcombe 1998, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_agrees_with_the_published_table(hits: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(hits, n) == pytest.approx((low, high), abs=0.00006)


@given(st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(case: tuple[int, int]) -> None:
    hits, n = case
    low, high = wilson_interval(hits, n)
    assert 0 <= low <= high <= 1
    if n:
        assert low <= hits / n <= high


def test_a_small_sample_is_not_guessed_from() -> None:
    assert share_of(10, 29) is None
    assert share_of(0, 0, minimum=0) is None
    found = share_of(12, 30)
    assert found is not None
    assert (found.hits, found.n, found.share) == (12, 30, 0.4)
    assert found.low < 0.4 < found.high
    for hits, n in ((-1, 30), (31, 30)):
        with pytest.raises(ValueError, match="hits"):
            share_of(hits, n)
        with pytest.raises(ValueError, match="hits"):
            wilson_interval(hits, n)


def test_medians_and_quantiles() -> None:
    assert median([3, 1, 2]) == 2
    assert median([Decimal(1), Decimal(2)]) == 1.5
    assert median([]) is None
    assert median([1, 2], minimum=3) is None
    assert quantile([1, 2, 3, 4], 0.25) == 1.75
    assert quantile([1, 2, 3], 1) == 3
    with pytest.raises(ValueError, match="q lies"):
        quantile([1], 1.1)
    with pytest.raises(ValueError, match="finite"):
        quantile([1.0, float("nan")], 0.5)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=40))
def test_the_median_is_the_usual_one(values: list[float]) -> None:
    assert median(values) == pytest.approx(statistics.median(values))


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.41, "41%"), (0.285, "29%"), (0.042, "4.2%"), (0.09949, "9.9%"), (0.0996, "10%"),
        (0.1, "10%"), (0.05, "5%"), (0, "0%"), (1, "100%"), (1.234, "123%"), (-0.031, "−3.1%"),
        (-0.0001, "0%"),
    ],
)  # fmt: skip
def test_rates_are_whole_with_one_decimal_under_ten(share: float, shown: str) -> None:
    assert format_rate(share) == shown
