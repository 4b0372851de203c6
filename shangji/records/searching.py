"""Let the one search box find a described type."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.custom_values import COLUMN
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.files.models import StoredFile
from shangji.foundation.search.index import (
    Searchable,
    index_many,
    register_search,
    searchable,
)
from shangji.records.description import Field, RecordDescription, describe
from shangji.records.kinds.base import FormatContext, Kind
from shangji.records.kinds.link import Link, record_url
from shangji.records.listing.fetching import fetch_rows


class _BodyFields:
    """Keys of the fields a type's body reads: its own, and the text fields of this workspace."""

    def __init__(self, record_type: str, own: Sequence[str]) -> None:
        self.record_type = record_type
        self.own = own

    def custom(self) -> Iterator[str]:
        """Keys of custom fields that hold words."""
        yield from (one.key for one in self.added())

    def added(self) -> Iterator[Field]:
        for one in describe(self.record_type).fields:
            if one.is_custom and type(one.kind).searched is not Kind.searched:
                yield one

    def __iter__(self) -> Iterator[str]:
        yield from self.own
        yield from self.custom()


def make_searchable(
    description: RecordDescription,
    *,
    body: tuple[str, ...] = (),
    person: bool = False,
    files: bool = True,
) -> None:
    """Find records by their title, by the text of further fields of their own row, and by the
    text fields that the workspace added.

    Args:
        body: names of text columns; their field keys are the same.
        person: the title is a person's name (pinyin reads surnames).
        files: also by the names of the files on them, seen by whoever sees the record.
    """
    title = description.title
    fields = _BodyFields(description.type, body)

    def text_of(record: Any) -> str:
        own = [str(getattr(record, name) or "") for name in body]
        values = getattr(record, COLUMN, None) or {}
        if values:
            held = ((one.kind, values.get(one.key)) for one in fields.added())
            own += [kind.searched(value) for kind, value in held if value]
        return " ".join(text for text in own if text)

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
            body_fields=fields,
            more=_file_names(description.type) if files else None,
            icon=description.icon,
            label=description.plural,
            person=person,
            watch=frozenset({title, *body, "owner"}),
        ),
    )


def _file_names(record_type: str) -> Callable[[Sequence[int]], Mapping[int, str]]:
    def names(ids: Sequence[int]) -> Mapping[int, str]:
        rows = StoredFile.objects.filter(on_type=record_type, on_id__in=ids, deleted_at=None)
        found: dict[int, str] = {}
        for pk, name in rows.order_by("-id").values_list("on_id", "name"):
            found[pk] = f"{found[pk]} {name}" if pk in found else name
        return found

    return names


def after_files(recorder: Recorder, files: list[Any]) -> None:
    """Hook of the ledger: records whose files came, went or were carried elsewhere."""
    touched = {(one.on_type, one.on_id) for one in files}
    for change in recorder.changes:
        if change.record_type == StoredFile.record_type and "on_id" in change.fields:
            at = next((one.on_type for one in files if one.pk == change.record_id), "")
            touched |= {(at, pk) for pk in change.fields["on_id"] if pk is not None}
    for record_type in sorted({kind for kind, _pk in touched}):
        kind = searchable(record_type)
        if kind is not None and kind.more is not None:
            index_many(record_type, sorted(pk for one, pk in touched if one == record_type))


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
