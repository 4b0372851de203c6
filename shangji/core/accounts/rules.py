"""Plain rules of accounts."""

from collections.abc import Mapping

_BANDS = ((20, "1-19"), (100, "20-99"), (300, "100-299"), (1000, "300-999"), (5000, "1000-4999"))


def size_band(employees: int) -> str:
    """The size band of a head count; 5,000 and more is the last."""
    return next((band for limit, band in _BANDS if employees < limit), "5000+")


def makes_cycle(account_id: int, parent_id: int, parents: Mapping[int, int | None]) -> bool:
    """Whether giving `account_id` this parent closes a circle.

    Args:
        parents: parent id by account id, for the accounts above `parent_id`.
    """
    seen: set[int] = set()
    at: int | None = parent_id
    while at is not None and at not in seen:
        if at == account_id:
            return True
        seen.add(at)
        at = parents.get(at)
    return False
