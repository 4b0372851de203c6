"""Export: exactly the rows and fields that the list shows this person, at constant memory.

CSV and XLSX hold what people read, JSON what programs do: keys of fields, ids and addresses of
what a link leads to.

A long list is written to a file of plain JSON lines by a job; when the file is fetched, each row
and field is asked again for the rights of that moment (ACC-11).
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.files import storage
from shangji.foundation.jobs.queue import enqueue
from shangji.lib.errors import Invalid, NotFound
from shangji.lib.sheets import TableWriter, csv_chunks
from shangji.lib.values import dataclass
from shangji.records.conditions import read_nodes
from shangji.records.description import Field, RecordDescription, by_type, describe
from shangji.records.imports.models import Export
from shangji.records.kinds import Link
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url
from shangji.records.listing.in_order import ids_in_order
from shangji.records.listing.query import ListQuery, Row
from shangji.records.typed_json import plain, typed

#: more rows than this are written by a job
AT_ONCE = 5000
BATCH = 1000
MAX_IDS = 20_000
FORMATS = ("csv", "xlsx", "json")


@dataclass(frozen=True)
class Request:
    """What is asked for: a list as its address says it, or rows by id."""

    description: RecordDescription
    conditions: tuple[str, ...]
    sort: str
    columns: tuple[str, ...]
    format: str = "csv"
    ids: tuple[int, ...] | None = None

    def document(self) -> dict[str, Any]:
        return {
            "conditions": list(self.conditions),
            "sort": self.sort,
            "columns": list(self.columns),
            "format": self.format,
            "ids": None if self.ids is None else list(self.ids),
        }


def read_request(export: Export) -> Request:
    """What a waiting export was asked for. Invalid when its document is broken."""
    asked = export.request
    try:
        return Request(
            describe(export.record_type),
            tuple(str(one) for one in asked["conditions"]),
            str(asked["sort"]),
            tuple(str(one) for one in asked["columns"]),
            asked["format"] if asked["format"] in FORMATS else "csv",
            None if asked["ids"] is None else tuple(int(one) for one in asked["ids"]),
        )
    except (KeyError, TypeError, ValueError):
        raise Invalid.whole(_("This export cannot be read. Start it again.")) from None


def query_of(actor: Actor, request: Request) -> ListQuery:
    """The list behind an export, over rows that may be read and exported."""
    require_type(actor, "export", request.description.type)
    if request.ids is not None and len(request.ids) > MAX_IDS:
        raise Invalid.whole(_("At most %(n)s rows at once.") % {"n": MAX_IDS})
    hidden = actor.hidden_fields(request.description.type)
    query = ListQuery(
        description=request.description,
        actor=actor,
        conditions=read_nodes(request.conditions),
        sort=request.sort,
        columns=[key for key in request.columns if key not in hidden],
    )
    base: Any = query.base  # a record queryset
    rows = base.permitted(actor, "export")
    query.__dict__["base"] = rows if request.ids is None else rows.filter(pk__in=request.ids)
    return query


def sheet_fields(fields: Iterable[Field], form: str) -> list[Field]:
    """The columns of a file: a field of several parts is spread in a table, and whole in JSON."""
    return [
        part
        for one in fields
        for part in (one.parts() if one.parts is not None and form != "json" else (one,))
    ]


def header_of(fields: Sequence[Field]) -> list[str]:
    """Our own id first, by which a mended file finds its records again."""
    return [_("ID"), *(str(one.label) for one in fields)]


def count_of(query: ListQuery) -> int:
    """Rows to export, looked at up to one more than fit at once."""
    return int(query.base.order_by()[: AT_ONCE + 1].count())


def rows_of(query: ListQuery, now: datetime, form: str = "csv") -> Iterator[list[Any]]:
    """Id and typed values row by row; links are asked for in batches.

    Args:
        form: "json" gives each field's data, the others what stands in a cell.
    """
    fields = sheet_fields(query.fields, form)
    paths, ids = query.paths(fields), ids_in_order(query)
    drawn = _data if form == "json" else _cells
    while some := list(islice(ids, BATCH)):
        rows = {row["pk"]: row for row in query.base.filter(pk__in=some).values(*paths)}
        # what a context learns of linked records is for its batch: it would grow with the rows
        context = FormatContext.of(query.actor, now)
        yield from drawn(fields, [rows[pk] for pk in some if pk in rows], context)


def _cells(
    fields: Sequence[Field], batch: Sequence[Row], context: FormatContext
) -> Iterator[list[Any]]:
    for one in fields:
        one.kind.look(batch, one.orm, context)
    for row in batch:
        yield [row["pk"], *(one.export(row, context) for one in fields)]


def _data(
    fields: Sequence[Field], batch: Sequence[Row], context: FormatContext
) -> Iterator[list[Any]]:
    for one in fields:
        one.kind.look(batch, one.orm, context)
    readers = [_linked(one, one.data(context)) for one in fields]
    for row in batch:
        yield [row["pk"], *(read(row) for read in readers)]


def _linked(one: Field, read: Callable[[Mapping[str, Any]], Any]) -> Callable[..., Any]:
    """Data of a field; a link tells its address beside id and name."""
    kind = one.kind
    if not isinstance(kind, Link):
        return read
    slug = kind.slug

    def with_address(row: Mapping[str, Any]) -> Any:
        value = read(row)
        return value and {**value, "url": address(slug, value["id"])}

    return with_address


def address(slug: str, pk: int) -> str:
    """Where a record's page is, for programs and mails."""
    return f"{settings.BASE_URL}{record_url(slug, pk)}"


