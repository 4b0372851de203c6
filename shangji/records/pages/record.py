"""The page of one record, its inline fields, delete and restore."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.lib.errors import Conflict, Invalid, NotFound
from shangji.lib.markup import escape
from shangji.records.actions import delete_record, edit_record, restore_record
from shangji.records.description import Field, RecordDescription
from shangji.records.facts import fact_groups, row_of
from shangji.records.forms import raw_value, widget_of
from shangji.records.history import last_operation, lines
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.place import why_in_list
from shangji.records.pages.answers import actor_of, done, of_type, toasted
from shangji.records.parsing import parse_one


@of_type
@require_GET
def record_page(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    """A record the actor may know of, by its type's template."""
    actor = actor_of(request)
    record = get_visible(description.model, actor, pk)
    now = timezone.now()
    # worked out only by a template that shows them
    facts = SimpleLazyObject(lambda: fact_groups(description, actor, record, now))
    context = page_context(description, actor, record) | {"facts": facts}
    if description.page_context is not None:
        context |= description.page_context(actor, record, now)
    return render(request, [description.page_template, "records/page.html"], context)


def page_context(description: RecordDescription, actor: Actor, record: Record) -> dict[str, Any]:
    """What every page of a record knows."""
    rows = model_queryset(description.model)
    may_edit = rows.allows(actor, "edit", record)
    return {
        "description": description,
        "record": record,
        "title": str(record),
        "may_edit": may_edit,
        "may_merge": may_edit
        and description.merging is not None
        and actor.may("delete", description.type),
        "may_delete": rows.allows(actor, "delete", record),
        "list_url": reverse("records:list", kwargs={"slug": description.slug}),
    }


@of_type
@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, description: RecordDescription, pk: int, key: str) -> HttpResponse:
    """One field in place. GET: the editor. POST `value`, `version`: saves and answers the cell;
    409 tells what somebody else wrote meanwhile, and the version that a second save is based on."""
    actor = actor_of(request)
    record = get_visible(description.model, actor, pk)
    require(actor, "edit", record)
    one = description.writable_field(key, actor)
    if request.method == "POST":
        return _save_field(description, actor, record, one, request.POST)
    held = raw_value(record, one)
    widget = widget_of(one, actor, inline=True, held=held)
    text = one.kind.edit_text(held, locale=get_language() or "en")
    return HttpResponse(widget.render("value", text, {"aria-label": str(one.label)}))


def _save_field(
    description: RecordDescription, actor: Actor, record: Record, one: Field, posted: QueryDict
) -> HttpResponse:
    try:
        value = parse_one(one, actor, posted.get("value", ""))
    except ValueError as problem:
        raise Invalid.field(one.key, str(problem)) from None
    before = record.version
    try:
        fresh = edit_record(
            actor=actor,
            record=record,
            values={one.key: value},
            now=timezone.now(),
            version=read_version(posted.get("version", "")),
        )
    except Conflict as clash:
        return _clash(actor, get_visible(description.model, actor, record.pk), one, clash)
    response = HttpResponse(_shown(actor, fresh, one))
    response.headers["X-Version"] = str(fresh.version)
    if fresh.version == before:
        return response
    return toasted(
        response,
        _("%(field)s changed") % {"field": one.label},
        undo=last_operation(fresh),
        sj_changed={"type": description.type, "id": fresh.pk},
    )


def _shown(actor: Actor, record: Record, one: Field) -> str:
    """The value as it stands on the page, to be pressed for its editor."""
    cell = one.cell(row_of(record, [one]), FormatContext.of(actor, timezone.now()))
    text = cell or f'<span class="ink-3">{escape(_("Add"))}</span>'
    return f'<button type="button" class="edit-show">{text}</button>'


def _clash(actor: Actor, record: Record, one: Field, clash: Conflict) -> JsonResponse:
    """What stands there now, in words and as it is shown."""
    context = FormatContext.of(actor, timezone.now())
    value = one.kind.text(row_of(record, [one]), one.orm, context)
    message = _("Somebody else changed this to “%(value)s” meanwhile.") % {"value": value or "–"}
    told = {
        "message": message if clash.fields else str(clash.message),
        "fields": {key: list(pair) for key, pair in clash.fields.items()},
        "version": record.version,
        "shown": _shown(actor, record, one),
    }
    return JsonResponse(told, status=409)


def read_version(text: str) -> int | None:
    """The version a form was based on; None when it carries none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


@of_type
@require_POST
def delete(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    actor = actor_of(request)
    record = get_visible(description.model, actor, pk)
    delete_record(actor=actor, record=record, now=timezone.now())
    return done(
        request,
        _("%(name)s is in the recycle bin") % {"name": record},
        reverse("records:list", kwargs={"slug": description.slug}),
        undo=last_operation(record),
    )


@of_type
@require_POST
def restore(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    """Out of the bin; only rows the actor could see there."""
    actor = actor_of(request)
    record = model_queryset(description.model).binned().permitted(actor, "read").filter(pk=pk)
    found = record.first()
    if found is None:
        raise NotFound(_("Not here, or not yours to see."))
    restore_record(actor=actor, record=found, now=timezone.now())
    return done(
        request,
        _("%(name)s is back") % {"name": found},
        reverse("records:page", kwargs={"slug": description.slug, "pk": pk}),
        undo=last_operation(found),
    )


@of_type
@require_GET
def why(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    """Why a record is in the list of `?in=`: the parts of its filter, and which of them hold."""
    actor = actor_of(request)
    record = get_visible(description.model, actor, pk)
    found = why_in_list(actor, record, request.GET.get("in", ""), timezone.now())
    context = page_context(description, actor, record)
    context |= {"label": found[0] if found else "", "reasons": found[1] if found else []}
    whole = not request.htmx  # type: ignore[attr-defined]
    return render(request, "records/why.html" if whole else "records/why_dialog.html", context)


@of_type
@require_GET
def history(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    """What was changed on a record, by whom, old and new; a fragment for its tab."""
    actor = actor_of(request)
    record = get_visible(description.model, actor, pk)
    context = page_context(description, actor, record)
    context["lines"] = lines(description, actor, record, timezone.now())
    whole = not request.htmx  # type: ignore[attr-defined]
    template = "records/history.html" if whole else "records/history.html#lines"
    return render(request, template, context)
