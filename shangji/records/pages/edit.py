"""Create and edit, as a page and as a dialog; what their pickers and warnings ask."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require, require_type
from shangji.lib.errors import Conflict, Invalid
from shangji.records import options
from shangji.records.actions import create_record, edit_record
from shangji.records.custom.attached import received, refuse
from shangji.records.description import RecordDescription
from shangji.records.duplicates import queries as duplicates
from shangji.records.facts import row_of
from shangji.records.form_rules import read_so_far, standing
from shangji.records.forms import RecordForm, raw_value
from shangji.records.history import last_operation
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.text import clean
from shangji.records.pages.answers import actor_of, done, of_type, safe_next


@of_type
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """The short form, or with `all=1` every field. Links may be given: `?account=12`."""
    actor = actor_of(request)
    require_type(actor, "create", description.type)
    whole = bool(request.GET.get("all") or request.POST.get("all"))
    keys = create_keys(description, actor, whole=whole)
    if request.method == "POST":
        data, refused = received(request, description, actor, timezone.now())
        form = RecordForm(description, actor, keys, data=data)
        refuse(form, refused)
        if form.is_valid():
            try:
                record = create_record(
                    actor=actor,
                    record_type=description.type,
                    values=form.values(),
                    now=timezone.now(),
                )
            except Invalid as problem:
                blame(form, problem)
            else:
                to = reverse("records:page", kwargs={"slug": description.slug, "pk": record.pk})
                text = _("%(name)s created") % {"name": record}
                return done(request, text, safe_next(request, to), undo=last_operation(record))
    else:
        given = {key: request.GET[key][:200] for key in keys if key in request.GET}
        form = RecordForm(description, actor, keys, initial=given)
    return _form_page(
        request,
        description,
        form,
        title=_("New %(name)s") % {"name": str(description.name).lower()},
        verb=_("Create"),
        action=request.path,
        cancel_url=reverse("records:list", kwargs={"slug": description.slug}),
        more_url="" if whole else "?all=1",
        whole=whole,
    )


def create_keys(description: RecordDescription, actor: Actor, *, whole: bool) -> list[str]:
    return [
        one.key for one in description.writable_fields(actor) if whole or one.create or one.required
    ]


@of_type
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    """Every writable field, or those of `?fields=a,b`. 409 shows both values and the choice."""
    actor = actor_of(request)
    record = get_visible(description.model, actor, pk)
    require(actor, "edit", record)
    asked = [key for key in request.GET.get("fields", "")[:2000].split(",") if key]
    keys = asked or [one.key for one in description.writable_fields(actor)]
    for key in asked:
        description.writable_field(key, actor)
    to = reverse("records:page", kwargs={"slug": description.slug, "pk": pk})
    conflicts: list[dict[str, Any]] = []
    status = 200
    if request.method == "POST":
        data, refused = received(request, description, actor, timezone.now())
        form = RecordForm(description, actor, keys, data=data, record=record)
        refuse(form, refused)
        if form.is_valid():
            before = record.version
            try:
                record = edit_record(
                    actor=actor,
                    record=record,
                    values=form.values(),
                    version=form.version(),
                    now=timezone.now(),
                )
            except Invalid as problem:
                blame(form, problem)
            except Conflict as problem:
                status = 409
                form, conflicts = _clash(description, actor, pk, keys, form, problem)
            else:
                if record.version == before:
                    return done(request, _("Nothing was changed"), safe_next(request, to))
                text = _("%(name)s changed") % {"name": record}
                return done(request, text, safe_next(request, to), undo=last_operation(record))
    else:
        form = RecordForm(description, actor, keys, record=record)
    one_field = len(asked) == 1
    return _form_page(
        request,
        description,
        form,
        title=str(description.field(asked[0], actor).label)
        if one_field
        else _("Edit %(name)s") % {"name": record},
        verb=_("Save"),
        action=request.get_full_path(),
        cancel_url=to,
        conflicts=conflicts,
        status=status,
        record=record,
    )


def _clash(
    description: RecordDescription,
    actor: Actor,
    pk: int,
    keys: Sequence[str],
    form: RecordForm,
    problem: Conflict,
) -> tuple[RecordForm, list[dict[str, Any]]]:
    """A form on the newest version that keeps what was typed, and both values of each clash."""
    fresh = get_visible(description.model, actor, pk)
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(fresh.version)
    again = RecordForm(description, actor, keys, data=data, record=fresh)
    by_column = {one.logged: one for one in reversed(description.fields)}
    fields = [by_column[name] for name in problem.fields if name in by_column]
    row = row_of(fresh, fields)
    context = FormatContext.of(actor, timezone.now())
    locale = get_language() or "en"
    return again, [
        {
            "key": one.key,
            "label": one.label,
            "mine": _written(form, one.key),
            "theirs": one.kind.text(row, one.orm, context),
            "theirs_raw": one.kind.edit_text(raw_value(fresh, one), locale=locale),
        }
        for one in fields
    ]


def _written(form: RecordForm, key: str) -> str:
    """What somebody wrote into a field, as text."""
    data = form[key].data if key in form.fields else ""
    return ", ".join(map(str, data)) if isinstance(data, list) else str(data or "")


def blame(form: RecordForm, problem: Invalid) -> None:
    """Write what an action refuses onto its fields."""
    for key, texts in problem.errors.items():
        for text in texts:
            form.add_error(key if key in form.fields else None, text)


def _form_page(
    request: HttpRequest,
    description: RecordDescription,
    form: RecordForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    if form.is_bound and form.errors:
        status = 400
    htmx = request.htmx  # type: ignore[attr-defined]
    values: Mapping[str, Any] = {
        "description": description,
        "form": form,
        "multipart": form.is_multipart(),
        "next": request.POST.get("next", request.GET.get("next", "")),
        "similar_url": reverse("records:similar", kwargs={"slug": description.slug})
        if description.duplicates
        else "",
        "wide": len(form.fields) > 6,
        **context,
    }
    template = "records/form_dialog.html" if htmx else "records/form.html"
    return render(request, template, dict(values), status=status)


@of_type
@require_GET
def live(request: HttpRequest, description: RecordDescription) -> JsonResponse:
    """Which fields with conditions a form shows and needs as it is filled now: what it holds of the
    fields that conditions name comes with the address."""
    actor = actor_of(request)
    pk = request.GET.get("record", "")
    record = None
    if pk.isdecimal() and len(pk) < 19:
        record = get_visible(description.model, actor, int(pk))
        require(actor, "edit", record)
    else:
        require_type(actor, "create", description.type)
    writable = {one.key: one for one in description.writable_fields(actor)}
    given = read_so_far(writable, actor, request.GET, begins=False)
    found = standing(description, writable.values(), given, record)
    return JsonResponse({"shown": sorted(found.shown), "needed": sorted(found.needed)})


@of_type
@require_GET
def option_list(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Records to choose from, as JSON for the picker: visible ones only."""
    found = options.find(description, actor_of(request), request.GET.get("q", ""))
    return JsonResponse(
        [{"value": str(one.pk), "label": one.label, "hint": one.hint} for one in found],
        safe=False,
    )


@of_type
@require_GET
def similar(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Records like the one being typed; what the actor may not know of is masked."""
    actor = actor_of(request)
    pk = request.GET.get("record", "")
    hits = duplicates.similar(
        actor,
        description,
        {key: clean(str(value)[:300], keep_lines=False) for key, value in request.GET.items()},
        int(pk) if pk.isdecimal() and len(pk) < 19 else None,
    )
    context = {"hits": hits, "description": description}
    return render(request, "records/_similar.html", context)
