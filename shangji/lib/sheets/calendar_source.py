"""iCalendar as a table: meetings, tasks and notes, one a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import BinaryIO, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.card_source import short_id
from shangji.lib.sheets.content_lines import Property, content_lines
from shangji.lib.sheets.encodings import Encoding
from shangji.lib.sheets.problems import Limits, Problems

HEADER: Final = (
    "UID", "SUMMARY", "KIND", "START", "DAY", "MINUTES", "COMPLETED", "ATTENDEE", "DESCRIPTION",
    "LOCATION", "CREATED",
)  # fmt: skip
_KINDS: Final = {"VEVENT": "meeting", "VTODO": "task", "VJOURNAL": "note"}
_MOMENT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?")
_LENGTH: Final = re.compile(
    r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:\d{1,7}S)?)?"
)


class CalendarSource:
    """The events, to-dos and journals of a file."""

    kind = "ics"
    delimiter = ""
    encoding = Encoding("utf-8")

    def __init__(self, opener: Callable[[], BinaryIO], limits: Limits) -> None:
        self._opener = opener

    def records(self, problems: Problems) -> Generator[tuple[int, list[str]], None, None]:
        """(line, cells): the names of the columns, then a row a component."""
        yield 1, list(HEADER)
        inside, begun = "", 0
        depth = 0
        props: list[Property] = []
        with self._opener() as stream:
            for prop in content_lines(stream):
                word = prop.raw.strip().upper()
                if prop.name == "BEGIN":
                    if inside:
                        depth += 1  # alarms
                    elif word in _KINDS:
                        inside, begun, props = word, prop.line, []
                elif prop.name == "END" and inside:
                    if depth:
                        depth -= 1
                        continue
                    row = _row(inside, props, begun, problems)
                    inside = ""
                    if row:
                        yield begun, row
                elif inside and not depth:
                    props.append(prop)
        if inside:
            problems.add(begun, "unclosed", _("The entry has no end and is left out."))


def _row(kind: str, props: Sequence[Property], line: int, problems: Problems) -> list[str]:
    first: dict[str, Property] = {}
    for prop in props:
        first.setdefault(prop.name, prop)

    def text(name: str) -> str:
        return first[name].text.strip() if name in first else ""

    if text("STATUS").upper() == "CANCELLED":
        problems.add(line, "cancelled", _("The entry was cancelled and is left out."))
        return []
    if "RRULE" in first:
        problems.add(line, "repeats", _("The entry repeats; its first date is taken."))
    cells = dict.fromkeys(HEADER, "")
    cells["UID"], cells["KIND"] = short_id(text("UID")), _KINDS[kind]
    cells["SUMMARY"] = text("SUMMARY") or text("LOCATION")
    cells["DESCRIPTION"], cells["LOCATION"] = text("DESCRIPTION"), text("LOCATION")
    begins = moment(first.get("DUE") if kind == "VTODO" else None) or moment(first.get("DTSTART"))
    if isinstance(begins, datetime):
        cells["START"] = begins.isoformat()
    elif begins is not None:
        cells["DAY"] = begins.isoformat()
    cells["MINUTES"] = _minutes(begins, moment(first.get("DTEND")), text("DURATION"))
    for name in ("COMPLETED", "CREATED"):
        at = moment(first.get(name))
        cells[name] = at.isoformat() if at is not None else ""
    if "ATTENDEE" in first:
        cells["ATTENDEE"] = re.sub(r"^mailto:", "", text("ATTENDEE"), flags=re.IGNORECASE)
    return [cells[name] for name in HEADER]


def moment(prop: Property | None) -> datetime | date | None:
    """A day, or an instant: in UTC, in the zone it names, or without one (then it is local)."""
    found = _MOMENT.fullmatch(prop.raw.strip().upper()) if prop is not None else None
    if found is None or prop is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return day
        at = datetime(  # noqa: DTZ001 - the zone follows
            day.year, day.month, day.day, int(found[4]), int(found[5]), min(int(found[6]), 59)
        )
    except ValueError:
        return None
    if found[7]:
        return at.replace(tzinfo=UTC)
    name = prop.params.get("TZID", [""])[0]
    try:
        return at.replace(tzinfo=ZoneInfo(name)) if name else at
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return at


def _minutes(begins: datetime | date | None, ends: datetime | date | None, length: str) -> str:
    found = _LENGTH.fullmatch(length.strip().upper().lstrip("+")) if length else None
    if found:
        weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
        span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    elif isinstance(begins, datetime) and isinstance(ends, datetime):
        if (begins.tzinfo is None) != (ends.tzinfo is None):
            return ""
        span = ends - begins
    else:
        return ""
    total = int(span.total_seconds() // 60)
    return str(total) if 0 < total <= 10_000 else ""
