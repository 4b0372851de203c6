"""What opportunities are compared by: the name, beside the customer it is about."""

from collections.abc import Mapping, Sequence
from typing import Any

from shangji.core.opportunities.models import Opportunity
from shangji.lib.errors import BadInput
from shangji.lib.text import company_key
from shangji.records.duplicates.description import Key


def duplicate_keys(rows: Sequence[Opportunity]) -> dict[int, set[Key]]:
    """Keys of saved opportunities."""
    return {row.pk: _keys(row.name, row.account_id) for row in rows}


def typed_keys(values: Mapping[str, Any]) -> set[Key]:
    """Keys of one that is being typed."""
    account = str(values.get("account") or "")
    return _keys(str(values.get("name") or "")[:200], int(account) if account.isdecimal() else None)


def _keys(name: str, account_id: int | None) -> set[Key]:
    try:
        key = company_key(name)
    except BadInput:
        key = ""
    return {("name_at", f"{account_id}|{key}")} if key and account_id else set()
