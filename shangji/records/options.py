"""Records to choose from while somebody types: by name, by pinyin through the search index."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.search.index import searchable
from shangji.foundation.search.queries import search
from shangji.lib.values import dataclass
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.text import clean

LIMIT = 20
MAX_QUERY = 100


@dataclass(frozen=True)
class Found:
    """One record of a picker; `hint` tells namesakes apart."""

    pk: int
    label: str
    hint: str = ""


def find(
    description: RecordDescription, actor: Actor, text: str, limit: int = LIMIT
) -> list[Found]:
    """Visible records whose title fits what was typed, best first; the newest for nothing."""
    asked = clean(text[:MAX_QUERY], keep_lines=False)
    if description.title in actor.hidden_fields(description.type):
        return []
    rows = model_queryset(description.model).visible_to(actor)
    title = description.field(description.title, actor)
    hint = _hint(description, actor)
    paths = ["pk", title.orm, *(hint.paths() if hint else ())]
    context = FormatContext.of(actor, timezone.now())
    if not asked:
        return _read(rows.order_by("-updated_at").values(*paths)[:limit], title.orm, hint, context)
    first = rows.filter(**{f"{title.orm}__istartswith": asked}).order_by(title.orm)
    found = _read(first.values(*paths)[:limit], title.orm, hint, context)
    if len(found) < limit:
        inside = Q(**{f"{title.orm}__icontains": asked}) & ~Q(pk__in=[one.pk for one in found])
        more = rows.filter(inside).order_by(title.orm)
        found += _read(more.values(*paths)[: limit - len(found)], title.orm, hint, context)
    if len(found) < limit:
        known = {one.pk for one in found}
        ids = [pk for pk in searched(description, actor, asked, limit) if pk not in known]
        there = rows.filter(pk__in=ids).values(*paths)
        by_id = {one.pk: one for one in _read(there, title.orm, hint, context)}
        found += [by_id[pk] for pk in ids if pk in by_id]
    return found[:limit]


def searched(description: RecordDescription, actor: Actor, text: str, limit: int) -> list[int]:
    """Ids that the search index finds (pinyin, initials, any order), best first."""
    if searchable(description.type) is None:
        return []
    hits = search(actor, text, types=[description.type], limit=limit)
    return [hit.record_id for hit in hits]


def _hint(description: RecordDescription, actor: Actor) -> Field | None:
    """The second field of a type: the town of an account, the account of a contact."""
    key = description.second
    if not key or key in actor.hidden_fields(description.type):
        return None
    return description.field(key, actor)


def _read(rows: Any, title: str, hint: Field | None, context: FormatContext) -> list[Found]:
    if hint is None:
        return [Found(row["pk"], str(row[title])) for row in rows]
    hint.kind.look(rows, hint.orm, context)
    return [
        Found(row["pk"], str(row[title]), hint.kind.text(row, hint.orm, context)) for row in rows
    ]
