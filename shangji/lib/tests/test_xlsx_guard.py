from __future__ import annotations

import io
import resource
import zipfile

import pytest

from shangji.lib.sheets import Limits, SheetError, open_sheet, table_bytes

GOOD = table_bytes("xlsx", ["a", "b"], [["x", 1], ["y", 2]])


def changed(replace: dict[str, bytes] | None = None, add: dict[str, bytes] | None = None) -> bytes:
    """The good workbook with parts replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(GOOD)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, (replace or {}).get(name, old.read(name)))
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return stream.getvalue()


def sheet_xml(body: str, head: str = "") -> dict[str, bytes]:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<?xml version="1.0"?>{head}<worksheet xmlns="{space}"><sheetData>{body}</sheetData>'
    return {"xl/worksheets/sheet1.xml": f"{text}</worksheet>".encode()}


def code_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(SheetError) as caught:
        list(open_sheet(data, limits=limits or Limits()).rows())
    assert caught.value.cause
    return caught.value.code


def test_a_good_workbook_passes() -> None:
    assert [row.cells for row in open_sheet(changed()).rows()] == [["x", 1], ["y", 2]]


def test_a_small_file_that_expands_to_much_is_refused_without_expanding() -> None:
    bomb = changed(add={"xl/media/big.xml": b" " * (300 * 2**20)})
    assert len(bomb) < 2**20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(bomb) == "too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_file_that_lies_about_its_size_is_stopped_or_broken() -> None:
    honest = changed(add={"xl/media/big.xml": b" " * (30 * 2**20)})
    size = (30 * 2**20).to_bytes(4, "little")
    assert honest.count(size) >= 1
    lying = honest.replace(size, (100).to_bytes(4, "little"))
    assert code_of(lying, Limits(expanded_bytes=2**20)) in {"too_large", "broken"}


def test_strong_packing_is_refused() -> None:
    data = changed(add={"xl/media/big.xml": b" " * (50 * 2**20)})
    assert code_of(data) == "too_large"


def test_too_many_entries_are_refused_by_the_end_record_alone() -> None:
    many = {f"xl/x{number}.xml": b"<x/>" for number in range(2100)}
    assert code_of(changed(add=many)) == "too_large"


@pytest.mark.parametrize(
    "add",
    [
        {"xl/embeddings/a.zip": b"x"},
        {"xl/embeddings/a.bin": GOOD},
        {"xl/embeddings/b.dat": b"\x1f\x8b\x08rest"},
    ],
)
def test_archives_inside_are_refused(add: dict[str, bytes]) -> None:
    assert code_of(changed(add=add)) == "nested"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!doctype x SYSTEM "file:///etc/passwd">',
        " " * 300_000 + '<!DOCTYPE x [<!ENTITY % d SYSTEM "http://evil.test/x">]>',
    ],
)
def test_entities_are_refused(head: str) -> None:
    assert code_of(changed(replace=sheet_xml("", head))) == "entities"


def test_xml_in_an_encoding_that_hides_is_refused() -> None:
    hidden = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x []><x/>'.encode("utf-16")
    assert code_of(changed(add={"xl/hidden.xml": hidden})) == "broken"


@pytest.mark.parametrize(
    "body",
    [
        '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c><c r='XFD1'/></row><row r='1000000'></row>",
        '<row><c r="ZZ999999"><v>1</v></c></row>',
    ],
)
def test_two_far_cells_do_not_take_all_memory(body: str) -> None:
    assert code_of(changed(replace=sheet_xml(body))) == "too_large"


@pytest.mark.parametrize(
    "data",
    [
        GOOD[:400],
        GOOD[:-30],
        GOOD[:100] + b"\0" * 200 + GOOD[300:],
        changed(replace={"xl/workbook.xml": b"<not"}),
        changed(replace={"xl/worksheets/sheet1.xml": b"\xff\xff"}),
        changed(replace={"xl/_rels/workbook.xml.rels": b""}),
    ],
)
def test_damaged_workbooks_are_refused_in_words(data: bytes) -> None:
    assert code_of(data) in {"broken", "empty"}


def test_another_zip_is_no_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert code_of(stream.getvalue()) == "broken"


def test_rows_and_columns_that_begin_late_keep_their_lines() -> None:
    body = (
        '<row r="3"><c r="B3" t="inlineStr"><is><t>name</t></is></c>'
        '<c r="C3" t="inlineStr"><is><t>n</t></is></c></row>'
        '<row r="6"><c r="B6" t="inlineStr"><is><t>x</t></is></c><c r="C6"><v>5</v></c></row>'
    )
    sheet = open_sheet(changed(replace=sheet_xml(body)))
    assert sheet.header == ("Column 1", "name", "n")
    assert sheet.header_line == 3
    assert [(row.line, row.cells) for row in sheet.rows()] == [(6, [None, "x", 5])]


def test_a_sheet_is_chosen_by_name() -> None:
    assert open_sheet(GOOD, sheet="Sheet1").name == "Sheet1"
    with pytest.raises(SheetError, match="no sheet “Other”"):
        open_sheet(GOOD, sheet="Other")
