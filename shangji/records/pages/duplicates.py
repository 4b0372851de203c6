"""The queue of suspected pairs, and what counts as a duplicate."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.foundation.access.checks import get_visible, require_right
from shangji.lib.errors import Invalid, NotFound
from shangji.records.description import RecordDescription, by_type, descriptions
from shangji.records.duplicates.actions import judge_pair, set_rule
from shangji.records.duplicates.models import RIGHT, DuplicatePair
from shangji.records.duplicates.previews import preview, rule_versions, shown_rule
from shangji.records.duplicates.queries import pairs
from shangji.records.duplicates.rules import LEAST, MOST, Rule
from shangji.records.history import last_operation
from shangji.records.listing.state import read_page
from shangji.records.pages.answers import actor_of, done, of_type


@of_type
@require_GET
def queue(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Suspected pairs of a type, the surest first; `state=apart` those that are not the same."""
    actor = actor_of(request)
    if description.duplicates is None:
        raise NotFound(_("Records of this type are not compared."))
    state = DuplicatePair.APART if request.GET.get("state") == "apart" else DuplicatePair.OPEN
    number = min(read_page(request.GET.get("page", "")), 200)
    found, more = pairs(actor, description, state=state, page=number)
    base = f"?state={state}&page="
    context: dict[str, Any] = {
        "description": description,
        "pairs": found,
        "state": state,
        "may_merge": description.merging is not None and actor.may("delete", description.type),
        "types": [one for one in descriptions() if one.duplicates and actor.may("read", one.type)],
        "previous_url": f"{base}{number - 1}" if number > 1 else "",
        "next_url": f"{base}{number + 1}" if more else "",
        "rules_url": reverse("records:duplicate_rules") if actor.can(RIGHT) else "",
        "list_url": reverse("records:list", kwargs={"slug": description.slug}),
    }
    return render(request, "records/duplicates.html", context)


@of_type
@require_POST
def judge(request: HttpRequest, description: RecordDescription, pk: int) -> HttpResponse:
    """`state`: apart, not the same; open, look at them again."""
    actor = actor_of(request)
    pair = get_visible(DuplicatePair, actor, pk)
    if pair.of_type != description.type:
        raise NotFound(_("Not here, or not yours to see."))
    state = request.POST.get("state", DuplicatePair.APART)
    judge_pair(actor=actor, pair=pair, state=state, now=timezone.now())
    apart = state == DuplicatePair.APART
    return done(
        request,
        _("Not the same: remembered") if apart else _("Back among the suspected"),
        reverse("records:duplicates", kwargs={"slug": description.slug}),
        undo=last_operation(pair),
    )


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """What counts for each type; a GET with `preview` says how many pairs it would find."""
    actor = actor_of(request)
    require_right(actor, RIGHT)
    known = [one for one in descriptions() if one.duplicates is not None]
    asked = by_type((request.POST or request.GET).get("type", "")) or known[0]
    if asked.duplicates is None:
        raise NotFound(_("Records of this type are not compared."))
    errors: dict[str, list[str]] = {}
    shown, found = shown_rule(asked), None
    if request.method == "POST":
        try:
            rule = _read(request.POST)
            set_rule(actor=actor, description=asked, rule=rule, now=timezone.now())
        except Invalid as refusal:
            errors = refusal.errors
        else:
            text = _("Rule saved; all records are being looked through")
            return done(request, text, f"{request.path}?type={asked.type}")
    elif "preview" in request.GET:
        try:
            rule = _read(request.GET)
            shown, found = shown_rule(asked, rule), preview(asked, rule)
        except Invalid as refusal:
            errors = refusal.errors
    context = {
        "settings_page": "duplicates",
        "description": asked,
        "types": known,
        "rule": shown,
        "found": found,
        "errors": errors,
        "least": LEAST,
        "most": MOST,
        "versions": rule_versions(asked),
    }
    return render(request, "records/duplicate_rules.html", context, status=400 if errors else 200)


def _read(given: Any) -> Rule:
    """A rule from a form: `on` several times, `likeness` in percent. Invalid for no number."""
    text = given.get("likeness", "").strip()
    if not text.isdecimal() or not LEAST <= int(text[:4]) <= MOST:
        words = _("Between %(least)s and %(most)s percent.")
        raise Invalid.field("likeness", words % {"least": LEAST, "most": MOST})
    return Rule(frozenset(given.getlist("on")), int(text))
