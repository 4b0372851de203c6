"""Records like the one being typed: shown by name, or masked when the actor may not know them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.text import mask
from shangji.records.kinds.link import record_url

LIMIT = 5


@dataclass(frozen=True)
class Hit:
    """One likely duplicate. `url` is empty for one that is masked."""

    title: str
    url: str
    why: str


def hits(actor: Actor, slug: str, found: Iterable[tuple[Any, str]]) -> list[Hit]:
    """Hits for rows with the reason each is like: visible ones first, each row once."""
    rows = {row.pk: (row, why) for row, why in reversed(list(found))}
    if not rows:
        return []
    model = type(next(iter(rows.values()))[0])
    seen = set(
        model_queryset(model).visible_to(actor).filter(pk__in=rows).values_list("pk", flat=True)
    )
    shown = [
        Hit(str(row), record_url(slug, pk), why) for pk, (row, why) in rows.items() if pk in seen
    ]
    masked = [
        Hit(mask(str(row)), "", f"{why}, {_('somebody else’s')}")
        for pk, (row, why) in rows.items()
        if pk not in seen
    ]
    return (shown + masked)[:LIMIT]
