"""How long something takes, in hours and minutes."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.records.kinds.base import FormatContext, Kind, in_figures, no_value

#: one year; longer is no effort but a date
MOST = 366 * 24 * 60
_CLOCK = re.compile(r"(\d{1,5}):([0-5]?\d)")
_WORDS = re.compile(
    r"(?:(\d{1,5}(?:\.\d{1,4})?)\s*(?:h|hours?|小时|个小时|时))?\s*"
    r"(?:(\d{1,6})\s*(?:m|min|minutes?|分|分钟)?)?",
    re.IGNORECASE,
)


class Duration(Kind):
    """Whole minutes."""

    name = "duration"
    align = "end"
    operators: ClassVar = ("gte", "lte", "is", "not", "empty", "filled")

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        word = text.strip()[:40]
        clock, words = _CLOCK.fullmatch(word), _WORDS.fullmatch(word)
        if clock:
            minutes = int(clock[1]) * 60 + int(clock[2])
        elif words and (words[1] or words[2]):
            minutes = round(float(words[1] or 0) * 60) + int(words[2] or 0)
        else:
            raise ValueError(_("Should be a time such as 1:30, 90 or 1 h 30 min."))
        if minutes > MOST:
            raise ValueError(_("The number is too large."))
        return minutes

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        if value is None:
            return ""
        hours, minutes = divmod(int(value), 60)
        if not hours:
            return gettext("%(m)s min") % {"m": minutes}
        if not minutes:
            return gettext("%(h)s h") % {"h": f"{hours:,}"}
        return gettext("%(h)s h %(m)s min") % {"h": f"{hours:,}", "m": minutes}

    def edit_text(self, value: Any, *, locale: str) -> str:
        return "" if value is None else "{}:{:02d}".format(*divmod(int(value), 60))

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: row.get(path)

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        return in_figures(self, value, actor=actor, locale=locale)

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        if write:
            return {"type": ["integer", "string", "null"], "description": "Minutes, or “1:30”."}
        return {"type": ["integer", "null"], "description": "Minutes."}
