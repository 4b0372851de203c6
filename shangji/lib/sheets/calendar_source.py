"""iCalendar as a table: meetings, tasks and notes, one a row.

Lines are cut by the reader of content lines, which holds one entry at a time; what an entry says
is read by the library icalendar. A value it cannot read is a named problem and stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from shangji.lib.sheets.content_lines import Property, content_lines, short_id
from shangji.lib.sheets.encodings import Encoding
from shangji.lib.sheets.problems import Limits, Problems
from shangji.lib.sheets.time_zones import Zones

HEADER: Final = (
    "UID", "SUMMARY", "KIND", "START", "DAY", "MINUTES", "COMPLETED", "ATTENDEE", "DESCRIPTION",
    "LOCATION", "CREATED", "REPEATS",
)  # fmt: skip
_KINDS: Final = {"VEVENT": "meeting", "VTODO": "task", "VJOURNAL": "note"}
#: what of an entry is read; attachments and what programs add stay out
_WANTED: Final = frozenset({
    "UID", "SUMMARY", "STATUS", "DTSTART", "DTEND", "DUE", "DURATION", "COMPLETED", "CREATED",
    "ATTENDEE", "DESCRIPTION", "LOCATION", "RRULE", "RECURRENCE-ID",
})  # fmt: skip
_MAX_MINUTES: Final = 10_000


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
        zones = Zones()
        inside, begun, depth = "", 0, 0
        props: dict[str, Property] = {}
        with self._opener() as stream:
            for prop in content_lines(stream):
                word = prop.raw.strip().upper()
                zones.see(prop.name, word, prop)
                if prop.name == "BEGIN":
                    if inside:
                        depth += 1  # alarms
                    elif word in _KINDS:
                        inside, begun, props = word, prop.line, {}
                elif prop.name == "END" and inside:
                    if depth:
                        depth -= 1
                        continue
                    row = _row(inside, props, begun, zones, problems)
                    inside = ""
                    if row:
                        yield begun, row
                elif inside and not depth and prop.name in _WANTED:
                    props.setdefault(prop.name, prop)
        if inside:
            problems.add(begun, "unclosed", _("The entry has no end and is left out."))


def _row(
    kind: str, props: Mapping[str, Property], line: int, zones: Zones, problems: Problems
) -> list[str]:
    entry = _entry(props, line, problems)

    def text(name: str) -> str:
        return str(entry.get(name, "")).replace("\0", "").strip()

    def at(name: str) -> datetime | date | None:
        """A day, or an instant: in UTC, in the zone it names, or without one (it is local)."""
        found = getattr(entry.get(name), "dt", None)
        if isinstance(found, datetime) and found.tzinfo is None:
            return found.replace(tzinfo=_zone(props[name], zones))
        return found if isinstance(found, date) else None

    if text("STATUS").upper() == "CANCELLED":
        problems.add(line, "cancelled", _("The entry was cancelled and is left out."))
        return []
    cells = dict.fromkeys(HEADER, "")
    if "RRULE" in props:
        problems.add(line, "repeats", _("The entry repeats; its first date is taken."))
        cells["REPEATS"] = props["RRULE"].raw.strip()
    # one date of a repeated entry that was moved has the id of them all
    moved = props["RECURRENCE-ID"].raw.strip() if "RECURRENCE-ID" in props else ""
    cells["UID"] = short_id(f"{text('UID')}#{moved}" if moved and text("UID") else text("UID"))
    cells["KIND"] = _KINDS[kind]
    first_line = text("DESCRIPTION").partition("\n")[0].strip()
    cells["SUMMARY"] = text("SUMMARY") or text("LOCATION") or first_line[:120]
    cells["DESCRIPTION"], cells["LOCATION"] = text("DESCRIPTION"), text("LOCATION")
    begins = (at("DUE") if kind == "VTODO" else None) or at("DTSTART")
    if isinstance(begins, datetime):
        cells["START"] = begins.isoformat()
    elif begins is not None:
        cells["DAY"] = begins.isoformat()
    cells["MINUTES"] = _minutes(begins, at("DTEND"), getattr(entry.get("DURATION"), "dt", None))
    for name in ("COMPLETED", "CREATED"):
        moment = at(name)
        cells[name] = moment.isoformat() if moment is not None else ""
    cells["ATTENDEE"] = re.sub(r"^mailto:", "", text("ATTENDEE"), flags=re.IGNORECASE)
    return [cells[name] for name in HEADER]


def _entry(props: Mapping[str, Property], line: int, problems: Problems) -> Mapping[str, Any]:
    """The values that icalendar reads from an entry; those it cannot read are told and left out."""
    # only who imports a calendar pays for loading it
    from icalendar import Event  # noqa: PLC0415

    # the properties of to-dos and journals are the same; an event's reader lives with broken ones
    lines = ["BEGIN:VEVENT", *map(_plain, props.values()), "END:VEVENT"]
    entry = Event.from_ical("\r\n".join(lines))
    broken = {str(name).upper() for name, _cause in entry.errors if name}
    for name in sorted(broken & props.keys()):
        problems.add(props[name].line, "broken_value", _("“%(name)s” cannot be read."), name=name)
    return {name: value for name, value in entry.items() if name not in broken}


def _plain(prop: Property) -> str:
    """The property as iCalendar writes it, of its parameters only the kind of value: the zone is
    looked up in the file first."""
    is_day = "DATE" in {word.upper() for word in prop.params.get("VALUE", [])}
    raw = re.sub(r"\r\n|\r|\n", r"\\n", prop.raw)
    return f"{prop.name}{';VALUE=DATE' if is_day else ''}:{raw}"


def _zone(prop: Property, zones: Zones) -> tzinfo | None:
    name = (prop.params.get("TZID") or [""])[0]
    return zones.get(name) if name else None


def _minutes(begins: date | None, ends: date | None, length: object) -> str:
    if isinstance(length, timedelta):
        span = length
    elif isinstance(begins, datetime) and isinstance(ends, datetime):
        if (begins.tzinfo is None) != (ends.tzinfo is None):
            return ""
        span = ends - begins
    else:
        return ""
    total = int(span.total_seconds() // 60)
    return str(total) if 0 < total <= _MAX_MINUTES else ""
