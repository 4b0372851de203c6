"""Fields of a form that come, go or are needed with what is typed in others."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import field
from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.lib.values import dataclass
from shangji.records.custom.when import is_needed, is_shown, names_of
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Boolean, Postal, Several
from shangji.records.parsing import parse_one
from shangji.records.widgets import AddressInput


@dataclass(frozen=True)
class Standing:
    """What the conditions say of fields as a form is filled now.

    Attributes:
        live: keys of fields with a condition; `shown` and `needed` are of these.
        names: keys of the fields that the conditions name.
    """

    live: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    names: frozenset[str] = field(default=frozenset())

    def shows(self, key: str) -> bool:
        return key not in self.live or key in self.shown


def standing(
    description: RecordDescription,
    fields: Iterable[Field],
    given: Mapping[str, Any],
    record: Record | None,
) -> Standing:
    """The conditions of some fields, asked of what a form holds so far over a record's values."""
    live = [one for one in fields if one.shown_if is not None or one.needed_if is not None]
    shown = {one.key for one in live if is_shown(description, one, given, record)}
    needed = {one.key for one in live if is_needed(description, one, given, record)}
    names = {name for one in live for name in names_of(one.shown_if) | names_of(one.needed_if)}
    return Standing(
        frozenset(one.key for one in live), frozenset(shown), frozenset(needed), frozenset(names)
    )


def read_so_far(
    writable: Mapping[str, Field],
    actor: Actor,
    data: Mapping[str, Any],
    *,
    begins: bool,
    boxes: Iterable[str] = (),
) -> dict[str, Any]:
    """What of a form's texts reads, by field key: conditions on other fields are asked of it.

    Args:
        begins: the form of a new record, nothing sent: fields hold what they begin with.
        boxes: keys that the form has; a tick box among them that sent nothing says no.
    """
    if all(one.shown_if is None and one.needed_if is None for one in writable.values()):
        return {}
    ticked = set(boxes)
    found: dict[str, Any] = {}
    for key, one in writable.items():
        if isinstance(one.kind, Postal) and f"{key}-street" in data:
            with suppress(ValueError):
                sent = AddressInput(one.kind.limit).value_from_datadict(data, {}, key)
                found[key] = parse_one(one, actor, sent)
        elif (
            key in data
            or f"{key}-sent" in data
            or (key in ticked and isinstance(one.kind, Boolean | Several))
        ):
            with suppress(ValueError):
                found[key] = parse_one(one, actor, _text(data, key))
        elif one.default is not None and begins:
            found[key] = one.default() if callable(one.default) else one.default
    return found


def _text(data: Mapping[str, Any], key: str) -> str:
    """What was sent under a key: of several boxes all of them."""
    if key not in data:
        return ""
    several = getattr(data, "getlist", None)
    return ",".join(several(key)) if several is not None else str(data[key])
