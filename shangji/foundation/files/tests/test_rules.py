"""Names and contents (UPL-1, UPL-2)."""

import io
import zipfile

import pytest

from shangji.foundation.files import rules


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("合同 2026.pdf", "合同 2026.pdf"),
        ("..%2f..%2fsettings.py", "settings.py"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/etc/passwd", "passwd"),
        ("C:\\boot.ini", "boot.ini"),
        ("a\x00b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("lpt1.", "_lpt1"),
        ("", "file"),
        ("...", "file"),
        ("\u202egnp.exe", "gnp.exe"),
        ('"><img src=x onerror=1>.png', '"><img src=x onerror=1>.png'),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300, "x" * 200),
    ],
)
def test_it_cleans_a_name(given: str, shown: str) -> None:
    assert rules.clean_name(given) == shown


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        ("名称,金额\n".encode(), "text/plain; charset=utf-8"),
        (("名" * 2000).encode()[:4096], "text/plain; charset=utf-8"),
        (b"<html><script>alert(1)</script>", rules.OCTETS),
        (b"  \n<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", rules.OCTETS),
        (b'<?xml version="1.0"?>', rules.OCTETS),
        (b"\xd0\xcf\x11\xe0rest", "application/x-ole-storage"),
        (b"MZ\x00\x01", rules.OCTETS),
        (b"PK\x03\x04 broken", "application/zip"),
    ],
)
def test_it_decides_by_content(head: bytes, expected: str) -> None:
    assert rules.media_type(head, io.BytesIO(head)) == expected


def test_it_knows_a_workbook() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("xl/workbook.xml", "x")
    stream.seek(0)

    found = rules.media_type(stream.getvalue()[:4096], stream)

    assert found.endswith("spreadsheetml.sheet")
    assert stream.tell() == 0
