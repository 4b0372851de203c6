from __future__ import annotations

import contextlib
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.date_reading import Order, date_from_serial, date_of_cell, guess_order, parse_date
from shangji.lib.errors import BadInput

DAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03", "2026-11-3", "2026/11/03", "2026.11.3", "20261103", "2026年11月3日",
        "2026 年 11 月 3 日", "26年11月3号", "２０２６－１１－０３", "2026-11-03T10:30:00Z",
        "2026-11-03 10:30:15.123+08:00", "2026/11/3 10:30", "2026-11-03 周二",
        "2026年11月3日 星期二",
        "3 Nov 2026", "3rd November 2026", "03-NOV-2026", "Nov 3, 2026", "Tue, 3 Nov 2026 10:30:00",
        " 2026-11-03 ", "46329", "46329.4375", "2026年11月3日 下午3点20分",
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", ["ymd", "mdy", "dmy"])
def test_it_reads_what_can_be_read_only_one_way(text: str, order: Order) -> None:
    assert parse_date(text, order) == DAY


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("11/3/2026", "mdy", DAY),
        ("3/11/2026", "dmy", DAY),
        ("3.11.2026", "dmy", DAY),
        ("11/03/26", "mdy", DAY),
        ("26-11-03", "ymd", DAY),
        ("11/3/2026 10:30 PM", "mdy", DAY),
        ("1/2/70", "mdy", date(1970, 1, 2)),
        ("1/2/69", "mdy", date(2069, 1, 2)),
    ],
)
def test_it_reads_by_the_stated_order(text: str, order: Order, day: date) -> None:
    assert parse_date(text, order) == day


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("23/11/2026", "mdy"), ("11/23/2026", "dmy"), ("11/3/2026", "ymd"), ("2026-02-30", "ymd"),
        ("2026-13-01", "ymd"), ("0026-11-03", "ymd"), ("9999-01-01", "ymd"), ("", "ymd"),
        ("tomorrow", "ymd"), ("2026-11/03", "ymd"), ("2026-11-03 x", "ymd"), ("2026", "ymd"),
        ("3 Foo 2026", "dmy"), ("٢٠٢٦-١١-٠٣", "ymd"), ("2026-11-03" * 1000, "ymd"),
        ("1/2/3", "mdy"), ("\ud800", "ymd"),
    ],
)  # fmt: skip
def test_it_refuses_what_it_would_have_to_guess(text: str, order: Order) -> None:
    with pytest.raises(BadInput) as caught:
        parse_date(text, order)
    assert caught.value.message


@given(st.dates(min_value=date(1900, 3, 1), max_value=date(2999, 12, 31)))
def test_every_written_form_reads_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.year}年{day.month}月{day.day}日") == day
    assert parse_date(f"{day.month}/{day.day}/{day.year}", "mdy") == day
    assert parse_date(f"{day.day}.{day.month}.{day.year}", "dmy") == day
    assert date_from_serial((day - date(1899, 12, 30)).days) == day


@given(st.text(max_size=50), st.sampled_from(["ymd", "mdy", "dmy"]))
def test_any_text_is_read_or_refused(text: str, order: Order) -> None:
    with contextlib.suppress(BadInput):
        assert isinstance(parse_date(text, order), date)


def test_a_column_tells_its_order_or_leaves_it_open() -> None:
    assert guess_order(["11/3/2026", "11/23/2026"]) == "mdy"
    assert guess_order(["3/11/2026", "23/11/2026", "n/a"]) == "dmy"
    assert guess_order(["1/2/2026", "3/4/2026"]) is None
    assert guess_order(["23/11/2026", "11/23/2026"]) is None
    assert guess_order(["2026-11-03", "46329", ""]) == "ymd"
    assert guess_order([]) == "ymd"


def test_spreadsheet_serials_count_as_excel_does() -> None:
    assert date_from_serial(1) == date(1900, 1, 1)
    assert date_from_serial(59) == date(1900, 2, 28)
    assert date_from_serial(61) == date(1900, 3, 1)
    assert date_from_serial(46329.99) == DAY
    assert date_from_serial(44867, since_1904=True) == DAY
    for broken in (0, -5, 60, float("nan"), float("inf"), 10**9):
        with pytest.raises(BadInput):
            date_from_serial(broken)


def test_cells_of_any_type_give_a_day() -> None:
    assert date_of_cell(None) is None
    assert date_of_cell("  ") is None
    assert date_of_cell(datetime(2026, 11, 3, 10)) == DAY
    assert date_of_cell(DAY) == DAY
    assert date_of_cell(46329.0) == DAY
    assert date_of_cell("11/3/2026", "mdy") == DAY
    for odd in (True, object()):
        with pytest.raises(BadInput):
            date_of_cell(odd)
