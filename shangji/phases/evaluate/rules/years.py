"""The years that plans may name: what lies outside is a slip of the pen."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 2000, 2100


def year_fault(days: Iterable[date]) -> str:
    """What to say of days outside those years; nothing where all lie inside."""
    if all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
        return ""
    return _("Should be between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
