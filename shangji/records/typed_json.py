"""Values of the database as JSON that read back as they were: amounts, days and instants too."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """What JSON has no word for, as an object of one key; texts for anything else."""
    if isinstance(value, Decimal):
        return {"decimal": format(value, "f")}
    if isinstance(value, datetime):
        return {"instant": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return str(value)


def typed(value: Any) -> Any:
    """The value again."""
    if not isinstance(value, dict):
        return value
    if "decimal" in value:
        return Decimal(value["decimal"])
    if "date" in value:
        return date.fromisoformat(value["date"])
    return datetime.fromisoformat(value["instant"])


def packed(value: Any) -> Any:
    """Lists of lists of values, as JSON."""
    if isinstance(value, list | tuple):
        return [packed(one) for one in value]
    is_json = value is None or isinstance(value, str | int | float)
    return value if is_json else plain(value)


def unpacked(value: Any) -> Any:
    """The same again; tuples come back as lists."""
    return [unpacked(one) for one in value] if isinstance(value, list) else typed(value)
