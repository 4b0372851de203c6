"""Settings: the fields an administrator adds to a type."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.lib.errors import Conflict, Invalid, NotFound
from shangji.records.custom import actions, together
from shangji.records.custom.catalogue import KINDS, kind_named
from shangji.records.custom.forms import (
    TONE_WORDS,
    FieldForm,
    NewFieldForm,
    condition_rows,
    option_rows,
    read_options,
    read_rows,
)
from shangji.records.custom.live import field_of
from shangji.records.custom.queries import (
    chosen_type,
    deleted_lines,
    field_lines,
    get_field,
    get_rule,
    together_fields,
    together_lines,
    tried_on,
    types_with_fields,
    why_broken,
)
from shangji.records.description import RecordDescription, describe
from shangji.records.forms import PreviewForm
from shangji.records.history import last_operation
from shangji.records.pages.answers import actor_of, done


@login_required
@require_GET
def fields(request: HttpRequest) -> HttpResponse:
    """The added fields of one type, in order, and those in the bin."""
    actor = actor_of(request)
    return _list(request, chosen_type(actor, request.GET.get("of", "")))


def _list(request: HttpRequest, chosen: RecordDescription, refused: str = "") -> HttpResponse:
    actor = actor_of(request)
    kinds = types_with_fields(actor)
    context = {
        "settings_page": "fields",
        "chosen": chosen,
        "tabs": [
            {"label": one.plural, "url": f"?of={one.slug}", "current": one.type == chosen.type}
            for one in kinds
        ],
        "lines": field_lines(actor, chosen.type),
        "deleted": deleted_lines(actor, chosen.type),
        "together": together_lines(actor, chosen),
        "together_fields": together_fields(actor, chosen),
        "together_places": range(1, together.MOST + 1),
        "together_refused": refused,
    }
    return render(request, "records/fields.html", context, status=400 if refused else 200)


@login_required
@require_POST
def add_together(request: HttpRequest) -> HttpResponse:
    """Keep some fields unique together; records that are the same already are named."""
    actor = actor_of(request)
    chosen = chosen_type(actor, request.GET.get("of", ""))
    keys = [key for key in request.POST.getlist("key") if key]
    try:
        row = together.add_together(
            actor=actor, record_type=chosen.type, keys=keys, now=timezone.now()
        )
    except Invalid as problem:
        return _list(request, chosen, str(problem.message))
    text = _("Kept unique together from now on")
    return done(request, text, _list_url(chosen.slug), undo=last_operation(row))


@login_required
@require_POST
def drop_together(request: HttpRequest, pk: int) -> HttpResponse:
    """Let records be the same in these fields again."""
    actor = actor_of(request)
    row = get_rule(actor, pk)
    together.drop_together(actor=actor, row=row, now=timezone.now())
    to = _list_url(describe(row.of_type).slug)
    return done(request, _("No longer unique together"), to, undo=last_operation(row))


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Name a field and choose its kind; it begins as a draft."""
    actor = actor_of(request)
    chosen = chosen_type(actor, request.GET.get("of", ""))
    form = NewFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            row = actions.add_field(
                actor=actor,
                record_type=chosen.type,
                kind=values.pop("kind"),
                values=values,
                now=timezone.now(),
            )
        except Invalid as problem:
            _blame(form, problem)
        else:
            to = reverse("records:custom_field", args=[row.pk])
            return done(request, _("Draft made"), to, undo=last_operation(row))
    context = {
        "settings_page": "fields",
        "form": form,
        "chosen": chosen,
        "list_url": _list_url(chosen.slug),
    }
    return render(request, "records/field_new.html", context, status=_status(form))


