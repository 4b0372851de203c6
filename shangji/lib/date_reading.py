"""Reading dates that people type and spreadsheets hold.

Which number is the day is never guessed per cell: the caller says the order ("ymd", "mdy", "dmy"),
or lets `guess_order` find it from a whole column. Forms that can be read only one way (ISO,
2026年11月23日, 23 Nov 2026) are read whatever the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import BadInput

Order = Literal["ymd", "mdy", "dmy"]

MAX_TEXT: Final = 40
FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2999
PIVOT: Final = 70  # 69 is 2069, 70 is 1970
# Numbers of this many digits are days since 1900 in a spreadsheet: 1927-05-18 to 2173-10-13.
_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_TIME: Final = (
    r"(?:[T ]\s*(?:上午|下午|凌晨|晚上)?\s*[0-9]{1,2}[:点时][0-9]{0,2}分?"
    r"(?::[0-9]{2}(?:\.[0-9]{1,9})?)?\s*(?:AM|PM)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_WEEKDAY: Final = r"(?:\s*\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_YEAR_FIRST: Final = re.compile(
    r"([0-9]{4})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})" + _WEEKDAY + _TIME
)
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_CHINESE: Final = re.compile(
    r"([0-9]{2}|[0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?" + _WEEKDAY + _TIME
)
_YEAR_LAST: Final = re.compile(
    r"([0-9]{1,2})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{4}|[0-9]{2})" + _TIME
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "JAN JANUARY", "FEB FEBRUARY", "MAR MARCH", "APR APRIL", "MAY", "JUN JUNE", "JUL JULY",
            "AUG AUGUST", "SEP SEPT SEPTEMBER", "OCT OCTOBER", "NOV NOVEMBER", "DEC DECEMBER",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY_NAME: Final = r"(?:(?:MON|TUE|WED|THU|FRI|SAT|SUN)[A-Z]*,?\s+)?"
_NAMED_DAY_FIRST: Final = re.compile(
    _DAY_NAME + r"([0-9]{1,2})(?:ST|ND|RD|TH)?[ -]([A-Z]{3,9})\.?,?[ -]([0-9]{4})" + _TIME
)
_NAMED_MONTH_FIRST: Final = re.compile(
    _DAY_NAME + r"([A-Z]{3,9})\.?\s+([0-9]{1,2})(?:ST|ND|RD|TH)?,?\s+([0-9]{4})" + _TIME
)

_CLOCK: Final = re.compile(
    r"[T ]\s*(上午|下午|凌晨|晚上)?\s*([0-9]{1,2})[:点时]([0-9]{2})?分?(?::([0-9]{2}))?"
    r"(?:\.[0-9]{1,9})?\s*(AM|PM)?"
)


def _plain(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise BadInput(
            _("Needs at most %(limit)s characters, has %(found)s."), limit=MAX_TEXT, found=len(text)
        )
    return text.translate(_WIDE).strip().upper()


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput(_("The year %(year)s is out of range."), year=year)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadInput(_("There is no such day.")) from error


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < PIVOT else 1900)


def parse_date(text: str, order: Order = "ymd") -> date:
    """The day in `text`; a time after it is left out, as written, without shifting zones.

    BadInput when it is no date, or when the numbers do not fit `order`: 23/11/2026 under "mdy" is
    refused, not turned round. Under "ymd" a year at the end is refused too, since then the order
    of day and month is unknown.
    """
    plain = _plain(text)
    if match := _YEAR_FIRST.fullmatch(plain):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _COMPACT.fullmatch(plain):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _CHINESE.fullmatch(plain):
        return _day(_full_year(match[1]), int(match[2]), int(match[3]))
    if (match := _NAMED_DAY_FIRST.fullmatch(plain)) and match[2] in _MONTHS:
        return _day(int(match[3]), _MONTHS[match[2]], int(match[1]))
    if (match := _NAMED_MONTH_FIRST.fullmatch(plain)) and match[1] in _MONTHS:
        return _day(int(match[3]), _MONTHS[match[1]], int(match[2]))
    if match := _SERIAL.fullmatch(plain):
        return date_from_serial(int(match[1]))
    if match := _YEAR_LAST.fullmatch(plain):
        first, second, year = int(match[1]), int(match[3]), match[4]
        if order == "mdy":
            return _day(_full_year(year), first, second)
        if order == "dmy":
            return _day(_full_year(year), second, first)
        if len(year) == 2:  # 26-11-23
            return _day(_full_year(f"{first:02}"), second, int(year))
        raise BadInput(_("Say whether the day or the month comes first."))
    raise BadInput(_("This is not a date, such as 2026-11-23."))


def clock_in(text: str) -> time:
    """The time of day behind a day ("2026/11/30 9:05", "30 Nov 2026 2:30 PM"); midnight when
    there is none."""
    match = _CLOCK.search(_plain(text))
    if match is None:
        return time()
    half, hour = match[1] or match[5] or "", int(match[2])
    if half in {"PM", "下午", "晚上"} and hour < 12:
        hour += 12
    elif half in {"AM", "凌晨", "上午"} and hour == 12:
        hour = 0
    try:
        return time(hour, int(match[3] or 0), int(match[4] or 0))
    except ValueError as error:
        raise BadInput(_("There is no such time of day.")) from error


def guess_order(samples: Iterable[str]) -> Order | None:
    """The one order in which every date of a column can be read, or None.

    None also when day-first and month-first both fit: then a person has to say. Cells that are no
    date, and those read alike in any order, do not count; a column of only such is "ymd".
    """
    fits: dict[Order, bool] = {"mdy": True, "dmy": True, "ymd": True}
    undecided = False
    for sample in samples:
        try:
            match = _YEAR_LAST.fullmatch(_plain(sample))
        except BadInput:
            continue
        if match is None:
            continue
        undecided = True
        for order in fits:
            try:
                parse_date(sample, order)
            except BadInput:
                fits[order] = False
    if not undecided:
        return "ymd"
    left = [order for order, fit in fits.items() if fit]
    return left[0] if len(left) == 1 else None


def date_from_serial(serial: int | float, *, since_1904: bool = False) -> date:
    """The day a spreadsheet means by `serial` (its fraction, the time, is left out).

    Counts as Excel does, with its 29 February 1900; `since_1904` is the old Mac system. BadInput
    below 1 and beyond the year 2999.
    """
    days = int(serial) if serial == serial and abs(serial) < 10**7 else -1  # NaN is not itself
    if since_1904 and days >= 0:
        days += 1462
    if days < 1 or days == 60:
        raise BadInput(_("This is not a date, such as 2026-11-23."))
    day = date(1899, 12, 31 if days < 60 else 30) + timedelta(days=days)
    return _day(day.year, day.month, day.day)


def date_of_cell(value: object, order: Order = "ymd") -> date | None:
    """The day in a spreadsheet cell of any type; None when it is empty. BadInput otherwise."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return date_from_serial(value)
    if isinstance(value, str):
        return parse_date(value, order)
    raise BadInput(_("This is not a date, such as 2026-11-23."))
