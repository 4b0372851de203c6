"""A person's calendar as an iCalendar file (RFC 5545)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.activities.queries.calendar import Entry, entries, people_shown
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace, today, zone

PAST, AHEAD = timedelta(days=60), timedelta(days=400)
#: length of something with a time and no minutes
DEFAULT_MINUTES = 30


def calendar_file(actor: Actor, *, now: datetime, base_url: str) -> bytes:
    """Sixty days back to four hundred ahead, of what this person has to do and may see."""
    # lazily: a large library for one page
    from icalendar import Calendar  # noqa: PLC0415

    name = f"Shangji · {current_workspace().name}"
    book = Calendar()
    book.add("prodid", "-//Shangji//calendar//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    book.add("refresh-interval", timedelta(minutes=30), parameters={"value": "DURATION"})
    day = today(now=now)
    found = entries(actor, day - PAST, day + AHEAD, owners=people_shown(actor, team=False), now=now)
    for on in sorted(found):
        for entry in found[on]:
            book.add_component(_event(entry, base_url))
    written: bytes = book.to_ical()
    return written


def _event(entry: Entry, base_url: str) -> Any:
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", f"{entry.type}-{entry.pk}@{base_url.partition('//')[2]}")
    event.add("dtstamp", entry.changed.astimezone(UTC))
    event.add("last-modified", entry.changed.astimezone(UTC))
    title = _("Closes: %(name)s") % {"name": entry.title} if entry.type == "close" else entry.title
    event.add("summary", f"✓ {title}" if entry.is_done else title)
    if entry.about:
        event.add("description", entry.about)
    event.add("url", base_url + entry.url)
    if entry.at is None:
        _whole_day(event, entry.on)
    else:
        start = datetime.combine(entry.on, entry.at, zone()).astimezone(UTC)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=entry.minutes or DEFAULT_MINUTES))
    return event


def _whole_day(event: Any, on: date) -> None:
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
