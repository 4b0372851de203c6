"""What actions, and things noted beside columns, are called where people read the ledger.

Each app names its own in `ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from shangji.lib.values import dataclass

# for types only: every apps.py imports this module before models may be loaded
if TYPE_CHECKING:
    from shangji.foundation.access.actor import Actor

_NAMES: dict[str, str | Promise] = {}


@dataclass(frozen=True)
class Noted:
    """What `Recorder.note` put down under a name, in words.

    Attributes:
        label: what history calls it.
        told: (reader, values) -> the words of each, in order; left out, a value is its own words.
        field: hidden with this field of the record; "" with none.
    """

    label: str | Promise
    told: Callable[[Actor, Sequence[Any]], list[str]] | None = None
    field: str = ""


_NOTES: dict[tuple[str, str], Noted] = {}


def ticked(actor: Actor, values: Sequence[Any]) -> list[str]:
    """That it was done, where when and by whom stand beside it."""
    return ["✓"] * len(values)


def name_actions(names: Mapping[str, str | Promise]) -> None:
    """Give words to actions: {"person.invite": _("Invited somebody")}."""
    _NAMES.update(names)


def action_name(action: str) -> str:
    """The words of an action; the action itself when nobody named it."""
    return str(_NAMES.get(action, action))


def name_notes(record_type: str, notes: Mapping[str, Noted]) -> None:
    """Give words to what is noted on records of a type ("" for any): {"people": Noted(…)}."""
    _NOTES.update({(record_type, name): one for name, one in notes.items()})


def noted(record_type: str, name: str) -> Noted | None:
    """What was noted under a name; None for a column."""
    return _NOTES.get((record_type, name)) or _NOTES.get(("", name))


def hidden_with(record_type: str, name: str) -> str:
    """The field by whose right a name of the ledger is read."""
    one = noted(record_type, name)
    return one.field if one is not None and one.field else name
