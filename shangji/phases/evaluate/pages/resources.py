"""Who can deliver an opportunity; the load of people; the plan booked and released."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require_type
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.bookings import book_plan, release_bookings
from shangji.phases.evaluate.choices.capacity import LEVEL_LABELS
from shangji.phases.evaluate.forms.ids import id_in
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.capacity import (
    WEEKS_SHOWN,
    people_load,
    skills_to_choose,
    totals_by_week,
    years_without_holidays,
)
from shangji.phases.evaluate.queries.demand import (
    DemandLine,
    Plan,
    deals_with_demands,
    plan_for,
    sharing_with,
    what_if,
)
from shangji.phases.evaluate.queries.gap_words import REMEDIES, remedy_words, why_words
from shangji.phases.evaluate.rules.gaps import HIRE_WEEKS, PARTNER_WEEKS
from shangji.phases.evaluate.rules.weeks import week_number
from shangji.records.history import last_operation
from shangji.records.pages.answers import actor_of, done

#: opportunities that a what-if may take in beside this one
_MOST = 5


@login_required
@require_safe
def resources(request: HttpRequest, pk: int) -> HttpResponse:
    """What delivery takes, who could do it, what is missing; `?with=` other deals: what if."""
    actor = actor_of(request)
    context = section_context(request, pk, "resources")
    require_type(actor, "read", "demand")
    opportunity, now = context["opportunity"], timezone.now()
    plan = plan_for(actor, [opportunity], now)
    others = sharing_with(actor, opportunity)
    asked = {text for text in request.GET.getlist("with") if text.isdecimal()}
    beside = [one for one in others if str(one.pk) in asked][:_MOST]
    lines = plan.of(opportunity.pk)
    context |= {
        "lines": [_shown(one, actor, plan.this_week) for one in lines],
        "pairs": plan.pairs(opportunity.pk),
        "proved": plan.proved,
        "asked": len(lines),
        "covered": plan.covered(opportunity.pk),
        "hours": plan.hours(opportunity.pk),
        "booked": sum(1 for one in lines if one.booking),
        "others": [(one, one in beside) for one in others],
        "what_if": what_if(actor, [opportunity, *beside], now) if beside else None,
        **_shows(actor),
        "hire_weeks": HIRE_WEEKS,
        "partner_weeks": PARTNER_WEEKS,
        "here": request.path,
        "new_url": f"{reverse('records:new', args=['demands'])}?opportunity={pk}"
        f"&next={request.path}",
    }
    return render(request, "evaluate/resources.html", context)


def _shows(actor: Actor) -> dict[str, bool]:
    """What of other opportunities the role lets this person read."""
    hidden = actor.hidden_fields("opportunity")
    return {f"shows_{key}": key not in hidden for key in ("amount", "account")}


def _shown(line: DemandLine, actor: Actor, this_week: int) -> dict[str, Any]:
    lead = week_number(line.demand.starts_on) - this_week
    return {
        "line": line,
        "level": LEVEL_LABELS[line.demand.level],
        "why": why_words(line),
        "remedy": remedy_words(line, actor, lead),
        "verdict": REMEDIES[line.gap.remedy]() if line.gap else "",
    }


@login_required
@require_POST
def plan_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Reserve the hours of the plan that was looked at."""
    actor = actor_of(request)
    opportunity = get_visible(Opportunity, actor, pk)
    booked = book_plan(
        actor=actor,
        opportunity=opportunity,
        plan=_pairs(request.POST.getlist("pair")),
        now=timezone.now(),
    )
    text = ngettext("%(n)s piece of work booked", "%(n)s pieces of work booked", len(booked))
    to = reverse("evaluate:resources", kwargs={"pk": pk})
    return done(request, text % {"n": len(booked)}, to, undo=last_operation(booked[0]))


def _pairs(texts: list[str]) -> list[tuple[int, int]]:
    pairs = []
    for text in texts[:500]:
        before, _colon, after = text.partition(":")
        demand, person = id_in(before), id_in(after)
        if demand is None or person is None:
            raise Invalid.whole(_("The plan has changed meanwhile. Look at it anew."))
        pairs.append((demand, person))
    if not pairs:
        raise Invalid.whole(_("There is nothing to book in this plan."))
    return pairs


@login_required
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let hours go: of one demand (`demand`), or of the whole opportunity."""
    actor = actor_of(request)
    opportunity = get_visible(Opportunity, actor, pk)
    released = release_bookings(
        actor=actor,
        opportunity=opportunity,
        demand_id=id_in(request.POST.get("demand", "")),
        now=timezone.now(),
    )
    count = len(released)
    said = ngettext("%(n)s booking released", "%(n)s bookings released", count) % {"n": count}
    to = reverse("evaluate:resources", kwargs={"pk": pk})
    return done(request, said, to, undo=last_operation(released[0]) if released else None)


@login_required
@require_safe
def capacity(request: HttpRequest) -> HttpResponse:
    """People × weeks: how full everybody is."""
    actor = actor_of(request)
    require_type(actor, "read", "specialist")
    skill = id_in(request.GET.get("skill", ""))
    rows = people_load(actor, timezone.now(), skill=skill)
    context = {
        "phase": "evaluate",
        "phase_page": "capacity",
        "rows": rows,
        "weeks": rows[0].cells if rows else [],
        "totals": totals_by_week(rows),
        "unknown_years": years_without_holidays(
            [one.week for one in rows[0].cells] if rows else []
        ),
        "skills": skills_to_choose(actor),
        "skill": skill,
        "shown": WEEKS_SHOWN,
        "may_make": actor.may("create", "specialist"),
    }
    return render(request, "evaluate/capacity.html", context)


@login_required
@require_safe
def capacity_plan(request: HttpRequest) -> HttpResponse:
    """Every open deal's demands matched together: who gets whom, and what is missing."""
    actor = actor_of(request)
    require_type(actor, "read", "demand")
    deals = deals_with_demands(actor)
    plan: Plan = plan_for(actor, deals, timezone.now())
    groups = [
        (
            one,
            [_shown(line, actor, plan.this_week) for line in plan.of(one.pk)],
            plan.covered(one.pk),
        )
        for one in deals
    ]
    context = {
        "phase": "evaluate",
        "phase_page": "capacity",
        **_shows(actor),
        "groups": groups,
        "proved": plan.proved,
        "asked": sum(len(lines) for _deal, lines, _covered in groups),
        "covered": sum(covered for _deal, _lines, covered in groups),
    }
    return render(request, "evaluate/capacity_plan.html", context)
