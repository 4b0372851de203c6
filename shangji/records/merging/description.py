"""What merging of a type's records needs to know beyond its fields and the relations of models.

Models say for themselves where a row does not simply go along:

- `merge_stays`: names of columns by which a row stays with its merged record (a stage history).
- `merge_follows`: {column: field key}: rows come from the record whose field was chosen.
- `merge_yields`: {column: {column: value}}: what a row takes on where two would clash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from shangji.lib.values import dataclass

# for types only: descriptions are read before models are
if TYPE_CHECKING:
    from shangji.records.merging.carrying import Moves

#: (moves, the one that stays, the merged ones, id by field key that a value was taken from)
Settle = Callable[["Moves", Any, Sequence[Any], Mapping[str, int]], None]


@dataclass(frozen=True)
class Merging:
    """A type whose records can be merged.

    Attributes:
        keep: keys of fields that stay as they are on the record that stays.
        together: columns that go with a chosen field: {"amount": ("currency",)}.
        ranks: keys of fields where the first of these values wins by itself.
        settle: what the app sets right after links were carried.
    """

    keep: frozenset[str] = frozenset()
    together: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settle: Settle | None = None
