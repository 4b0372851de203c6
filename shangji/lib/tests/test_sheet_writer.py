from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shangji.lib.sheets import SheetError, TableWriter, csv_chunks, open_sheet, table_bytes

texts = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"),
        st.sampled_from("=+-@'\"\t\r\n,; ＝"),
    ),
    max_size=20,
)


def test_csv_is_harmless_and_usable() -> None:
    data = table_bytes(
        "csv",
        ["客户", "=H"],
        [
            ["=1+1", Decimal("-5.00")],
            ["+47 22 00 00 00", 1e22],
            ['a "b", c', None],
            [" lead", Decimal("1E+3")],
            [True, date(2026, 11, 23)],
            [datetime(2026, 11, 23, 10, 30, tzinfo=UTC), float("nan")],
            ["a;=1", "x\ny"],
        ],
    )
    assert data.decode() == (
        "\ufeff客户,'=H\r\n"
        "'=1+1,-5.00\r\n"
        "+47 22 00 00 00,10000000000000000000000\r\n"
        '"a ""b"", c",\r\n'
        '" lead",1000\r\n'
        "TRUE,2026-11-23\r\n"
        "2026-11-23 10:30:00+00:00,\r\n"
        '"a;=1","x\ny"\r\n'
    )


def test_csv_in_pieces_is_the_same_csv() -> None:
    rows = [[f"客户 {number}", number] for number in range(1000)]
    pieces = list(csv_chunks(["a", "b"], rows, size=1000))
    assert len(pieces) > 5
    assert b"".join(pieces) == table_bytes("csv", ["a", "b"], rows)
    assert b"".join(csv_chunks(["a"], [])) == b"\xef\xbb\xbfa\r\n"


def test_xlsx_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    row = [
        "=1+1", Decimal("-5.25"), "+47 22 00 00 00", date(2026, 11, 23), True,
        datetime(2026, 11, 23, 10, 30), time(9, 5), "\t=x", "http://x.y", "007", 3.5,
        Decimal("12345678901234567.89"),
    ]  # fmt: skip
    data = table_bytes("xlsx", [f"c{place}" for place in range(len(row))], [row], name="a/b:[x]")
    sheet = open_sheet(data)
    assert sheet.names == ["a b  x"]
    (read,) = sheet.rows()
    assert read.line == 2
    assert read.cells == [
        "=1+1", -5.25, "+47 22 00 00 00", date(2026, 11, 23), True,
        datetime(2026, 11, 23, 10, 30), time(9, 5), "\t=x", "http://x.y", "007", 3.5,
        "12345678901234567.89",
    ]  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
        assert not any("hyperlink" in name.lower() for name in archive.namelist())


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5))
@settings(max_examples=60, deadline=None)
def test_export_then_import_changes_no_text(rows: list[list[str]]) -> None:
    kept = [["x", *row] for row in rows]  # an empty row is no row
    for kind in ("csv", "xlsx"):
        data = table_bytes(kind, ["key", "a", "b"], kept)  # type: ignore[arg-type]
        sheet = open_sheet(data)
        assert [[cell or "" for cell in row.cells] for row in sheet.rows()] == kept
        assert not len(sheet.problems)


@given(
    st.lists(
        st.decimals(
            min_value=-(10**10), max_value=10**10, places=4, allow_nan=False, allow_infinity=False
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None)
def test_export_then_import_changes_no_amount(amounts: list[Decimal]) -> None:
    rows = [["x", amount] for amount in amounts]
    for kind in ("csv", "xlsx"):
        sheet = open_sheet(table_bytes(kind, ["key", "amount"], rows))  # type: ignore[arg-type]
        assert [Decimal(str(row.cells[1])) for row in sheet.rows()] == amounts


def test_a_text_too_long_for_a_cell_is_cut_and_noted() -> None:
    stream = io.BytesIO()
    with TableWriter("xlsx", stream, ["a"]) as table:
        table.write_row(["x" * 40_000])
        table.write_row(["y"])
    assert [(problem.line, problem.code) for problem in table.problems] == [(2, "cell_cut")]
    assert [len(str(row.cells[0])) for row in open_sheet(stream.getvalue()).rows()] == [32_767, 1]


def test_characters_no_file_can_hold_are_left_out() -> None:
    for kind in ("csv", "xlsx"):
        data = table_bytes(kind, ["a\x00"], [["x\ud800\x00y"]])  # type: ignore[arg-type]
        sheet = open_sheet(data)
        assert sheet.header == ("a",)
        assert next(sheet.rows()).cells == ["xy"]


def test_an_xlsx_sheet_has_its_limits() -> None:
    with pytest.raises(SheetError, match="at most 16384 columns"):
        TableWriter("xlsx", io.BytesIO(), ["a"] * 16_385)


def test_writing_takes_constant_memory() -> None:
    class Sink(io.RawIOBase):
        def write(self, data: object) -> int:
            return len(data)  # type: ignore[arg-type]

    tracemalloc.start()
    with TableWriter("csv", Sink(), ["a", "b"]) as table:  # type: ignore[arg-type]
        for number in range(50_000):
            table.write_row([f"客户 {number}", number])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20
