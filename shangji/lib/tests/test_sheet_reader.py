from __future__ import annotations

import codecs
import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.sheets import Limits, SheetError, open_sheet
from shangji.lib.tests.shared import shared_file

CITIES = "城市,省份\r\n杭州,浙江\r\n苏州,江苏\r\n"


def cells(source: bytes | Path) -> list[list[object]]:
    return [list(row.cells) for row in open_sheet(source).rows()]


def codes(source: bytes) -> list[tuple[int, str]]:
    sheet = open_sheet(source)
    for _row in sheet.rows():
        pass
    return [(problem.line, problem.code) for problem in sheet.problems]


# ----------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("data", "encoding", "sure"),
    [
        (CITIES.encode(), "utf-8", True),
        (codecs.BOM_UTF8 + CITIES.encode(), "utf-8-sig", True),
        (CITIES.encode("utf-16"), "utf-16", True),
        (codecs.BOM_UTF16_BE + CITIES.encode("utf-16-be"), "utf-16", True),
        (CITIES.encode("utf-16-le"), "utf-16-le", True),
        (CITIES.encode("utf-16-be"), "utf-16-be", True),
        (CITIES.encode("gb18030"), "gb18030", True),
        (CITIES.encode("gbk"), "gb18030", True),
    ],
)
def test_it_finds_the_encoding(data: bytes, encoding: str, sure: bool) -> None:
    sheet = open_sheet(data)
    assert (sheet.encoding, sheet.encoding_is_sure) == (encoding, sure)
    assert sheet.header == ("城市", "省份")
    assert [row.cells for row in sheet.rows()] == [["杭州", "浙江"], ["苏州", "江苏"]]


def test_western_text_is_a_flagged_guess_and_not_read_as_chinese() -> None:
    sheet = open_sheet("Name,Ort\nZoé Müller,Köln\nélan,Besançon “x”\n".encode("cp1252"))
    assert sheet.encoding == "cp1252"
    assert not sheet.encoding_is_sure
    assert next(sheet.rows()).cells == ["Zoé Müller", "Köln"]
    undefined = open_sheet(b"a,b\n\xe9t\xe9 \x81,\xfc\n")
    assert (undefined.encoding, undefined.encoding_is_sure) == ("latin-1", False)


def test_one_stray_byte_does_not_turn_a_whole_file_to_noise() -> None:
    sheet = open_sheet((CITIES * 20).encode() + b"\xff,x\r\n")
    assert (sheet.encoding, sheet.encoding_is_sure) == ("utf-8", False)
    assert sheet.header == ("城市", "省份")


# ---------------------------------------------------------------------------------- delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_finds_delimiter_and_line_ends(delimiter: str, end: str) -> None:
    lines = [["a", "b, c", "d"], ["1", "2;3", "4|5"], ["x", "y", "z"]]
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    sheet = open_sheet(text.encode())
    assert sheet.delimiter == delimiter
    assert sheet.header == ("a", "b, c", "d")
    assert [row.cells for row in sheet.rows()] == lines[1:]


def test_a_sep_line_says_the_delimiter() -> None:
    sheet = open_sheet(b"sep=;\na;b\n1,5;2\n")
    assert (sheet.delimiter, sheet.header) == (";", ("a", "b"))
    assert next(sheet.rows()).cells == ["1,5", "2"]


def test_one_column_and_mixed_delimiters() -> None:
    assert cells(b"name\nAda\nBo, Jr\n") == [["Ada"], ["Bo"]]
    assert cells(b"a,b\n1,2\n3;4\n5,6\n") == [["1", "2"], ["3;4", ""], ["5", "6"]]
    assert codes(b"a,b\n1,2\n3;4\n5,6\n") == [(3, "too_few_cells")]


# ------------------------------------------------------------------------------ what is broken


