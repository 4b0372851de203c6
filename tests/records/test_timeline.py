"""The timeline: where bars stand, which rows are in a window, what is left over is said."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.records.listing import timeline
from shangji.records.listing.scale import bar_of, beside, months_of, ticks_of, window_of

SHAPE = {"view": "all", "shape": "timeline", "on": "2026-11-10"}
NOVEMBER = window_of("month", date(2026, 11, 10))


def _day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("start", "end", "x", "width"),
    [
        ("11-01", "11-30", 0, 100),
        ("11-04", "11-06", 10, 10),
        ("11-16", "11-16", 50, 100 / 30),
        ("10-01", "11-03", -2, 12),
        ("11-28", "12-24", 90, 12),
        ("09-01", "12-31", -2, 104),
    ],
)
def test_it_draws_whole_days_and_goes_over_the_edge(
    start: str, end: str, x: float, width: float
) -> None:
    bar = bar_of(NOVEMBER, _day(start), _day(end))
    assert bar is not None
    assert bar.x == pytest.approx(x)
    assert bar.width == pytest.approx(width)
    assert not bar.is_point
    assert bar.is_cut_before == (start < "11-01")
    assert bar.is_cut_after == (end > "11-30")


@pytest.mark.parametrize(
    ("start", "end"), [("10-01", "10-31"), ("12-01", "12-02"), ("10-31", None), ("12-01", None)]
)
def test_it_draws_nothing_of_what_lies_outside(start: str, end: str | None) -> None:
    assert bar_of(NOVEMBER, _day(start), _day(end) if end else None) is None


def test_it_draws_a_point_without_an_end_and_for_one_before_the_start() -> None:
    for end, odd in ((None, False), (_day("11-02"), True)):
        bar = bar_of(NOVEMBER, _day("11-16"), end)
        assert bar is not None
        assert (bar.is_point, bar.is_odd) == (True, odd)
        assert bar.x == pytest.approx(50 + 50 / 30)


@pytest.mark.parametrize(
    ("zoom", "first", "last", "ticks", "months", "around"),
    [
        ("month", "11-01", "11-30", 30, 1, ("10-01", "12-01")),
        ("quarter", "10-01", "12-31", 13, 3, ("07-01", None)),
        ("year", "01-01", "12-31", 12, 12, (None, None)),
    ],
)
def test_it_leafs_by_windows_with_a_grid(
    zoom: str, first: str, last: str, ticks: int, months: int, around: Any
) -> None:
    days = window_of(zoom, _day("11-10"))
    assert (days.start, days.last) == (_day(first), _day(last))
    assert (len(ticks_of(zoom, days)), len(months_of(days))) == (ticks, months)
    for found, wanted in zip(beside(zoom, _day("11-10")), around, strict=True):
        assert found == _day(wanted) if wanted else found.year in {2025, 2027}


@pytest.mark.parametrize(
    "by",
    ["name", "opened_on.name", "opened_on.opened_on", "opened_on..day", "opened_on.a.b.c", "x"],
)
def test_it_refuses_what_is_no_span(by: str, alice: Any, sign_in: Any) -> None:
    query = urlencode({**SHAPE, "by": by})
    assert sign_in(alice).get(f"/opportunities/?{query}").status_code == 400


@pytest.mark.parametrize("group", ["", "stage", "owner", "expected_close_on.month"])
def test_it_asks_as_many_queries_for_more_rows_and_says_what_is_left(
    group: str, alice: Any, charlie: Any, sign_in: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(timeline, "ROWS", 4)
    monkeypatch.setattr(timeline, "EACH", 1)
    client = sign_in(alice)
    by = "opened_on.expected_close_on.quarter"
    address = f"/opportunities/?{urlencode({**SHAPE, 'by': by, 'group': group})}"
    make_opportunity(charlie, name="Not hers", opened_on=date(2026, 11, 3))
    counts = []
    for number in (1, 9):
        for _ in range(number):
            make_opportunity(
                alice, opened_on=date(2026, 1, 3), expected_close_on=date(2026, 11, 12)
            )
        make_opportunity(alice, opened_on=date(2026, 11, 3), expected_close_on=None)
        make_opportunity(alice, opened_on=date(2027, 11, 3), expected_close_on=None)
        make_opportunity(alice, opened_on=date(2026, 1, 3), expected_close_on=date(2026, 9, 30))
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address).content.decode()
        counts.append(len([one for one in asked if "workspace_" not in one["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
    assert "<b>12 entries</b> in 2026 Q4" in page
    assert page.count('<th scope="row"') == 4
    assert ("8 more" in page) if group in {"stage", "owner"} else ("1–4 of 12" in page)
    assert "Not hers" not in page


def test_it_marks_today_and_says_days_in_words_beside_the_drawing(alice: Any, sign_in: Any) -> None:
    make_opportunity(alice, name="Press line")
    Opportunity.objects.update(opened_on=date(2026, 11, 3), expected_close_on=date(2026, 11, 20))
    by = "opened_on.expected_close_on.month"
    page = sign_in(alice).get(f"/opportunities/?{urlencode({**SHAPE, 'by': by})}").content.decode()
    assert "3 Nov" in page
    assert "20 Nov" in page
    assert '<rect class="bar" x="6.67%" width="60.00%"' in page
    assert 'style="' not in page.partition("<main")[2]
