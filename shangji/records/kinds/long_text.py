"""Text of several lines."""

from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.records.kinds.text import Text, clean


class LongText(Text):
    """Several lines."""

    name = "longtext"
    input = "textarea"
    in_cell = False
    is_wide = True

    def __init__(self, limit: int = 10000) -> None:
        super().__init__(limit)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if len(text) > self.limit:
            raise ValueError(self._too_long(len(text)))
        return clean(text, keep_lines=True)
