"""Charts: round steps, scales, corners, labels that do not lie on one another."""

import pytest

from shangji.lib.charts import (
    Scale,
    nice_ticks,
    path_points,
    radar_corner,
    radar_polygon,
    spread_apart,
)


@pytest.mark.parametrize(
    ("low", "high", "most", "ticks"),
    [
        (0, 0.5, 5, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (5.9, 7.0, 4, [5.5, 6.0, 6.5, 7.0]),
        (0, 100, 5, [0, 20, 40, 60, 80, 100]),
        (3, 3, 5, [3, 4]),
    ],
)
def test_it_finds_round_ticks(low: float, high: float, most: int, ticks: list[float]) -> None:
    assert nice_ticks(low, high, most) == ticks


def test_it_scales_both_ways() -> None:
    assert Scale(0, 10, 100, 0)(2.5) == 75
    assert Scale(5, 5, 0, 40)(5) == 20


def test_the_first_axis_points_up_and_the_next_to_the_right() -> None:
    assert radar_corner(0, 4, 1, (50, 50), 40) == (50, 10)
    assert radar_corner(1, 4, 0.5, (50, 50), 40) == (70, 50)
    assert radar_polygon([1, 0, 1, 0], (50, 50), 40) == "50,10 50,50 50,90 50,50"


def test_it_writes_points_short() -> None:
    assert path_points([(1.04, 2), (3.06, 4.5)]) == "1,2 3.1,4.5"


@pytest.mark.parametrize(
    ("places", "gap", "moved"),
    [([10, 50], 12, [10, 50]), ([10, 10], 12, [4, 16]), ([20, 10], 12, [21, 9])],
)
def test_labels_keep_their_distance(places: list[float], gap: float, moved: list[float]) -> None:
    assert spread_apart(places, gap) == moved
