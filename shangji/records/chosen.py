"""Which rows a bulk verb is asked for."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import Invalid
from shangji.records.conditions import Node, compile_node
from shangji.records.description import RecordDescription

#: more ids than this are not read from a form
MAX_IDS = 20_000


def chosen_rows(
    actor: Actor,
    description: RecordDescription,
    *,
    ids: Sequence[int] | None,
    conditions: Sequence[Node] | None,
) -> Any:
    """The visible rows a bulk verb is asked for: by id, or all that match the conditions."""
    rows = model_queryset(description.model).visible_to(actor)
    if ids is not None:
        if len(ids) > MAX_IDS:
            raise Invalid.whole(_("At most %(n)s rows at once.") % {"n": MAX_IDS})
        return rows.filter(pk__in=list(ids))
    return rows.filter(compile_node(description, actor, tuple(conditions or ())))
