"""Keep the present values beside their ledgers, inside the operation that changed them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shangji.foundation.workspace.queries import today
from shangji.phases.evaluate.models import Standing, StandingPoint


def keep_standing(opportunity_id: int, values: Mapping[str, Any]) -> None:
    """Set present values of one opportunity; call inside an open operation.

    The row is derived, so it is no record of its own: what is undone in the ledger it was
    folded from is folded again by the hook of that record.
    """
    Standing.objects.update_or_create(opportunity_id=opportunity_id, defaults=dict(values))


def keep_point(
    opportunity_id: int, kind: str, value: Decimal, *, source: str, now: datetime
) -> None:
    """Note a value for its day; a later one of the same day takes its place."""
    on: date = today(now=now)
    StandingPoint.objects.update_or_create(
        opportunity_id=opportunity_id,
        kind=kind,
        on=on,
        defaults={"value": value, "source": source[:60]},
    )
