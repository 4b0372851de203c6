"""Whose widths a list has."""

from collections.abc import Mapping

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible
from shangji.records.grid.rules import clean_widths
from shangji.records.models import SavedView


def widths_key(record_type: str, view: SavedView | None) -> str:
    """Under which a person's widths are kept: of a type, or of a view that is not theirs."""
    return record_type if view is None else f"{record_type}/{view.pk}"


def widths_of(actor: Actor, record_type: str, view: SavedView | None) -> dict[str, int]:
    """Pixels by field key for a list, empty where nobody set any."""
    own: Mapping[str, dict[str, int]] = getattr(actor.user, "list_widths", None) or {}
    if view is not None:
        found = own.get(widths_key(record_type, view)) or view.widths
        if found:
            return clean_widths(found)
    return clean_widths(own.get(record_type, {}))


def saved_view(actor: Actor, view: str) -> SavedView | None:
    """The saved view that a `view` of the address names; None for a preset. NotFound else."""
    if not view.isdecimal() or len(view) > 18:
        return None
    return get_visible(SavedView, actor, int(view))
