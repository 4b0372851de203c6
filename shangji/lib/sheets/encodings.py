"""In what encoding a text file is, and which character parts its columns."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import BinaryIO, Final

from shangji.lib.values import dataclass

_CHUNK: Final = 2**18
_SAMPLE: Final = 2**20
DELIMITERS: Final = (",", ";", "\t", "|")
# Both bytes high: how Chinese text looks in GB18030, and Western text in one byte hardly ever.
_GB_PAIR: Final = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")


@dataclass(frozen=True)
class Encoding:
    """`name` for Python's codecs; `sure` is False when it is a guess a person should look at."""

    name: str
    sure: bool = True


def find_encoding(stream: BinaryIO) -> Encoding:
    """Look through the whole stream, in constant memory, and rewind it.

    A byte order mark decides; else UTF-16 shows by its zero bytes; else UTF-8 if all of it is, or
    all but a few stray bytes (then not sure); else GB18030 if it decodes and looks Chinese; else
    a Western one-byte encoding, not sure.
    """
    head = stream.read(_SAMPLE)
    stream.seek(0)
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", _decodes(stream, "utf-8-sig"))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", _decodes(stream, "utf-16"))
    wide = _utf16_without_mark(head[:4096])
    if wide:
        return Encoding(wide, _decodes(stream, wide))
    if _decodes(stream, "utf-8"):
        return Encoding("utf-8")
    text = head.decode("utf-8", "replace")
    strange = text.count("\ufffd")
    foreign = len(text) - sum(map(str.isascii, text)) - strange
    if (strange and strange * 20 < foreign) or (not strange and foreign):
        return Encoding("utf-8", sure=False)
    if _decodes(stream, "gb18030") and _looks_chinese(head):
        return Encoding("gb18030")
    if _decodes(stream, "cp1252"):
        return Encoding("cp1252", sure=False)
    return Encoding("latin-1", sure=False)


def _decodes(stream: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    finally:
        stream.seek(0)
    return True


def _utf16_without_mark(head: bytes) -> str | None:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for name, zeros, others in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if zeros > 1 and not others and zeros * 20 > len(head) // 2:
            text = head[: len(head) // 2 * 2].decode(name, "replace")
            if "\n" in text or "\r" in text or "," in text or "\t" in text:
                return name
    return None


def _looks_chinese(head: bytes) -> bool:
    high = sum(len(run) for run in _HIGH_RUN.findall(head))
    paired = 2 * len(_GB_PAIR.findall(head))
    return paired * 2 > high


def find_delimiter(lines: Sequence[str]) -> str:
    """The delimiter under which most of `lines` have the same number of columns, above one; a
    comma when there is none."""
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        try:
            records = [record for record in csv.reader(lines, delimiter=delimiter) if record]
        except csv.Error:
            continue
        widths = Counter(map(len, records))
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        head = len(records[0]) if records else 1
        if head > 1 and width == 1:  # a title line, then prose: trust the header
            width, rows = head, widths[head]
        if width < 2:
            continue
        score = (rows / len(records) + (0.5 if head == width else 0), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best
