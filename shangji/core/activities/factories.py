"""Activities for tests and samples."""

from datetime import UTC, datetime
from typing import Any

from shangji.core.activities.models import Activity

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def make_activity(owner: Any = None, *, now: datetime = NOW, **values: Any) -> Activity:
    """One activity row, without the ledger; a call unless told."""
    values.setdefault("kind", Activity.CALL)
    values.setdefault("subject", "Call")
    return Activity.objects.create(owner=owner, created_at=now, updated_at=now, **values)