def json_bytes(
    description: RecordDescription, keys: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[bytes]:
    """A JSON list, one record a line: id, address, and the fields by key."""
    yield b"["
    comma = b"\n"
    for pk, *values in rows:
        record = {"id": pk, "url": address(description.slug, pk)}
        record |= dict(zip(keys, values, strict=True))
        yield comma + orjson.dumps(record, default=str)
        comma = b",\n"
    yield b"\n]\n"


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    return csv_chunks(header, rows)


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[Any]], name: str) -> IO[bytes]:
    """A workbook in a temporary file, rewound; it goes when it is closed."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with TableWriter("xlsx", stream, header, name=name) as table:
        for row in rows:
            table.write_row(row)
    stream.seek(0)
    return stream


# ------------------------------------------------------------------------------------ long lists


def start_export(*, actor: Actor, request: Request, now: datetime) -> Export:
    """Let a job write a long list."""
    query_of(actor, request)
    with transaction.atomic():
        export = Export.objects.create(
            record_type=request.description.type,
            request=request.document(),
            created_by_id=actor.user_id,
            created_at=now,
        )
        job = enqueue("export.run", params={"export_id": export.pk}, actor=actor)
        Export.objects.filter(pk=export.pk).update(job_id=job.pk)
    export.refresh_from_db()
    return export


def write_export(*, actor: Actor, export: Export, now: datetime) -> Export:
    """Write the rows to a file of JSON lines: the fields' keys first, then [id, values…]."""
    request = read_request(export)
    query = query_of(actor, request)
    count = 0

    def lines() -> Iterator[bytes]:
        nonlocal count
        fields = sheet_fields(query.fields, request.format)
        yield json.dumps([one.key for one in fields]).encode() + b"\n"
        for row in rows_of(query, now, request.format):
            count += 1
            if request.format == "json":
                yield orjson.dumps(row, default=str) + b"\n"
            else:
                yield json.dumps(row, default=plain, ensure_ascii=False).encode() + b"\n"

    written = storage.write(lines())
    if export.file_key:
        storage.remove(export.file_key)
    export.file_key, export.rows, export.finished_at = written.key, count, timezone.now()
    export.save(update_fields=["file_key", "rows", "finished_at"])
    return export


def _same(value: Any) -> Any:
    return value


def get_export(actor: Actor, pk: int) -> Export:
    """An export of one's own. NotFound otherwise."""
    found: Export | None = Export.objects.filter(pk=pk, created_by_id=actor.user_id).first()
    # a whole export has a page of its own
    if found is None or by_type(found.record_type) is None:
        raise NotFound(_("Not here, or not yours to see."))
    return found


def read_export(*, actor: Actor, export: Export) -> tuple[list[Field], Iterator[list[Any]]]:
    """Fields and rows of a written export with the rights of this moment."""
    description = describe(export.record_type)
    require_type(actor, "export", description.type)
    try:
        stream = storage.path_of(export.file_key).open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound(_("The file is no longer kept. Start the export again.")) from None
    keys = json.loads(stream.readline())
    hidden = actor.hidden_fields(description.type)
    form = read_request(export).format
    is_json = form == "json"
    open_ = [one for one in description.fields if one.key not in hidden]
    known = {one.key: one for one in sheet_fields(open_, form)}
    kept = [place for place, key in enumerate(keys) if key in known]
    shown = [known[keys[place]] for place in kept]
    every = [known.get(key) for key in keys]
    return shown, _allowed(actor, description, stream, kept, every, is_json=is_json)


def _allowed(
    actor: Actor,
    description: RecordDescription,
    stream: IO[bytes],
    kept: Sequence[int],
    fields: Sequence[Field | None],
    *,
    is_json: bool,
) -> Iterator[list[Any]]:
    nothing, read = (None, _same) if is_json else ("", typed)
    living = model_queryset(description.model).visible_to(actor).permitted(actor, "export")
    with stream:
        while batch := [json.loads(line) for line in islice(stream, BATCH)]:
            ids = [row[0] for row in batch]
            allowed = set(living.filter(pk__in=ids).values_list("pk", flat=True))
            closed = _closed_links(actor, description, kept, fields, allowed)
            for row in batch:
                if row[0] in allowed:
                    yield [
                        row[0],
                        *(
                            nothing if (row[0], place) in closed else read(row[place + 1])
                            for place in kept
                        ),
                    ]


def _closed_links(
    actor: Actor,
    description: RecordDescription,
    kept: Sequence[int],
    fields: Sequence[Field | None],
    ids: set[int],
) -> set[tuple[int, int]]:
    """Cells that name a linked record which this person may no longer know of."""
    links = [(place, one) for place in kept if (one := fields[place]) and one.kind.name == "link"]
    closed: set[tuple[int, int]] = set()
    if not links or not ids:
        return closed
    context = FormatContext.of(actor, timezone.now())
    paths = [path for _place, one in links for path in one.paths()]
    rows: list[Mapping[str, Any]] = list(
        model_queryset(description.model).filter(pk__in=ids).values("pk", *paths)
    )
    for place, one in links:
        one.kind.look(rows, one.orm, context)
        for row in rows:
            if not one.kind.export(row, one.orm, context):
                closed.add((row["pk"], place))
    return closed
