"""Time zones that a calendar names: those of the system, Windows' names, and the file's own."""

from __future__ import annotations

import re
from datetime import tzinfo
from typing import Any, Final

from shangji.lib.sheets.content_lines import Property

#: definitions in a file; more are not looked at
_MOST: Final = 100
_MOST_LINES: Final = 200
#: a rule of these parts is followed quickly: one of seconds would be counted for years
_RULE: Final = re.compile(
    r"FREQ=YEARLY(?:;(?:BYMONTH|BYDAY|BYMONTHDAY|UNTIL|COUNT|INTERVAL|WKST)=[-+0-9A-Z,]{1,60})*"
)
_PLAIN: Final = frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"})
_PARTS: Final = frozenset({"STANDARD", "DAYLIGHT"})


class Zones:
    """The zones of one file. Give `see` each of its lines in order; `get` finds a zone by name."""

    def __init__(self) -> None:
        self._own: dict[str, list[str]] = {}
        self._known: dict[str, tzinfo | None] = {}
        self._inside = False
        self._name = ""
        self._lines: list[str] = []

    def see(self, name: str, word: str, prop: Property) -> None:
        """Take in a line of a VTIMEZONE; others are left alone."""
        if name == "BEGIN" and word == "VTIMEZONE":
            self._inside, self._name, self._lines = True, "", []
        elif not self._inside:
            return
        elif name == "END" and word == "VTIMEZONE":
            if self._name and len(self._own) < _MOST and len(self._lines) <= _MOST_LINES:
                self._own.setdefault(self._name, self._lines)
            self._inside = False
        elif len(self._lines) > _MOST_LINES:
            return
        elif name in {"BEGIN", "END"} and word in _PARTS:
            self._lines.append(f"{name}:{word}")
        elif name == "TZID":
            self._name = prop.text.strip()[:200]
        elif name in _PLAIN:
            self._lines.append(f"{name}:{' '.join(prop.raw.split())[:60]}")
        elif name == "RRULE" and _RULE.fullmatch(word):
            self._lines.append(f"RRULE:{word}")

    def get(self, name: str) -> tzinfo | None:
        """The zone of that name, None for one that nobody knows."""
        name = name.strip()[:200]
        if name not in self._known:
            if len(self._known) > _MOST:
                self._known.clear()
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> tzinfo | None:
        # only who imports a calendar pays for loading it
        from icalendar.timezone.tzp import TZP  # noqa: PLC0415

        # "/example.org/Europe/Berlin": the end is the name
        plain = "/".join(name.split("/")[-2:]) if name.startswith("/") else name
        # one of our own: what a file calls its zone is no other file's business
        provider = TZP()
        try:
            found = provider.timezone(plain)
        except (ValueError, OSError):
            found = None
        return found or self._made(provider, self._own.get(name))

    @staticmethod
    def _made(provider: Any, lines: list[str] | None) -> tzinfo | None:
        if lines is None:
            return None
        from icalendar import Timezone  # noqa: PLC0415 - as above

        # under a name that is known already, or the library would keep it for everybody
        text = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:UTC", *lines, "END:VTIMEZONE"])
        try:
            made = Timezone.from_ical(text)
            assert isinstance(made, Timezone)
            zone: tzinfo = made.to_tz(provider, lookup_tzid=False)
        except (ValueError, KeyError, AttributeError):
            return None
        return zone