@login_required
@require_http_methods(["GET", "POST"])
def field(request: HttpRequest, pk: int) -> HttpResponse:
    """One field: its names and settings, and how it looks on real records."""
    actor = actor_of(request)
    row = get_field(actor, pk)
    kind = KINDS.get(row.kind)
    if kind is None:
        raise NotFound(_("This kind of field is not known here."))
    form = FieldForm(kind, row, request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.change_field(
                actor=actor,
                field=row,
                values=form.values(request.POST),
                now=timezone.now(),
                version=form.cleaned_data.get("version"),
            )
        except Invalid as problem:
            _blame(form, problem)
        except Conflict as problem:
            status = problem.status
            form.add_error(None, str(problem.message))
        else:
            to = reverse("records:custom_field", args=[row.pk])
            return done(request, _("Field saved"), to, undo=last_operation(row))
    description = describe(row.of_type)
    broken = why_broken(row)
    context: dict[str, Any] = {
        "settings_page": "fields",
        "form": form,
        "row": row,
        "kind": kind,
        "kinds": KINDS.values(),
        "description": description,
        "broken": broken,
        "list_url": _list_url(description.slug),
        "tones": TONE_WORDS.items(),
    }
    if kind.is_writable and not broken:
        asked = request.GET.get("rule", "")  # after a field is chosen, with what stands in its rows
        sent = request.GET if asked else request.POST
        rules = condition_rows(description, read_rows(sent) if sent else row.rules)
        context["conditions"] = rules
        context["condition_fields"] = [
            (known.key, known.label)
            for known in description.fields
            if known.filterable and known.key != row.key
        ]
        if asked:
            context["rule"] = next((one for one in rules if one["name"] == asked), rules[0])
            return render(request, "records/_field_rule.html", context)
    if "options" in kind.takes:
        posted = read_options(request.POST) if request.method == "POST" else None
        context["options"] = option_rows(posted or row.settings.get("options"))
    if not broken:
        one = field_of(row)
        context["preview"] = PreviewForm(one, actor)
        context["tried"] = tried_on(actor, description, one, timezone.now())
    return render(request, "records/field.html", context, status=max(status, _status(form)))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Publish, withdraw, delete, restore, move or copy a field."""
    actor = actor_of(request)
    row = get_field(actor, pk)
    common: dict[str, Any] = {"actor": actor, "field": row, "now": timezone.now()}
    to = request.POST.get("to", "")
    page = reverse("records:custom_field", args=[pk])
    back = page if to == "page" else _list_url(describe(row.of_type).slug)
    if verb == "publish":
        try:
            actions.publish_field(**common)
        except Invalid as problem:
            return done(request, str(problem.message), page, tone="bad")
        return done(request, _("Published: everybody sees it now"), back, undo=last_operation(row))
    if verb == "copy":
        kind = kind_named(request.POST.get("kind", row.kind)).name
        copied = actions.copy_field(kind=kind, **common)
        to = reverse("records:custom_field", args=[copied.pk])
        return done(request, _("Copied as a draft"), to, undo=last_operation(copied))
    if verb in {"up", "down"}:
        actions.move_field(step=-1 if verb == "up" else 1, **common)
        return done(request, _("Moved"), back, undo=last_operation(row))
    if verb == "place":
        to = request.POST.get("place", "")
        if to.isdecimal() and len(to) < 6:
            actions.move_field(place=int(to), **common)
            return done(request, _("Moved"), back, undo=last_operation(row))
        return done(request, _("Should be a whole number."), back, tone="bad")
    if verb == "withdraw":
        actions.withdraw_field(**common)
        return done(request, _("A draft again; its values stay"), back, undo=last_operation(row))
    if verb == "delete":
        actions.delete_field(**common)
        text = _("%(name)s is in the bin with its values") % {"name": row}
        return done(request, text, _list_url(describe(row.of_type).slug), undo=last_operation(row))
    if verb == "restore":
        actions.restore_field(**common)
        return done(request, _("%(name)s is back") % {"name": row}, back, undo=last_operation(row))
    raise NotFound(_("Not here, or not yours to see."))


def _list_url(slug: str) -> str:
    return f"{reverse('records:custom_fields')}?of={slug}"


def _blame(form: Any, problem: Invalid) -> None:
    for key, texts in problem.errors.items():
        for text in texts:
            form.add_error(key if key in form.fields else None, text)


def _status(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200
