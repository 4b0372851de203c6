"""Market size by both routes: an example worked out by hand, and what moves with what."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shangji.phases.evaluate.rules.market import (
    BOTTOM,
    SAM,
    SOM,
    TAM,
    TOP,
    Figure,
    Range,
    ahead,
    capacity,
    gap_between,
    growth,
    size,
    weakest,
)


def r(low: str, likely: str, high: str) -> Range:
    return Range(Decimal(low), Decimal(likely), Decimal(high))


#: MES software for machine builders in Zhejiang; 300 / 400 / 500 million a year
INPUTS = {
    "market_value": r("300000000", "400000000", "500000000"),
    "serviceable": r("20", "25", "30"),
    "obtainable": r("10", "20", "30"),
    "win_rate": r("20", "30", "40"),
    "accounts": r("1500", "2000", "2400"),
    "buyers": r("1", "1", "2"),
    "price": r("300000", "400000", "500000"),
    "frequency": r("0.2", "0.5", "0.5"),
    "fit": r("20", "30", "40"),
    "reach": r("10", "20", "25"),
}


def by(figures: list[Figure]) -> dict[tuple[str, str], Figure]:
    return {(one.route, one.level): one for one in figures}


def test_it_works_out_both_routes() -> None:
    found = by(size(INPUTS))
    expected = {
        (TOP, TAM): r("300000000", "400000000", "500000000"),
        (TOP, SAM): r("60000000", "100000000", "150000000"),
        (TOP, SOM): r("1200000", "6000000", "18000000"),
        (BOTTOM, TAM): r("90000000", "400000000", "1200000000"),
        (BOTTOM, SAM): r("18000000", "120000000", "480000000"),
        (BOTTOM, SOM): r("360000", "7200000", "48000000"),
    }
    assert {key: one.value for key, one in found.items()} == expected


@pytest.mark.parametrize("key", sorted(INPUTS))
def test_changing_one_input_moves_every_figure_made_of_it_and_no_other(key: str) -> None:
    moved = {**INPUTS, key: replace(INPUTS[key], likely=INPUTS[key].likely * Decimal("0.9"))}
    before, after = size(INPUTS), size(moved)
    for old, new in zip(before, after, strict=True):
        assert (old.value != new.value) == (key in old.inputs), (old.route, old.level)


def test_it_names_what_is_missing() -> None:
    inputs = {key: value for key, value in INPUTS.items() if key not in ("price", "win_rate")}
    found = by(size(inputs))
    assert found[TOP, SAM].value is not None
    assert (found[TOP, SOM].value, found[TOP, SOM].missing) == (None, ("win_rate",))
    assert found[BOTTOM, TAM].missing == ("price",)
    assert found[BOTTOM, SOM].missing == ("price", "win_rate")


def test_it_sells_no_more_than_it_can_deliver() -> None:
    inputs = {**INPUTS, "hours_per_purchase": r("800", "1000", "1250")}
    # 10,000 h: 8 to 12.5 purchases at 300,000 to 500,000
    assert capacity(inputs, Decimal(10000)) == r("2400000", "4000000", "6250000")
    found = by(size(inputs, free_hours=Decimal(10000)))
    assert found[TOP, SOM].value == r("1200000", "4000000", "6250000")
    assert found[TOP, SOM].capped
    assert "capacity" in found[TOP, SOM].inputs
    roomy = by(size(inputs, free_hours=Decimal(10**7)))
    assert not roomy[TOP, SOM].capped
    assert by(size(INPUTS, free_hours=Decimal(1)))[TOP, SOM].value == r(
        "1200000", "6000000", "18000000"
    )


def test_it_measures_the_gap_between_the_routes() -> None:
    found = gap_between(size(INPUTS), SAM)
    assert found is not None
    assert (found.share, found.overlap, found.agrees) == (Decimal("0.2"), True, True)
    far = {**INPUTS, "accounts": r("9000", "9500", "9900")}
    apart = gap_between(size({**far, "frequency": r("1", "1", "1")}), TAM)
    assert apart is not None
    assert (apart.overlap, apart.agrees) == (False, False)
    assert gap_between(size({}), TAM) is None


def test_it_grows_by_the_compound_rate() -> None:
    rate = growth(r("100", "100", "100"), r("121", "133.1", "144"), 2)
    assert rate is not None
    assert rate.low == Decimal("0.1")
    assert rate.high == Decimal("0.2")
    three = growth(r("100", "100", "100"), r("133.1", "133.1", "133.1"), 3)
    assert three is not None
    assert abs(three.likely - Decimal("0.1")) < Decimal("1e-20")
    years = ahead(r("100", "100", "100"), r("0.1", "0.1", "0.1"))
    assert [one.likely for one in years] == [Decimal("110"), Decimal("121"), Decimal("133.1")]
    assert growth(r("0", "1", "1"), r("1", "1", "1"), 2) is None
    assert growth(r("1", "1", "1"), r("1", "1", "1"), 0) is None


def test_it_names_the_weakest_inputs() -> None:
    known = {"price": "high", "accounts": "low", "buyers": "medium"}
    assert weakest(known, ("price", "accounts", "buyers")) == ("accounts",)
    assert weakest(known, ("price", "buyers")) == ("buyers",)
    assert weakest(known, ("price",)) == ()
