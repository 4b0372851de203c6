"""Which records are searchable, and how the index keeps up: in the operation's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from shangji.foundation.audit import registry
from shangji.foundation.audit.custom_values import is_custom
from shangji.foundation.search import spelling, store
from shangji.foundation.search.rules import Document, document
from shangji.lib.values import dataclass

# for types only: apps.py of the core imports this module before models may be loaded
if TYPE_CHECKING:
    from shangji.foundation.access.actor import Actor
    from shangji.foundation.audit.models import Record
    from shangji.foundation.audit.recorder import Recorder

CHUNK = 500


def _nothing(record: Any) -> str:
    return ""


@dataclass(frozen=True)
class Searchable:
    """How one record type is found and shown.

    Attributes:
        title: what it is called; found by characters, pinyin, initials and words.
        show: (actor, ids) -> what a hit shows of each record the actor may see: its title and
            a second line, by id.
        url: the page of an id.
        body: other text it is found by (phones, mails, notes), as one string.
        title_field: key of the field `title` reads; a role from which it is hidden does not
            find this type.
        body_fields: keys of the fields `body` reads; a role from which one of them is hidden
            finds this type by its title only.
        more: further text of many records by id, asked in one query (names of files on them).
        label: the plural name of the type; the model's own when left out.
        person: whether the title is a person's name.
        related, prefetch: links that title and body read (select_related and
            prefetch_related); with either the index reads records anew.
        watch: fields whose change matters to title, body or owner; an update of others only
            leaves the index alone. None: every update matters.
    """

    model: type[Any]
    title: Callable[[Any], str]
    show: Callable[[Actor, Sequence[int]], Mapping[int, tuple[str, str]]]
    url: Callable[[int], str]
    body: Callable[[Any], str] = _nothing
    title_field: str = ""
    body_fields: Iterable[str] = frozenset()
    more: Callable[[Sequence[int]], Mapping[int, str]] | None = None
    icon: str = "file"
    label: Any = ""
    person: bool = False
    related: tuple[str, ...] = ()
    prefetch: tuple[str, ...] = ()
    watch: frozenset[str] | None = None
    record_type: str = field(default="", init=False)

    @cached_property
    def is_owned(self) -> bool:
        """Whether the owner on the row decides who sees it."""
        # a lazy look: the queryset class imports models
        from shangji.foundation.access.querysets import RecordQuerySet  # noqa: PLC0415

        rows = self.model._default_manager.all()
        has_owner = any(item.attname == "owner_id" for item in self.model._meta.concrete_fields)
        return has_owner and self._asks(RecordQuerySet) and rows.owner_path == "owner"

    @cached_property
    def is_reference(self) -> bool:
        """Whether a role sees all of it or nothing."""
        from shangji.foundation.access.querysets import ReferenceQuerySet  # noqa: PLC0415 - as above

        return self._asks(ReferenceQuerySet)

    def sees_all(self, actor: Actor) -> bool:
        """Whether the actor sees every row, where the queryset says so by its row condition."""
        from shangji.foundation.access.querysets import RecordQuerySet  # noqa: PLC0415 - as above

        rows = self.model._default_manager.all()
        asks_condition = type(rows).visible_to is RecordQuerySet.visible_to
        return asks_condition and rows.row_condition(actor, "read") is None

    def _asks(self, rule: type[Any]) -> bool:
        """Whether its rows are chosen just as in a class of querysets."""
        rows = type(self.model._default_manager.all())
        names = ("visible_to", "permitted", "row_condition", "alive")
        return all(getattr(rows, name) is getattr(rule, name) for name in names)

    def rows(self) -> Any:
        """The queryset that title and body read from."""
        found = self.model._default_manager.all()
        if self.related:
            found = found.select_related(*self.related)
        return found.prefetch_related(*self.prefetch) if self.prefetch else found


_SEARCHABLE: dict[str, Searchable] = {}


def register_search(record_type: str, searchable: Searchable) -> None:
    """Let records of a type be found. Call in `AppConfig.ready`."""
    object.__setattr__(searchable, "record_type", record_type)
    if record_type not in _SEARCHABLE:
        registry.after_change(record_type, _after_change)
    _SEARCHABLE[record_type] = searchable


def searchable_types() -> dict[str, Searchable]:
    """The registered types in the order of their registration."""
    return dict(_SEARCHABLE)


def searchable(record_type: str) -> Searchable | None:
    return _SEARCHABLE.get(record_type)


def _after_change(recorder: Recorder, records: list[Record]) -> None:
    """Bring the index up to date inside the operation that changed these records."""
    kind = _SEARCHABLE.get(records[0].record_type)
    if kind is None:
        return
    matters = _that_matter(kind, recorder, records)
    gone = [record.pk for record in matters if record.deleted_at is not None]
    store.remove(kind.record_type, gone)
    alive = [record for record in matters if record.deleted_at is None]
    if kind.related or kind.prefetch:
        index_many(kind.record_type, [record.pk for record in alive])
    else:
        # nothing can hang yet on what was just made
        made = {change.record_id for change in recorder.changes if change.kind == "created"}
        old = [record.pk for record in alive if record.pk not in made]
        _write(_documents(kind, alive, _more(kind, old)))


def _that_matter(kind: Searchable, recorder: Recorder, records: Sequence[Record]) -> list[Record]:
    if kind.watch is None:
        return list(records)
    changed = {
        change.record_id
        for change in recorder.changes
        if change.record_type == kind.record_type
        and (
            change.kind != "updated"
            or not kind.watch.isdisjoint(change.fields)
            or any(map(is_custom, change.fields))
        )
    }
    return [record for record in records if record.pk in changed]


def _more(kind: Searchable, ids: Sequence[int]) -> Mapping[int, str]:
    return kind.more(ids) if kind.more is not None and ids else {}


def _documents(kind: Searchable, records: Sequence[Any], more: Mapping[int, str]) -> list[Document]:
    owned = kind.is_owned
    return [
        document(
            record_type=kind.record_type,
            record_id=record.pk,
            owner_id=record.owner_id if owned else None,
            owned=owned,
            title=str(kind.title(record)),
            body=f"{kind.body(record)} {more.get(record.pk, '')}".rstrip(),
            person=kind.person,
        )
        for record in records
    ]


def _write(documents: Sequence[Document]) -> None:
    store.write(documents)
    spelling.learn(documents)


def index_many(record_type: str, record_ids: Iterable[int]) -> int:
    """Write records into the index in bulk, in the open transaction. Returns how many.

    For bulk writes that go past operations, and for records that changed by way of others.
    Ids that are gone or in the bin leave the index.
    """
    kind = _SEARCHABLE[record_type]
    rest = iter(record_ids)
    written = 0
    while batch := list(islice(rest, CHUNK)):
        records = list(kind.rows().filter(pk__in=batch, deleted_at=None))
        _write(_documents(kind, records, _more(kind, [one.pk for one in records])))
        store.remove(record_type, sorted(set(batch) - {record.pk for record in records}))
        written += len(records)
    return written


def reindex(record_type: str) -> int:
    """Write all records of a type anew. Returns how many. The job does it in steps."""
    written, last = 0, 0
    while last >= 0:
        count, last = reindex_chunk(record_type, last)
        written += count
    return written


def reindex_chunk(record_type: str, after: int) -> tuple[int, int]:
    """Write the next records by id. Returns how many, and the id to go on after, -1 at the end.

    Entries of records that are gone leave on the way.
    """
    kind = _SEARCHABLE[record_type]
    rows = kind.model._default_manager.filter(pk__gt=after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:CHUNK])
    last = ids[-1] if len(ids) == CHUNK else -1
    store.remove(record_type, store.strays(record_type, after, last, ids))
    return index_many(record_type, ids), last
