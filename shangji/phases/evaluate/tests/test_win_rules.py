"""What a model may know at an instant, and how a prediction comes about."""

from math import log, log1p
from typing import Any

import pytest

from shangji.phases.evaluate.rules.lift import bands, falls_with_rank, tenths
from shangji.phases.evaluate.rules.prediction import calibrated, predict
from shangji.phases.evaluate.rules.story import Story, looks, status_at, values_at, won_after


def story(**more: Any) -> Story:
    """Opened on day 100, moved on day 110, quoted on day 130, won on day 150."""
    given: dict[str, Any] = {
        "stays": [(100.0, 1, "open"), (110.0, 2, "open"), (130.0, 3, "open"), (150.0, 9, "won")],
        "amounts": [(100.0, 1000.0), (149.9, 5000.0)],
        "channels": [(100.0, "4")],
        "kinds": [(100.0, "new")],
        "touches": [100.0, 105.0, 128.0],
        "talks": [112.0, 131.0],
        "people": [(120.0, 1, False), (125.0, 1, True), (140.0, -1, True)],
        "pushes": [135.0],
        "rivals": [(122.0, 2)],
        "earlier_wins": [90.0, 140.0],
    }
    return Story(
        deal_id=1, opened=100.0, weekday=2, currency="CNY", recorded=True, **(given | more)
    )


def test_it_knows_at_each_instant_what_was_known_then() -> None:
    early, late = values_at(story(), 119.0), values_at(story(), 141.0)
    assert (early["stage"], late["stage"]) == ("2", "3")
    assert (early["people"], late["people"]) == (0, 1)
    assert [values_at(story(), at)["decider"] for at in (119.0, 126.0, 141.0)] == [0, 1, 0]
    assert (early["pushes"], late["pushes"]) == (0, 1)
    assert (early["rivals"], late["rivals"]) == (0, 2)
    assert (early["earlier_wins"], late["earlier_wins"]) == (1, 2)
    assert early["age"] == log1p(19)
    assert (early["silence"], late["silence"]) == (log1p(7), log1p(10))
    assert values_at(story(), 130.5)["visits"] == log1p(2)  # the first touch is no return


def test_it_never_sees_what_is_filled_in_at_close() -> None:
    assert values_at(story(), 140.0)["amount"] == log(1000)
    imported = story(amounts=[(400.0, 5000.0)])
    assert values_at(imported, 140.0)["amount"] is None


def test_it_looks_while_it_was_open_and_never_after() -> None:
    assert list(looks(story(), until=160.0, step=14.0)) == [104.0, 118.0, 132.0, 146.0]
    reopened = story(
        stays=[(100.0, 1, "open"), (110.0, 8, "lost"), (140.0, 1, "open"), (150.0, 9, "won")]
    )
    assert list(looks(reopened, until=160.0, step=14.0)) == [104.0, 146.0]
    assert [status_at(reopened, at) for at in (99.0, 105.0, 120.0, 141.0, 151.0)] == [
        "", "open", "lost", "open", "won",
    ]  # fmt: skip


def test_it_counts_a_win_within_the_horizon() -> None:
    assert won_after(story(), 104.0, 90)
    assert not won_after(story(), 104.0, 40)


MODEL = {
    "version": 1,
    "intercept": 0.0,
    "numbers": {
        "pushes": {"mean": 1.0, "std": 1.0, "weight": -1.0, "missing": 0.0, "centre": 0.0},
        "amount": {"mean": 0.0, "std": 1.0, "weight": 0.5, "missing": -0.2, "centre": 0.0},
    },
    "categories": {"channel": {"levels": {"4": 2.0}, "centre": 0.5}},
    "medians": {"CNY": log(1000)},
    "calibration": {"kind": "platt", "slope": 1.0, "offset": 0.0},
}


def test_it_explains_a_chance_by_signed_points() -> None:
    found = predict(MODEL, {"pushes": 3.0, "amount": log(1000), "channel": "4"}, currency="CNY")
    assert found.chance == pytest.approx(1 / (1 + 2.718281828**0.5))
    assert [(one.term, one.points > 0) for one in found.top] == [
        ("pushes", False),
        ("channel", True),
    ]


def test_a_level_never_seen_is_the_average_of_none() -> None:
    found = predict(MODEL, {"pushes": 1.0, "channel": "77"}, currency="XXX")
    assert {one.term: round(one.points, 1) for one in found.reasons} == {
        "channel": -11.8,
        "amount": -4.6,
    }


@pytest.mark.parametrize(("intercept", "percent"), [(-20.0, 1), (20.0, 99), (0.5, 45)])
def test_an_open_one_is_never_said_to_be_won_or_lost(intercept: float, percent: int) -> None:
    found = predict({**MODEL, "intercept": intercept}, {"pushes": 1.0}, currency="XXX")
    assert found.percent == percent


def test_it_reads_an_isotonic_curve_between_its_steps() -> None:
    curve = {"kind": "isotonic", "x": [-1.0, 1.0], "y": [0.1, 0.5]}
    assert [calibrated(curve, odds) for odds in (-5, -1, 0, 1, 5)] == pytest.approx(
        [0.1, 0.1, 0.3, 0.5, 0.5]
    )


def test_it_gives_a_band_no_share_below_the_sample() -> None:
    found = bands([("A", [True] * 8 + [False] * 2), ("B", [True] * 9)])
    assert found[0].share is not None
    assert (found[0].share.share, round(found[0].lift or 0, 3)) == (0.8, 0.894)
    assert (found[1].share, found[1].lift) == (None, None)


def test_it_cuts_equal_tenths_highest_first() -> None:
    found = tenths((float(n), n >= 50) for n in range(100))
    assert [len(won) for _name, won in found] == [10] * 10
    assert (found[0][0], found[-1][0]) == ("90–99%", "0–9%")
    assert len(tenths((float(n), True) for n in range(35))) == 3


def test_it_says_when_a_lower_band_wins_more() -> None:
    good = bands([("A", [True] * 40 + [False] * 10), ("D", [True] * 5 + [False] * 45)])
    assert falls_with_rank(good) is True
    assert falls_with_rank(good[::-1]) is False
    assert falls_with_rank(good[:1]) is None
