"""Public holidays of a country, read from the `holidays` library in a process of its own.

The library loads every country of the world to tell of one: 300 modules that would stay in a web
process for good (13 MB) for some twenty dates a year. So this file runs itself, as

    python -P public_holidays.py CN 2020

and prints ten years; without arguments, the countries it knows. It imports nothing of Shangji.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache, lru_cache
from typing import Any, Final

SPAN: Final = 10
# Countries that publish each year's days anew, make-up days included: a year without them is
# not known yet, whatever the holidays' rule of thumb says.
_PUBLISHED_YEARLY: Final = frozenset({"CN"})


@lru_cache(maxsize=64)
def years_from(country: str, first: int) -> dict[str, dict[str, list[str]]]:
    """Days by year of SPAN years: {"2026": {"off": ["2026-01-01", …], "worked": […]}}.

    Years that are not known are not there. `country` is an ISO 3166 code; one that the library
    does not know has no years.
    """
    found: dict[str, dict[str, list[str]]] = _ask(country, str(first))
    return found


@cache
def known_countries() -> frozenset[str]:
    """ISO 3166 codes of the countries whose holidays the library knows."""
    return frozenset(_ask())


def _ask(*arguments: str) -> Any:
    command = [sys.executable, "-P", __file__, *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this file, no shell
    return json.loads(answer.stdout)


# ------------------------------------------------------------------------ in the other process


def _years(country: str, first: int) -> dict[str, Any]:
    import holidays  # noqa: PLC0415 - here is the process that may load it

    found = {}
    for year in range(first, first + SPAN):
        try:
            book = holidays.country_holidays(country, years=year, expand=False)
        except NotImplementedError:
            return {}
        worked = {day for day in book.weekend_workdays if day.year == year}
        if country in _PUBLISHED_YEARLY:
            known = bool(worked) or year in getattr(book, "special_public_holidays", {})
        else:
            known = book.start_year <= year <= book.end_year
        if known:
            off = {day for day in book if day.year == year}
            found[str(year)] = {
                "off": sorted(map(str, off)),
                "worked": sorted(map(str, worked)),
            }
    return found


def _countries() -> list[str]:
    import holidays  # noqa: PLC0415 - as above

    return sorted(holidays.list_supported_countries(include_aliases=False))


if __name__ == "__main__":
    asked = _years(sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 1 else _countries()
    sys.stdout.write(json.dumps(asked))
