"""Accounts for tests and samples."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from shangji.core.accounts.models import Account

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_numbers = count(1)


def make_account(owner: Any = None, *, now: datetime = NOW, **values: Any) -> Account:
    """One account row, without the ledger: what was there before the test began."""
    values.setdefault("name", f"Account {next(_numbers)}")
    return Account.objects.create(owner=owner, created_at=now, updated_at=now, **values)