def test_headers_are_trimmed_named_and_each_once() -> None:
    sheet = open_sheet(b" Name ,Name,,Phone  No,,\n1,2,3,4,,\n")
    assert sheet.header == ("Name", "Name (2)", "Column 3", "Phone No")
    assert [(problem.line, problem.code) for problem in sheet.problems] == [
        (1, "duplicate_header"),
        (1, "empty_header"),
    ]
    assert next(sheet.rows()).cells == ["1", "2", "3", "4"]
    assert "“Name” names two columns." in [problem.cause for problem in sheet.problems]


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        ("Report of May\nName,City\nAnn,Rome\nBob,Oslo\n", "Name", 2),
        ("Report\nby Ann\nName,City\nAnn,Rome\n", "Name", 1),
        # one column, a comma in one of its cells; a header that is short of its rows
        ("Names\nSmith\nLee, Ann\nBob\n", "Names", 3),
        ("Name\nAnn,12\nBob,13\n", "Name", 2),
        ("Name\nAnn\n", "Name", 1),
    ],
)
def test_notes_above_the_header_stay_out(text: str, header: str, rows: int) -> None:
    sheet = open_sheet(text.encode())
    assert (sheet.header[0], len(list(sheet.rows()))) == (header, rows)


def test_ragged_rows_are_read_and_reported() -> None:
    data = b"a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n\n,,\n1,2,3\n"
    assert cells(data) == [["1", "2", ""], ["1", "2", "3"], ["1", "2", "3"], ["1", "2", "3"]]
    assert codes(data) == [(2, "too_few_cells"), (3, "too_many_cells")]


def test_an_unclosed_quote_costs_its_line_only() -> None:
    data = b'a,b\n1,2\n3,"4\n5,6\n7,8\n'
    assert cells(data) == [["1", "2"], ["5", "6"], ["7", "8"]]
    assert codes(data) == [(3, "unclosed_quote")]
    with pytest.raises(SheetError) as caught:
        open_sheet(b'a,"b\n1,2\n')
    assert caught.value.line == 1


def test_quotes_out_of_order_are_read_as_far_as_they_go() -> None:
    data = b'a,b\n"12" screen",x\n"ok","y"\n'
    assert cells(data) == [['12 screen"', "x"], ["ok", "y"]]
    assert codes(data) == [(2, "quotes")]


