"""What makes two records of a type likely the same: declared by its app in `record.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shangji.lib.values import dataclass

#: (kind of key, key); two records with an equal one are likely the same
Key = tuple[str, str]


@dataclass(frozen=True)
class Signal:
    """One way in which two records are alike.

    Attributes:
        key: name in settings, and the kind of the keys it compares.
        words: "same phone".
        points: how sure it makes, 1 to 100.
        field: key of the field it reads; a role from which that is hidden learns nothing by it.
        near: compares the keys of the kind `near` by likeness instead of equality.
    """

    key: str
    words: Any
    points: int
    field: str
    near: str = ""


@dataclass(frozen=True)
class Duplicates:
    """How duplicates of a type are found.

    Attributes:
        signals: the surest first.
        keys: keys of saved records, by id: one call for many.
        typed: keys of values that are being typed, by field key.
        watch: names of fields (and notes in the ledger) after whose change keys are read anew.
    """

    signals: tuple[Signal, ...]
    keys: Callable[[Sequence[Any]], Mapping[int, set[Key]]]
    typed: Callable[[Mapping[str, Any]], set[Key]]
    watch: frozenset[str]

    def signal(self, key: str) -> Signal | None:
        return next((one for one in self.signals if one.key == key), None)
