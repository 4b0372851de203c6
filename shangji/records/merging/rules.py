"""What a merge proposes, field by field."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

#: choice in place of a record: all values, each once (tags), or one under the other (long texts)
ALL = 0


def is_empty(value: Any) -> bool:
    """Whether a field says nothing."""
    return value is None or value == "" or value == [] or value == {}


def proposed(
    values: Mapping[int, Any], survivor: int, ranks: Sequence[Any] = (), *, joins: bool = False
) -> int:
    """The record whose value a merge takes unless somebody says otherwise.

    Args:
        values: by record id, in the order of the page.
        ranks: the first of these values that is there wins ("customer" before "prospect").
        joins: the field can hold all values; it does so where they differ.
    Its own value stays where it says something, else the first that does.
    """
    for wanted in ranks:
        for pk in _from(survivor, values):
            if values[pk] == wanted:
                return pk
    filled = [pk for pk in _from(survivor, values) if not is_empty(values[pk])]
    if joins and len({repr(values[pk]) for pk in filled}) > 1:
        return ALL
    return filled[0] if filled else survivor


def _from(survivor: int, ids: Collection[int]) -> list[int]:
    return [survivor, *(pk for pk in ids if pk != survivor)]


def joined_tags(values: Sequence[Sequence[str]], limit: int) -> list[str]:
    """All tags once, sorted; as many as a record may have."""
    return sorted({tag for one in values for tag in one})[:limit]


def joined_text(values: Sequence[str], limit: int) -> str:
    """Texts one under the other, each once, in order; cut at the limit of the field."""
    return "\n\n".join(dict.fromkeys(text.strip() for text in values if text.strip()))[:limit]


def best_survivor(counts: Mapping[int, tuple[int, int]]) -> int:
    """The record that stays unless somebody says otherwise: the most links, the most filled
    fields, then the oldest id.

    Args:
        counts: links and filled fields by id.
    """
    return min(counts, key=lambda pk: (-counts[pk][0], -counts[pk][1], pk))
