"""Records to choose from while somebody types: by name, by pinyin through the search index."""

from typing import Any

from django.db.models import Q

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.search.index import searchable
from shangji.foundation.search.queries import search
from shangji.lib.values import dataclass
from shangji.records.description import RecordDescription
from shangji.records.kinds import Link
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
    paths = ["pk", title.orm, *(hint[1] if hint else ())]
    if not asked:
        return _read(rows.order_by("-updated_at").values(*paths)[:limit], title.orm, hint)
    first = rows.filter(**{f"{title.orm}__istartswith": asked}).order_by(title.orm)
    found = _read(first.values(*paths)[:limit], title.orm, hint)
    if len(found) < limit:
        inside = Q(**{f"{title.orm}__icontains": asked}) & ~Q(pk__in=[one.pk for one in found])
        more = rows.filter(inside).order_by(title.orm)
        found += _read(more.values(*paths)[: limit - len(found)], title.orm, hint)
    if len(found) < limit:
        known = {one.pk for one in found}
        ids = [pk for pk in searched(description, actor, asked, limit) if pk not in known]
        by_id = {
            one.pk: one for one in _read(rows.filter(pk__in=ids).values(*paths), title.orm, hint)
        }
        found += [by_id[pk] for pk in ids if pk in by_id]
    return found[:limit]


def searched(description: RecordDescription, actor: Actor, text: str, limit: int) -> list[int]:
    """Ids that the search index finds (pinyin, initials, any order), best first."""
    if searchable(description.type) is None:
        return []
    hits = search(actor, text, types=[description.type], limit=limit)
    return [hit.record_id for hit in hits]


def _hint(description: RecordDescription, actor: Actor) -> tuple[str, tuple[str, ...]] | None:
    """The second field of a type, as path of a text to show and the paths to fetch."""
    key = description.second
    if not key or key in actor.hidden_fields(description.type):
        return None
    one = description.field(key, actor)
    if isinstance(one.kind, Link):
        return None
    return one.orm, (one.orm,)


def _read(rows: Any, title: str, hint: tuple[str, tuple[str, ...]] | None) -> list[Found]:
    return [
        Found(row["pk"], str(row[title]), str(row.get(hint[0]) or "") if hint else "")
        for row in rows
    ]
