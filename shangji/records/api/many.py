"""Many records in one request: row by row, or one change over all that match; by a key."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from shangji.foundation.access.actor import Actor
from shangji.lib.errors import DomainError, Invalid
from shangji.lib.problems import problem
from shangji.records.actions.bulk import JOB_ABOVE, BulkResult, bulk_delete, bulk_edit
from shangji.records.actions.rows import Row, Written, upsert_record, write_rows
from shangji.records.api.doors import ANY, actor_of, door, of_slug, record_answer
from shangji.records.api.reading import naming, read_object, read_values
from shangji.records.api.showing import json_answer
from shangji.records.chosen import chosen_rows
from shangji.records.conditions import read_nodes
from shangji.records.description import RecordDescription

router = Router()
ROWS = {"rows": [{"name": "A"}, {"id": 1, "version": 1, "name": "B"}, {"id": 2, "delete": True}]}
SYSTEM = {"in": "query", "name": "system", "required": False, "schema": {"type": "string"}}
WHERE = {"where": ["name.has.a"], "values": {"tags": ["big"]}}


@router.post(
    "/{record:slug}/bulk", **door("many", ANY, returns="Written", body="*Rows", example=ROWS)
)
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    """Make, change and delete up to 500 records as one operation, with a result for each row."""
    description, actor = of_slug(request, slug), actor_of(request)
    data = read_object(request)
    rows = data.get("rows")
    if not isinstance(rows, list) or len(data) > 1:
        raise Invalid.field("rows", _("Should be a list of objects."))
    operation, written = write_rows(
        actor=actor,
        record_type=description.type,
        rows=[_row(description, actor, one) for one in rows[:10_000]],
        now=timezone.now(),
    )
    results = [_result(row, one) for row, one in zip(rows, written, strict=True)]
    return json_answer({"operation": operation, "results": results})


def _row(description: RecordDescription, actor: Actor, data: Any) -> Row:
    if not isinstance(data, Mapping):
        return Row(refusal=Invalid.whole(_("Should be an object.")))
    values = {key: value for key, value in data.items() if key not in {"id", "version", "delete"}}
    try:
        return Row(
            values=read_values(description, actor, values),
            pk=_number(data, "id"),
            version=_number(data, "version"),
            delete=data.get("delete") is True,
        )
    except DomainError as refusal:
        return Row(refusal=refusal)


def _number(data: Mapping[str, Any], key: str) -> int | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise Invalid.field(key, _("Should be a whole number."))
    return value


def _result(row: Any, one: Written) -> dict[str, Any]:
    if one.record is None:
        assert one.refusal is not None
        given = {"id": row["id"]} if isinstance(row, Mapping) and "id" in row else {}
        status = 422 if isinstance(one.refusal, Invalid) else None
        return {**given, "problem": problem(one.refusal, status)}
    done = {"id": one.record.pk, "version": one.record.version}
    return {**done, "deleted": True} if one.record.deleted_at else done


@router.post(
    "/{record:slug}/bulk-edit",
    **door("many_edit", ANY, returns="Done", body="*Where", example=WHERE),
)
def edit_many(request: HttpRequest, slug: str) -> HttpResponse:
    """Set the same values on all records chosen by `ids` or `where`, as one operation."""
    description, actor = of_slug(request, slug), actor_of(request)
    data = read_object(request)
    given = data.get("values")
    if not isinstance(given, dict) or not given:
        raise Invalid.field("values", _("Should be an object with at least one field."))
    values, which = read_values(description, actor, given), which_rows(description, actor, data)
    unseen = unseen_ids(description, actor, which)
    result = bulk_edit(
        actor=actor, record_type=description.type, values=values, now=timezone.now(), **which
    )
    return told(result, unseen)


@router.post(
    "/{record:slug}/bulk-delete",
    **door("many_delete", ANY, returns="Done", body="Which", example={"ids": [1]}),
)
def delete_many(request: HttpRequest, slug: str) -> HttpResponse:
    """Put all records chosen by `ids` or `where` into the bin, as one operation."""
    description, actor = of_slug(request, slug), actor_of(request)
    which = which_rows(description, actor, read_object(request))
    unseen, now = unseen_ids(description, actor, which), timezone.now()
    result = bulk_delete(actor=actor, record_type=description.type, now=now, **which)
    return told(result, unseen)


def unseen_ids(
    description: RecordDescription, actor: Actor, which: Mapping[str, Any]
) -> dict[int, str]:
    """Ids that are not there or not the actor's to see, each with the words for both."""
    ids = which.get("ids") or []
    seen = chosen_rows(actor, description, ids=ids, conditions=None).values_list("pk", flat=True)
    gone = set(ids) - set(seen) if ids else set()
    return dict.fromkeys(sorted(gone), _("Not here, or not yours to see."))


def which_rows(
    description: RecordDescription, actor: Actor, data: Mapping[str, Any]
) -> dict[str, Any]:
    """The rows a body chooses. Invalid without a choice, or with more than one answer can hold."""
    ids, where = data.get("ids"), data.get("where")
    if (ids is None) == (where is None):
        raise Invalid.whole(_("Choose records by “ids” or by “where”, not by both."))
    if ids is not None:
        fits = isinstance(ids, list) and len(ids) <= JOB_ABOVE
        if not fits or not all(type(one) is int and 0 < one < 2**63 for one in ids):
            raise Invalid.field("ids", _("At most %(n)s ids at once.") % {"n": JOB_ABOVE})
        return {"ids": ids}
    if not isinstance(where, list) or not all(isinstance(one, str) for one in where):
        raise Invalid.field("where", _("Should be a list of conditions, as in a list's address."))
    with naming("where"):
        conditions = read_nodes(where)
        rows = chosen_rows(actor, description, ids=None, conditions=conditions)
    if rows[: JOB_ABOVE + 1].count() > JOB_ABOVE:
        text = _("More than %(n)s records match. Choose fewer at once.")
        raise Invalid.field("where", text % {"n": JOB_ABOVE})
    return {"conditions": conditions}


def told(result: BulkResult, unseen: Mapping[int, str]) -> HttpResponse:
    """What a change over many did, and why rows stayed as they were."""
    both = (*result.refused, *unseen.items())
    refused = [{"id": pk, "message": text} for pk, text in both]
    return json_answer(
        {
            "operation": result.operation_id,
            "done": result.done,
            "unchanged": result.unchanged,
            "left": result.left,
            "refused": refused,
        }
    )


@router.put(
    "/{record:slug}/by/{key}/{path:value}",
    **door("upsert", ANY, returns=ANY, body="*Values", status=(200, 201), query=(SYSTEM,)),
)
def upsert(request: HttpRequest, slug: str, key: str, value: str) -> HttpResponse:
    """Change the record with this value of a key, or make it: 200 changed, 201 made.

    Keys are those an import finds records by, and `external_id` with `?system=` the other system.
    """
    description, actor = of_slug(request, slug), actor_of(request)
    record, made = upsert_record(
        actor=actor,
        record_type=description.type,
        key=key[:64],
        value=value[:400],
        system=request.GET.get("system", ""),
        values=read_values(description, actor, read_object(request)),
        now=timezone.now(),
    )
    return record_answer(request, record, 201 if made else 200)
