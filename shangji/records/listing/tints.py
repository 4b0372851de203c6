"""Which rule colours which row of a page: from the values in hand, not a query per row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.values import dataclass
from shangji.records.conditions import (
    All,
    Node,
    compile_node,
    holds_row,
    is_in_hand,
    paths_of,
)
from shangji.records.conditions.words import chip
from shangji.records.description import RecordDescription
from shangji.records.listing.colours import Rule


@dataclass(frozen=True)
class Tint:
    """A colour, and in words what it means."""

    tone: str
    words: str


class Tints:
    """The colours of one page.

    A rule on the row's own fields is answered in memory. One that asks what lies behind a link,
    hanging rows or people by name is asked once for all rows of the page: queries grow with the
    rules, of which there are few, never with the rows.
    """

    def __init__(
        self,
        description: RecordDescription,
        actor: Actor,
        rules: Sequence[Rule],
        now: datetime,
    ) -> None:
        self.description = description
        self.actor = actor
        self.now = now
        self.rules = rules
        self.legend = [Tint(one.tone, in_words(description, actor, one.node)) for one in rules]
        self._in_hand = [is_in_hand(description, actor, one.node) for one in rules]
        self._found: dict[int, Tint] = {}

    def paths(self) -> list[str]:
        """ORM paths that rows must hold for `look`."""
        found: list[str] = []
        for rule, in_hand in zip(self.rules, self._in_hand, strict=True):
            if in_hand:
                found += paths_of(self.description, self.actor, rule.node)
        return list(dict.fromkeys(found))

    def look(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Work out the colours of rows: the first rule that holds counts."""
        open_rows = {row["pk"]: row for row in rows}
        for rule, tint, in_hand in zip(self.rules, self.legend, self._in_hand, strict=True):
            if not open_rows:
                return
            if in_hand:
                held = {
                    pk
                    for pk, row in open_rows.items()
                    if holds_row(self.description, self.actor, rule.node, row, self.now)
                }
            else:
                held = self._asked(rule, list(open_rows))
            self._found |= dict.fromkeys(held, tint)
            open_rows = {pk: row for pk, row in open_rows.items() if pk not in held}

    def of(self, pk: int) -> Tint | None:
        """The colour of a row that was looked at."""
        return self._found.get(pk)

    def _asked(self, rule: Rule, ids: list[int]) -> set[int]:
        condition = compile_node(self.description, self.actor, rule.node, now=self.now)
        rows = model_queryset(self.description.model).visible_to(self.actor)
        return set(rows.filter(condition, pk__in=ids).values_list("pk", flat=True))


def in_words(description: RecordDescription, actor: Actor, node: Node) -> str:
    """A condition as a legend says it: "Amount ≥ 500,000"."""
    told = chip(description, actor, node)
    return told.value if isinstance(node, All) else f"{told.field} {told.value}"
