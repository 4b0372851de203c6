"""Let the one search box find a described type."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from shangji.foundation.access.actor import Actor
from shangji.foundation.search.index import Searchable, register_search
from shangji.records.description import RecordDescription
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import Link, record_url
from shangji.records.listing.fetching import fetch_rows


def make_searchable(
    description: RecordDescription, *, body: tuple[str, ...] = (), person: bool = False
) -> None:
    """Find records by their title, and by the text of further fields of their own row.

    Args:
        body: names of text columns; their field keys are the same.
        person: the title is a person's name (pinyin reads surnames).
    """
    title = description.title

    def text_of(record: Any) -> str:
        return " ".join(text for name in body if (text := getattr(record, name)))

    def show(actor: Actor, ids: Sequence[int]) -> Mapping[int, tuple[str, str]]:
        return titles_of(description, actor, ids)

    register_search(
        description.type,
        Searchable(
            model=description.model,
            title=lambda record: str(getattr(record, title)),
            title_field=title,
            show=show,
            url=lambda pk: record_url(description.slug, pk),
            body=text_of,
            body_fields=frozenset(body),
            icon=description.icon,
            label=description.plural,
            person=person,
            watch=frozenset({title, *body, "owner"}),
        ),
    )


def titles_of(
    description: RecordDescription, actor: Actor, ids: Sequence[int]
) -> dict[int, tuple[str, str]]:
    """Title and second field (an opportunity's customer) of the records the actor may see, by id.

    A second field that is hidden from the role, or leads to a record whose name the actor may not
    know, stays empty.
    """
    second = description.second
    if second and second not in actor.hidden_fields(description.type):
        one, paths = (found := description.field(second, actor)), found.paths()
    else:
        one, paths = None, ()
    rows = fetch_rows(description, actor, ids, dict.fromkeys(("pk", description.title, *paths)))
    if one is None:
        return {row["pk"]: (str(row[description.title]), "") for row in rows}
    context = FormatContext.of(actor, timezone.now())
    if not (isinstance(one.kind, Link) and one.kind.tells(actor)):
        one.kind.look(rows, one.orm, context)
    return {
        row["pk"]: (str(row[description.title]), one.kind.text(row, one.orm, context))
        for row in rows
    }
