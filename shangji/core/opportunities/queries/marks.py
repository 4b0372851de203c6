"""Marks on the cards of a board that apps above hand down: a grade, a signal.

A mark reads one column that the board's own query fetches along, so it costs no query.
"""

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class CardMark:
    """`path` is the ORM path of the value, `field` the described field whose right hides it;
    `draw` makes escaped HTML of the value."""

    path: str
    field: str
    draw: Callable[[Any], SafeString]


_MARKS: dict[str, CardMark] = {}


def add_card_mark(mark: CardMark) -> None:
    """Put a mark on every card. Call in `AppConfig.ready`."""
    _MARKS[mark.field] = mark


def mark_paths() -> tuple[str, ...]:
    return tuple(one.path for one in _MARKS.values())


def marks_for(actor: Actor) -> list[CardMark]:
    """The marks whose field the reader may know of."""
    hidden = actor.hidden_fields("opportunity")
    return [one for one in _MARKS.values() if one.field not in hidden]
