"""What a long list asked of the database, noted down by a job, from which a page draws it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from shangji.records.typed_json import packed, unpacked

T = TypeVar("T")


class Notes:
    """Answers to the slow questions of one list, by name: lists of numbers, texts and days.

    Ids among them are looked up anew with the rights of their reader. A name says all that an
    answer depends on besides the address of the list (which totals may be known, which days are
    shown), so that a note never tells what its reader may no longer know.
    """

    def __init__(
        self, kept: Mapping[str, Any] | None = None, look: Callable[[], None] = lambda: None
    ) -> None:
        """`look` is called before each question: it raises when nobody wants the answer."""
        self.kept = dict(kept or {})
        self._look = look

    def ask(self, name: str, answer: Callable[[], T]) -> T:
        """The answer that is noted; else it is worked out, and noted."""
        if name not in self.kept:
            self._look()
            self.kept[name] = packed(answer())
        found: T = unpacked(self.kept[name])
        return found
