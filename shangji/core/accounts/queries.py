"""Reads on accounts."""

from shangji.core.accounts.models import Account


def parents_above(account_id: int) -> dict[int, int | None]:
    """Parent id by id for an account and all above it; stops at a circle, 50 levels at most."""
    parents: dict[int, int | None] = {}
    at: int | None = account_id
    while at is not None and at not in parents and len(parents) < 50:
        row = Account.objects.filter(pk=at).values_list("parent_id", flat=True).first()
        parents[at] = row
        at = row
    return parents
