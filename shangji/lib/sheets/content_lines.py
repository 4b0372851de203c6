"""The lines of vCard and iCalendar: folded, with parameters, escaped in two ways.

for prop in content_lines(stream):
    prop.name, prop.params, prop.text     # "TEL", {"TYPE": ["CELL"]}, "+1 555 …"
"""

from __future__ import annotations

import codecs
import hashlib
import quopri
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from shangji.lib.values import dataclass

#: one property of a card may hold a picture; longer ones are cut off
MAX_LINE: Final = 8 * 2**20
_PARTS: Final = re.compile(rb'(?:[^;:"]|"[^"]*")*')
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Property:
    """One line: `name` without its group, parameters in capitals, the value as it stands."""

    line: int
    name: str
    params: dict[str, list[str]]
    raw: str

    @property
    def text(self) -> str:
        return unescaped(self.raw)

    @property
    def types(self) -> set[str]:
        """TYPE parameters, and those of version 2.1, which stand alone."""
        return {word.strip().upper() for word in self.params.get("TYPE", [])}

    def parts(self, between: str = ";") -> list[str]:
        """A value of several: parted where the character is not escaped."""
        found = re.split(rf"(?<!\\){re.escape(between)}", self.raw)
        return [unescaped(part).strip() for part in found]


def unescaped(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        return "\n" if match[1] in "nN" else match[1]

    return _ESCAPE.sub(plain, text)


def content_lines(stream: BinaryIO) -> Iterator[Property]:
    """Properties in order, at constant memory. Lines without a colon are left out."""
    for number, line in _unfolded(_plain_lines(stream)):
        prop = _property(number, line)
        if prop is not None:
            yield prop


def _plain_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines in a one-byte-compatible encoding, whatever the file has."""
    head = stream.read(4)
    stream.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        for text in codecs.getreader("utf-16")(stream, "replace"):
            yield text.encode().rstrip(b"\r\n")
        return
    first = True
    while line := stream.readline(MAX_LINE):
        if first:
            line, first = line.removeprefix(codecs.BOM_UTF8), False
        # old address books end lines with CR alone
        yield from line.rstrip(b"\r\n").split(b"\r")


def _unfolded(lines: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    held, begun = b"", 0
    soft = False
    for number, line in enumerate(lines, start=1):
        if soft:
            # a soft break of quoted-printable
            held = held[:-1] + line
        elif line[:1] in (b" ", b"\t") and begun and len(held) < MAX_LINE:
            held += line[1:]
            continue
        else:
            if begun:
                yield begun, held
            held, begun = line, number
        soft = held.endswith(b"=") and b"QUOTED-PRINTABLE" in held[:200].upper()
    if begun:
        yield begun, held


def _property(number: int, line: bytes) -> Property | None:
    head = _PARTS.match(line)
    name = head[0] if head else b""
    place = len(name)
    params: dict[str, list[str]] = {}
    while place < len(line) and line[place : place + 1] == b";":
        found = _PARTS.match(line, place + 1)
        part = found[0] if found else b""
        place += 1 + len(part)
        key, equals, value = part.decode("latin-1").partition("=")
        if equals:
            words = [word.strip('" ') for word in value.split(",")]
            params.setdefault(key.strip().upper(), []).extend(words)
        else:
            params.setdefault("TYPE", []).append(key)
    if line[place : place + 1] != b":" or not name.strip():
        return None
    key = name.decode("latin-1").strip().rpartition(".")[2].upper()
    return Property(number, key, params, _value(line[place + 1 :], params))


def _value(value: bytes, params: dict[str, list[str]]) -> str:
    ways = {word.upper() for word in (*params.get("ENCODING", []), *params.get("TYPE", []))}
    if "QUOTED-PRINTABLE" in ways:
        value = quopri.decodestring(value)
    for name in (*params.get("CHARSET", []), "utf-8", "gb18030"):
        try:
            return value.decode(name).replace("\0", "")
        except (LookupError, UnicodeDecodeError):
            continue
    return value.decode("latin-1").replace("\0", "")


def short_id(text: str) -> str:
    """An id that a record keeps; longer ones by their beginning and a hash."""
    if len(text) <= 120:
        return text
    return f"{text[:80]}#{hashlib.sha256(text.encode()).hexdigest()[:32]}"
