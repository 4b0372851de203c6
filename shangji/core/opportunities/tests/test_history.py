"""A history of stages told entry by entry: no gaps, and the present stage last."""

from datetime import UTC, datetime

import pytest

from shangji.core.opportunities.rules import Entry, gapless, with_entry


def at(day: int) -> datetime:
    return datetime(2026, 5, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "new", "after"),
    [
        ([], (3, 1), [(3, 1)]),
        ([(3, 1)], (5, 2), [(3, 1), (5, 2)]),
        ([(3, 1)], (5, 1), None),  # it stood there already
        ([(5, 1)], (3, 1), [(3, 1)]),  # the stay began earlier
        ([(3, 1), (9, 3)], (5, 2), [(3, 1), (5, 2), (9, 3)]),
        ([(3, 1), (5, 2)], (5, 3), [(3, 1), (5, 3)]),  # at one instant the new one holds
    ],
)
def test_a_stage_entered_goes_into_the_history(
    told: list[tuple[int, int]], new: tuple[int, int], after: list[tuple[int, int]] | None
) -> None:
    entries = [Entry(at(day), stage, 7) for day, stage in told]
    found = with_entry(entries, Entry(at(new[0]), new[1], 7))
    assert (None if found is None else [(one.at.day, one.stage_id) for one in found]) == after


@pytest.mark.parametrize(
    ("told", "present", "stays"),
    [
        ([], (4, 9), [(9, 4, None)]),
        ([(3, 1)], (4, 9), [(1, 3, 4), (9, 4, None)]),
        ([(6, 1)], (4, 9), [(1, 6, 6), (9, 6, None)]),  # the present stage never begins earlier
        ([(3, 1), (6, 9)], (4, 9), [(1, 3, 6), (9, 6, None)]),
    ],
)
def test_a_history_has_no_gaps_and_ends_in_the_present_stage(
    told: list[tuple[int, int]], present: tuple[int, int], stays: list[tuple[int, int, int | None]]
) -> None:
    entries = [Entry(at(day), stage, 7) for day, stage in told]
    found = gapless(entries, Entry(at(present[0]), present[1], 1))
    assert [(one.stage_id, one.at.day, end.day if end else None) for one, end in found] == stays
