"""CSV as a stream of records, in constant memory, going on behind what is broken."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from typing import BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.encodings import Encoding, find_delimiter, find_encoding
from shangji.lib.sheets.problems import Limits, Problems, SheetError

Record = tuple[int, list[str]]

_SAMPLE_LINES: Final = 50
_SAMPLE_SIZE: Final = 2**16
_MAX_RECOVERIES: Final = 100
# The module's own limit is for the whole process; ours are stricter and give the line.
csv.field_size_limit(2**26)


class _Runaway(Exception):
    """A record that grows beyond any sense: a quotation mark was not closed."""


class _Lines(Iterator[str]):
    """Physical lines with their numbers; remembers those of the record being read."""

    def __init__(self, stream: io.TextIOBase, limits: Limits, problems: Problems) -> None:
        self._stream = stream
        self._limits = limits
        self._problems = problems
        self._back: deque[str] = deque()
        self.number = 0
        self.taken: list[str] = []
        self._size = 0

    def begin(self) -> None:
        self.taken, self._size = [], 0

    def put_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._read()
        self.number += 1
        self.taken.append(line)
        self._size += len(line)
        if self._size > self._limits.line:
            raise _Runaway
        return line

    def _read(self) -> str:
        line = self._stream.readline(self._limits.line + 1)
        if not line:
            raise StopIteration
        if len(line) > self._limits.line:
            raise SheetError(
                self.number + 1,
                "line_too_long",
                _("Line %(line)s is longer than %(limit)s characters."),
                line=self.number + 1,
                limit=self._limits.line,
            )
        if "\0" in line:
            line = line.replace("\0", "")
            self._problems.add(
                self.number + 1,
                "nul",
                _("The line holds characters of value zero; they are left out."),
            )
        return line


class CsvSource:
    """One CSV file. `records()` may be called again and again, each time from the start."""

    kind = "csv"

    def __init__(self, opener: Callable[[], BinaryIO], limits: Limits) -> None:
        self._opener = opener
        self._limits = limits
        with opener() as stream:
            self.encoding: Encoding = find_encoding(stream)
            text = self._text(stream)
            sample = text.read(_SAMPLE_SIZE)
            text.detach()
        lines = io.StringIO(sample, newline="").readlines()
        if len(sample) == _SAMPLE_SIZE and len(lines) > 1:
            lines.pop()  # cut in two
        self._skipped = 0
        self.delimiter = find_delimiter(lines[:_SAMPLE_LINES])
        if lines and lines[0].strip()[:4].lower() == "sep=" and len(lines[0].strip("\r\n")) == 5:
            self.delimiter = lines[0][4]
            self._skipped = 1

    def _text(self, stream: BinaryIO) -> io.TextIOWrapper:
        return io.TextIOWrapper(stream, self.encoding.name, errors="replace", newline="")

    def records(self, problems: Problems) -> Generator[Record, None, None]:
        """(line, cells) of every record that is not empty."""
        with self._opener() as stream:
            text = self._text(stream)
            try:
                lines = _Lines(text, self._limits, problems)
                for _line in islice(lines, self._skipped):
                    pass
                yield from self._records(lines, problems)
            finally:
                if not text.closed:
                    text.detach()

    def _records(self, lines: _Lines, problems: Problems) -> Iterator[Record]:
        recoveries = 0
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            lines.begin()
            start = lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Runaway):
                recoveries += 1
                if recoveries > _MAX_RECOVERIES:
                    raise SheetError(
                        start,
                        "quotes",
                        _("From line %(line)s on the quotation marks are out of order."),
                        line=start,
                    ) from None
                found = self._recover(lines, start, problems)
                reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
                if found is not None:
                    yield start, found
                continue
            if any(cells):
                yield start, cells

    def _recover(self, lines: _Lines, start: int, problems: Problems) -> list[str] | None:
        """Go on behind the line a broken record began on; its cells if it can be read alone."""
        first, rest = lines.taken[0], lines.taken[1:]
        lines.put_back(rest)
        try:
            next(csv.reader([first], delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            closed = "unexpected end" not in str(error)
        else:
            closed = True
        if closed and not rest:
            problems.add(
                start,
                "quotes",
                _("Quotation marks are out of order; look at how this line is read."),
            )
            cells: list[str] = next(csv.reader([first], delimiter=self.delimiter), [])
            return cells
        problems.add(
            start, "unclosed_quote", _("A quotation mark is not closed; the line is left out.")
        )
        return None
