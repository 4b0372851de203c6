"""What hangs on a record's page: tabs and sheets that apps above hand down.

A page shows its tabs with `{% record_tabs record as tabs %}` (records/templatetags/panels.py);
only the open tab is worked out. `records` knows a panel by its template and its context.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.files import access
from shangji.foundation.files.queries import count_on, files_of
from shangji.lib.values import dataclass

#: (actor, record, now, the address's parameters) -> context of the template
PanelContext = Callable[[Actor, Any, datetime, Mapping[str, str]], dict[str, Any]]


@dataclass(frozen=True)
class Panel:
    """One tab of a record's page, or one sheet beside it.

    Attributes:
        key: its name in addresses (`?tab=key`).
        slot: "tab", "aside", "head" for a mark beside the title, or "menu" for a line in the menu
            of what can be done with the record.
        order: lower stands first.
        count: (actor, record) -> a number beside the label, or None.
        right: (actor, record) -> whether it is there at all.
    """

    key: str
    label: Any
    template: str
    context: PanelContext
    slot: str = "tab"
    order: int = 50
    count: Callable[[Actor, Any], int | None] | None = None
    right: Callable[[Actor, Any], bool] | None = None


_PANELS: dict[str, dict[str, Panel]] = {}
_MORE: list[Callable[[str], list[Panel]]] = []


def add_panel(record_type: str, panel: Panel) -> None:
    """Put a panel on the page of a type. Call in `AppConfig.ready`."""
    _PANELS.setdefault(record_type, {})[panel.key] = panel


def more_panels(of_type: Callable[[str], list[Panel]]) -> None:
    """Let `of_type(record type)` add panels that a workspace made, from memory."""
    _MORE.append(of_type)


def panels(actor: Actor, record: Any, slot: str) -> list[Panel]:
    """The panels of a record that the actor may see, in order."""
    return sorted(
        (
            one
            for one in (
                *_PANELS.get(record.record_type, {}).values(),
                *(panel for of_type in _MORE for panel in of_type(record.record_type)),
            )
            if one.slot == slot and (one.right is None or one.right(actor, record))
        ),
        key=lambda one: (one.order, one.key),
    )


def _files(actor: Actor, record: Any, now: datetime, query: Mapping[str, str]) -> dict[str, Any]:
    kind, pk = record.record_type, record.pk
    return {
        "files": files_of(actor, kind, pk),
        "record_type": kind,
        "record_id": pk,
        "may_change": access.may_change(actor, kind, pk),
    }


#: the files on a record, for any type that takes them
FILES = Panel(
    "files",
    _("Files"),
    "records/_files.html",
    _files,
    order=80,
    count=lambda actor, record: count_on(record.record_type, record.pk),
)
