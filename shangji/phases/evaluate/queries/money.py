"""Rates of a day as a table."""

from datetime import date
from decimal import Decimal

from shangji.foundation.workspace.queries import current_workspace, rates_on


def rate_table(day: date, currency: str = "") -> dict[str, Decimal]:
    """What one unit of each currency is in `currency`, the workspace's when left out, by the
    rates that hold on a day; a currency without a dated rate is not in it."""
    into = currency or current_workspace().currency
    return {one.source: one.rate for one in rates_on(day, into)} | {into: Decimal(1)}
