"""Tables too long to be sorted without an index."""

from collections.abc import Iterable

from django.db.models import Model
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.memory import Memory
from shangji.lib.errors import Invalid
from shangji.records.description import RecordDescription
from shangji.records.listing.sorting import Sort

#: about as many rows are read and sorted by a value without an index in two seconds
LONG = 200_000
#: the newest id of a table
_newest: Memory[int] = Memory(60.0, in_transactions=True)


class NotQuick(Invalid):
    """An order that would take many seconds; pages let a job work it out."""


def require_quick(model: type[Model], sorts: Iterable[Sort]) -> None:
    """Invalid for an order that would take many seconds: by an added field whose index is not
    there yet, over a long table."""
    for one in sorts:
        if not one.field.is_quick and is_long(model):
            raise NotQuick.whole(
                _(
                    "So many records are sorted by “%(field)s” only with its index: Settings ›"
                    " Fields says whether it is being made. Sort by another field until then."
                )
                % {"field": one.field.label}
            )


def quick_keys(description: RecordDescription, actor: Actor) -> list[str]:
    """Keys of fields with an index, which sorts them and finds a value or range of them."""
    known = set()
    for index in description.model._meta.indexes:
        names = [name.removeprefix("-") for name in index.fields]
        # the second serves beside the first: lists read owner by owner, and open deals apart
        known.update(names[:2])
    return [
        one.key
        for one in description.visible_fields(actor)
        if one.sortable and (one.is_quick if one.is_custom else one.orm in known)
    ]


def is_long(model: type[Model]) -> bool:
    """By the newest id, which an index knows."""
    ids = model_queryset(model).order_by("-pk").values_list("pk", flat=True)
    return _newest.get(lambda: ids.first() or 0, model) > LONG
