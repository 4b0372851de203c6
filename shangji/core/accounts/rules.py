"""Plain rules of accounts."""

from collections.abc import Mapping


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
