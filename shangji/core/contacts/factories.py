"""Contacts for tests and samples."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from shangji.core.contacts.models import Contact

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_numbers = count(1)


def make_contact(owner: Any = None, *, now: datetime = NOW, **values: Any) -> Contact:
    """One contact row, without the ledger."""
    values.setdefault("name", f"Contact {next(_numbers)}")
    return Contact.objects.create(owner=owner, created_at=now, updated_at=now, **values)