def test_an_unclosed_quote_in_a_large_file_is_found_without_reading_it_all() -> None:
    limits = Limits(line=50_000)
    data = b'a,b\n1,"2\n' + b"3,4\n" * 100_000
    tracemalloc.start()
    rows = sum(1 for _row in open_sheet(data, limits=limits).rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 100_000
    assert peak < 10 * 2**20


def test_zero_characters_are_left_out_and_reported() -> None:
    assert cells(b"a,b\n1\x00,2\n") == [["1", "2"]]
    assert codes(b"a,b\n1\x00,2\n") == [(2, "nul")]


def test_a_cell_of_a_megabyte_leaves_its_row_out() -> None:
    data = b"a,b\n1,2\n3," + b"x" * 2**20 + b"\n5,6\n"
    assert cells(data) == [["1", "2"], ["5", "6"]]
    assert codes(data) == [(3, "cell_too_long")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\n\n ,\n", "empty"),
        (b"%PDF-1.7 ...", "no_table"),
        (b"\x89PNG\r\n\x1a\n", "no_table"),
        (b'\xef\xbb\xbf[\n  {"a": 1}\n]', "no_table"),
        (b"\n<html><table><tr><td>a</td></tr></table>", "no_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_format"),
        (b"PK\x03\x04 not a zip", "broken"),
        (b"a,b\n" + b"x" * 5_000_000, "line_too_long"),
        (",".join(f"c{number}" for number in range(1001)).encode(), "too_many_columns"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(SheetError) as caught:
        for _row in open_sheet(data).rows():
            pass
    assert caught.value.code == code
    assert caught.value.cause


def test_limits_hold() -> None:
    with pytest.raises(SheetError, match="more than 2 rows"):
        list(open_sheet(b"a\n1\n2\n3\n", limits=Limits(rows=2)).rows())
    with pytest.raises(SheetError, match="the limit is 1 MB"):
        open_sheet(b"a" * (2**20 + 1), limits=Limits(file_bytes=2**20))


def test_problems_are_counted_but_not_hoarded() -> None:
    sheet = open_sheet(b"a,b\n" + b"1\n" * 5000)
    assert sum(1 for _row in sheet.rows()) == 5000
    assert (sheet.problems.count, len(list(sheet.problems))) == (5000, 1000)


def test_rows_can_be_read_again_and_lines_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'a,b\n"1\nx",2\n\n3,4\n')
    sheet = open_sheet(path)
    for _round in range(2):
        assert [(row.line, row.cells) for row in sheet.rows()] == [
            (2, ["1\nx", "2"]),
            (5, ["3", "4"]),
        ]
        assert not len(sheet.problems)


def test_reading_takes_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.write(b"name,amount\n")
        for number in range(50_000):
            file.write(f"客户 {number},{number}.50\n".encode())
    sheet = open_sheet(path)
    tracemalloc.start()
    rows = sum(1 for _row in sheet.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 50_000
    assert peak < 2 * 2**20


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        sheet = open_sheet(data)
        rows = list(sheet.rows())
    except SheetError as error:
        assert error.cause
        return
    assert all(len(row.cells) == len(sheet.header) for row in rows)
    assert len(set(sheet.header)) == len(sheet.header)


@given(st.text(alphabet='a",;\r\n\t|= \x00é中', max_size=80))
def test_any_soup_is_read_or_refused(text: str) -> None:
    try:
        sheet = open_sheet(text.encode())
        assert all(len(row.cells) == len(sheet.header) for row in sheet.rows())
    except SheetError as error:
        assert error.cause


# ------------------------------------------------------------------------------ public examples


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name", ["comma_in_quotes", "empty_crlf", "json", "newlines_crlf", "simple", "utf8"]
)
def test_the_public_spectrum_reads_as_it_says(name: str) -> None:
    sheet = open_sheet(shared_file(f"csv_corpus/csv-spectrum/{name}.csv"))
    expected = json.loads(shared_file(f"csv_corpus/csv-spectrum/{name}.json").read_text("utf-8"))
    read = [dict(zip(sheet.header, row.cells, strict=True)) for row in sheet.rows()]
    for row in expected:  # its own reader had turned the line ends inside cells
        for key, cell in row.items():
            row[key] = str(cell).replace("\r\n", "\n")
    for row in read:
        for key, cell in row.items():
            row[key] = str(cell).replace("\r\n", "\n")
    assert read == expected


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "encoding", "delimiter"),
    [
        ("cities_gbk.csv", "gb18030", ","),
        ("provinces_utf16le_bom_tab.csv", "utf-16", "\t"),
        ("provinces_utf8_bom_crlf.csv", "utf-8-sig", ","),
    ],
)
def test_public_encodings_are_found(name: str, encoding: str, delimiter: str) -> None:
    path = shared_file(f"csv_corpus/encodings/{name}")
    sheet = open_sheet(path)
    assert (sheet.encoding, sheet.delimiter) == (encoding, delimiter)
    with path.open(encoding=encoding, newline="") as file:
        expected = list(csv.reader(file, delimiter=delimiter))
    assert [list(sheet.header), *(row.cells for row in sheet.rows())] == expected


def test_it_begins_with_the_first_sheet_that_is_not_empty() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Cover")
        book.add_worksheet("Customers").write_row(0, 0, ["Name", "City"])
        book.add_worksheet("More").write_row(0, 0, ["Other"])
    sheet = open_sheet(stream.getvalue())
    assert (sheet.name, sheet.header) == ("Customers", ("Name", "City"))
    assert open_sheet(stream.getvalue(), sheet="More").header == ("Other",)
    with pytest.raises(SheetError) as refused:
        open_sheet(stream.getvalue(), sheet="Cover")
    assert str(refused.value.cause) == "This sheet is empty."
