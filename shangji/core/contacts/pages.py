"""The doors of what hangs on a contact: several phones and mails, consents."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shangji.core.contacts.actions import record_consent, set_points
from shangji.core.contacts.choices import CONSENT_CHANNELS
from shangji.core.contacts.models import Contact, ContactPoint
from shangji.core.contacts.queries import POINT_FIELDS, points_of
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.lib.errors import Invalid, NotFound
from shangji.records.description import describe
from shangji.records.history import last_operation
from shangji.records.kinds import Mail, Phone
from shangji.records.pages.answers import actor_of, done

#: rows of the form beyond those filled
SPARE = 2
MOST = 10


@login_required
@require_http_methods(["GET", "POST"])
def points(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """All phones or mails of a contact, the first leads."""
    actor = actor_of(request)
    record = get_visible(Contact, actor, pk)
    require(actor, "edit", record)
    if kind not in POINT_FIELDS:
        raise NotFound(_("Not here, or not yours to see."))
    describe("contact").writable_field(POINT_FIELDS[kind], actor)
    rows = [
        {"value": one.value, "label": one.label, "error": ""}
        for one in points_of(actor, record)
        if one.kind == kind
    ]
    status = 200
    if request.method == "POST":
        rows = _posted(request, actor, kind)
        if not any(row["error"] for row in rows):
            record = set_points(
                actor=actor,
                contact=record,
                kind=kind,
                values=[(row["value"], row["label"]) for row in rows],
                now=timezone.now(),
            )
            return done(request, _("Saved"), _url(pk), undo=last_operation(record))
        status = 400
    rows += [{"value": "", "label": "", "error": ""}] * min(SPARE, max(0, MOST - len(rows)))
    context = {
        "record": record,
        "rows": rows,
        "kind": kind,
        "title": _("Phones") if kind == ContactPoint.PHONE else _("Mail addresses"),
        "verb": _("Save"),
        "action": request.path,
        "cancel_url": _url(pk),
    }
    return _show(request, "points", context, status)


@login_required
@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a consent or its withdrawal: channel, which text, from where."""
    actor = actor_of(request)
    record = get_visible(Contact, actor, pk)
    require(actor, "edit", record)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            record_consent(
                actor=actor,
                contact=record,
                channel=request.POST.get("channel", ""),
                given=request.POST.get("given") == "1",
                text_version=request.POST.get("text_version", ""),
                source=request.POST.get("source", ""),
                now=timezone.now(),
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            return done(request, _("Consent noted"), _url(pk))
    context = {
        "record": record,
        "channels": CONSENT_CHANNELS,
        "channel": request.POST.get("channel", request.GET.get("channel", "")),
        "given": request.POST.get("given", "1"),
        "text_version": request.POST.get("text_version", ""),
        "source": request.POST.get("source", ""),
        "errors": errors,
        "title": _("Consent"),
        "verb": _("Note it"),
        "action": request.path,
        "cancel_url": _url(pk),
    }
    return _show(request, "consent", context, 400 if errors else 200)


def _posted(request: HttpRequest, actor: Actor, kind: str) -> list[dict[str, str]]:
    """The rows of the form, empty ones dropped, each with its error."""
    values = request.POST.getlist("value")[:MOST]
    labels = [*request.POST.getlist("label")[:MOST], *[""] * MOST]
    reader: Any = Phone() if kind == ContactPoint.PHONE else Mail()
    rows = []
    for value, label in zip(values, labels, strict=False):
        if not value.strip():
            continue
        error = ""
        try:
            value = reader.parse(value, actor=actor, locale=get_language() or "en")
        except ValueError as problem:
            error = str(problem)
        rows.append({"value": value, "label": label.strip()[:20], "error": error})
    return rows


def _show(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> HttpResponse:
    part = "dialogs/" if request.headers.get("HX-Request") else ""
    return render(request, f"contacts/{part}{name}.html", context, status=status)


def _url(pk: int) -> str:
    return reverse("records:page", kwargs={"slug": "contacts", "pk": pk})
