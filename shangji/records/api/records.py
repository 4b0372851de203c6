"""The routes every described type has."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import Duplicate, Invalid, NotFound
from shangji.records.actions import create_record, delete_record, edit_record, restore_record
from shangji.records.api.doors import ANY, actor_of, door, of_slug, record_answer, seen
from shangji.records.api.reading import (
    read_fields,
    read_list,
    read_object,
    read_values,
    read_version,
)
from shangji.records.api.showing import json_answer, list_data, record_data
from shangji.records.description import RecordDescription
from shangji.records.duplicates.queries import similar

router = Router()
DUPLICATES = {
    "in": "query",
    "name": "duplicates",
    "required": False,
    "schema": {"type": "string", "enum": ["refuse"]},
}
FIELDS = {"in": "query", "name": "fields", "required": False, "schema": {"type": "string"}}


@router.get("/{record:slug}", **door("list", ANY, returns="page"))
def list_records(request: HttpRequest, slug: str) -> HttpResponse:
    """Records that match the conditions, a page at a time."""
    description, actor = of_slug(request, slug), actor_of(request)
    return json_answer(list_data(description, actor, read_list(description, actor, request.GET)))


@router.post(
    "/{record:slug}",
    **door("create", ANY, returns=ANY, body="*New", status=(201,), query=(DUPLICATES,)),
)
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a record; with `?duplicates=refuse` not when one like it is there already."""
    description, actor = of_slug(request, slug), actor_of(request)
    values = read_values(description, actor, read_object(request))
    refuses = request.GET.get("duplicates", "")
    if refuses not in {"", "refuse"}:
        raise Invalid.field("duplicates", _("Should be “refuse”, or left out."))
    if refuses and actor.may("create", description.type):
        _refuse_duplicates(description, actor, values)
    record = create_record(
        actor=actor, record_type=description.type, values=values, now=timezone.now()
    )
    return record_answer(request, record, 201)


def _refuse_duplicates(
    description: RecordDescription, actor: Actor, values: Mapping[str, Any]
) -> None:
    """Duplicate when a signal of the type's rule finds one; of what is not the actor's to see, only
    that it is there, why, and whom to ask."""
    hits = [hit for hit in similar(actor, description, values, None) if hit.score]
    if hits:
        told = [
            {"id": one.pk, "title": one.title, "why": one.why, "score": one.score}
            if one.pk
            else {"id": None, "why": one.why, "score": one.score, "ask": one.ask or None}
            for one in hits
        ]
        raise Duplicate(_("One like it is there already."), told)


@router.get("/{record:slug}/{int:pk}", **door("read", ANY, returns=ANY, query=(FIELDS,)))
def get(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One record, with every field you may know of."""
    description, actor = of_slug(request, slug), actor_of(request)
    fields = read_fields(description, actor, request.GET)
    return json_answer(record_data(description, actor, pk, fields))


@router.patch("/{record:slug}/{int:pk}", **door("edit", ANY, returns=ANY, body="*Change"))
def update(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change fields of a record; with `version`, never over somebody else's change."""
    description, actor = of_slug(request, slug), actor_of(request)
    record = seen(request, description.type, pk)
    data = read_object(request)
    version = read_version(request, data)
    values = read_values(description, actor, data)
    changed = edit_record(
        actor=actor, record=record, values=values, version=version, now=timezone.now()
    )
    return record_answer(request, changed)


@router.delete("/{record:slug}/{int:pk}", **door("delete", ANY, status=(204,)))
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a record into the bin, from where it can be restored for 30 days."""
    description = of_slug(request, slug)
    record = seen(request, description.type, pk)
    delete_record(actor=actor_of(request), record=record, now=timezone.now())
    return HttpResponse(status=204)


@router.post("/{record:slug}/{int:pk}/restore", **door("restore", ANY, returns=ANY))
def restore(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a record out of the bin."""
    description, actor = of_slug(request, slug), actor_of(request)
    rows = model_queryset(description.model).binned().permitted(actor, "read")
    record = rows.filter(pk=pk).first()
    if record is None:
        raise NotFound
    restore_record(actor=actor, record=record, now=timezone.now())
    return record_answer(request, record)
