"""Next step, people, product lines, competitors, and back to defaults."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.core.opportunities.actions import (
    remove_person,
    reset_forecast,
    reset_probability,
    set_competitors,
    set_lines,
    set_next_step,
    set_person,
)
from shangji.core.opportunities.choices import ROLES, STANCES
from shangji.core.opportunities.forms import (
    LineRow,
    line_rows,
    read_date,
    read_id,
    read_lines,
    read_time,
)
from shangji.core.opportunities.models import Competitor, Opportunity, OpportunityPerson
from shangji.core.opportunities.pages.answers import changed, editable, record_url, show_dialog
from shangji.core.opportunities.pages.facts import fact_groups
from shangji.core.opportunities.queries.parts import (
    choosable_contacts,
    competitors_of,
    lines_of,
    links_of,
)
from shangji.core.opportunities.queries.products import product_choices
from shangji.foundation.access.checks import get_visible, require_field
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import today, working_calendar
from shangji.lib.errors import Invalid
from shangji.records.pages.answers import actor_of


@login_required
@require_http_methods(["GET", "POST"])
def next_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what comes next, or give it another day."""
    actor, record = editable(request, pk)
    require_field(actor, "next_step", "opportunity")
    errors: dict[str, list[str]] = {}
    typed_on, typed_at = None, None
    if request.method == "POST":
        try:
            typed_on = read_date(request.POST, "next_step_on")
            typed_at = read_time(request.POST, "next_step_time")
            record = set_next_step(
                actor=actor,
                opportunity=record,
                text=request.POST.get("next_step", ""),
                on=typed_on,
                at=typed_at,
                version=read_id(request.POST, "version"),
                now=timezone.now(),
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            return changed(
                request, actor, record, _("Next step: %(text)s") % {"text": record.next_step}
            )
    context = {
        "opportunity": record,
        "text": request.POST.get("next_step", record.next_step),
        "on": typed_on or record.next_step_on or _in_three_days(),
        "at": typed_at or record.next_step_time,
        "errors": errors,
        "title": _("Next step"),
        "verb": _("Save"),
        "cancel_url": record_url(pk),
    }
    status = 422 if errors else 200
    return show_dialog(request, "opportunities/dialogs/next_step.html", context, status=status)


def _in_three_days() -> date:
    return working_calendar().add_working_days(today(now=timezone.now()), 3)


@login_required
@require_GET
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts anew, as a fragment: one changed field moves others."""
    actor = actor_of(request)
    record = get_visible(Opportunity, actor, pk)
    may_edit = model_queryset(Opportunity).allows(actor, "edit", record)
    links = links_of(actor, record)
    groups = fact_groups(actor, record, timezone.now(), links, may_edit=may_edit)
    hidden = actor.hidden_fields("opportunity")
    context = {"opportunity": record, "groups": groups, "is_anew": True}
    context["may_see_amount"] = "amount" not in hidden
    return render(request, "opportunities/_facts.html", context)


@login_required
@require_POST
def default(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Back to the stage's win rate or forecast category."""
    actor, record = editable(request, pk)
    if what == "probability":
        record = reset_probability(actor=actor, opportunity=record, now=timezone.now())
        text = _("Win rate follows the stage again: %(n)s%%") % {"n": record.probability}
    else:
        record = reset_forecast(actor=actor, opportunity=record, now=timezone.now())
        text = _("Forecast category follows the stage again")
    return changed(request, actor, record, text)


@login_required
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody to the buying committee, or change role and stance."""
    actor, record = editable(request, pk)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            contact_id = read_id(request.POST, "contact")
            if contact_id is None:
                raise Invalid({"contact": [_("Choose a contact.")]})
            person = set_person(
                actor=actor,
                opportunity=record,
                contact_id=contact_id,
                role=request.POST.get("role", ""),
                stance=request.POST.get("stance", "unknown"),
                note=request.POST.get("note", ""),
                now=timezone.now(),
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            return changed(
                request, actor, record, _("%(name)s noted") % {"name": person.contact.name}
            )
    asked = read_id(request.GET, "contact")
    known = OpportunityPerson.objects.filter(opportunity=record, contact_id=asked).first()
    context: dict[str, Any] = {
        "opportunity": record,
        "contacts": choosable_contacts(actor, record),
        "asked": asked,
        "known": known,
        "roles": ROLES,
        "stances": STANCES,
        "errors": errors,
        "title": _("Person and role"),
        "verb": _("Save"),
        "cancel_url": record_url(pk),
    }
    status = 422 if errors else 200
    return show_dialog(request, "opportunities/dialogs/person.html", context, status=status)


@login_required
@require_POST
def person_remove(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """Take somebody off the buying committee."""
    actor, record = editable(request, pk)
    remove_person(actor=actor, opportunity=record, contact_id=contact, now=timezone.now())
    return changed(request, actor, record, _("Taken off the list"))


@login_required
@require_http_methods(["GET", "POST"])
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """The product lines; the amount is their sum."""
    actor, record = editable(request, pk)
    products = product_choices(actor, record.currency)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        rows = line_rows(request.POST)
        try:
            record = set_lines(
                actor=actor,
                opportunity=record,
                lines=read_lines(rows, {one.pk: one for one in products}),
                version=read_id(request.POST, "version"),
                now=timezone.now(),
            )
        except Invalid as problem:
            errors = problem.errors
        else:
            return changed(request, actor, record, _("Product lines saved"))
    else:
        rows = [
            LineRow(
                product=str(one.product_id or ""),
                name=one.name,
                quantity=_plain(one.quantity),
                price=_plain(one.unit_price),
                discount=_plain(one.discount) if one.discount else "",
            )
            for one in lines_of(record)
        ]
    context = {
        "opportunity": record,
        "rows": [*rows, *[LineRow() for _more in range(3)]],
        "saved": lines_of(record),
        "products": products,
        "errors": errors,
        "wide": True,
        "title": _("Product lines"),
        "verb": _("Save"),
        "cancel_url": record_url(pk),
    }
    status = 422 if errors else 200
    return show_dialog(request, "opportunities/dialogs/lines.html", context, status=status)


def _plain(value: Any) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@login_required
@require_http_methods(["GET", "POST"])
def competitors(request: HttpRequest, pk: int) -> HttpResponse:
    """Who else is after this deal."""
    actor, record = editable(request, pk)
    if request.method == "POST":
        names = request.POST.get("names", "").replace("，", ",").replace("、", ",").split(",")
        set_competitors(actor=actor, opportunity=record, names=names, now=timezone.now())
        return changed(request, actor, record, _("Competitors saved"))
    context = {
        "opportunity": record,
        "names": ", ".join(competitors_of(record)),
        "known": list(_known_competitors(request)),
        "title": _("Competitors"),
        "verb": _("Save"),
        "cancel_url": record_url(pk),
    }
    return show_dialog(request, "opportunities/dialogs/competitors.html", context)


def _known_competitors(request: HttpRequest) -> Any:
    rows: Any = Competitor.objects.visible_to(actor_of(request))
    return rows.order_by("name").values_list("name", flat=True)[:200]
