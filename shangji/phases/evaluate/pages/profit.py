"""The profit forecast of an opportunity: the table, what follows from it, the futures."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.pages.answers import editable
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.workspace.queries import current_workspace, today
from shangji.lib.dates import add_months
from shangji.lib.errors import Invalid
from shangji.lib.money import format_short
from shangji.phases.evaluate.actions.profit import (
    choose_main,
    delete_forecast,
    recalculate,
    save_forecast,
)
from shangji.phases.evaluate.forms.profit import (
    Grid,
    column_heads,
    grid_of,
    new_grid,
    read_grid,
    scenario_of,
)
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.profit import forecasts_of, is_stale, terms_of
from shangji.phases.evaluate.rules.cash_plan import (
    MONTHS,
    MOST_LINES,
    MOST_PERIODS,
    period_starts,
    plan_from_json,
    tabulate,
)
from shangji.phases.evaluate.rules.profit_charts import histogram, polyline, tornado
from shangji.phases.evaluate.rules.years import year_fault
from shangji.records.pages.answers import actor_of, done

#: faults that stand beside their field; the others are told above the table
BESIDE = ("name", "currency", "period", "starts_on", "discount_rate", "tax_rate")


@login_required
@require_http_methods(["GET", "POST"])
def profit(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows a scenario (`?scenario=`, `?new=1`); POST saves it, or widens the table."""
    context = section_context(request, pk, "profit")
    actor, deal = actor_of(request), context["opportunity"]
    rows = list(forecasts_of(actor, deal))
    chosen = _chosen(request, rows)
    grid, status = _grid(actor, deal, chosen, len(rows) + 1), 200
    if request.method == "POST":
        editable(request, pk)
        grid = read_grid(request.POST)
        saved = _act(request.POST, actor, deal, grid, chosen)
        if saved is not None:
            last = last_undoable(actor)
            text = _("%(name)s worked out") % {"name": saved.name}
            return done(request, text, _url(pk, saved.pk), undo=last.pk if last else None)
        status = 422 if grid.errors else 200
    context |= {
        "scenarios": rows,
        "forecast": chosen,
        "grid": grid,
        "heads": column_heads(grid, _starts(grid)),
        "errors": [
            text for key, texts in grid.errors.items() if key not in BESIDE for text in texts
        ],
        "most_lines": MOST_LINES,
        "most_periods": MOST_PERIODS,
    }
    if chosen is not None:
        context |= _results(chosen)
    return render(request, "evaluate/profit.html", context, status=status)


@login_required
@require_POST
def main(request: HttpRequest, pk: int) -> HttpResponse:
    """Count with this scenario."""
    actor = actor_of(request)
    row = get_visible(ProfitForecast, actor, pk)
    choose_main(actor=actor, forecast=row, now=timezone.now())
    return _changed(request, actor, row, _("The decision counts with %(name)s") % {"name": row})


@login_required
@require_POST
def anew(request: HttpRequest, pk: int) -> HttpResponse:
    """With the risks and rates of today."""
    actor = actor_of(request)
    row = get_visible(ProfitForecast, actor, pk)
    recalculate(actor=actor, forecast=row, now=timezone.now())
    return done(request, _("%(name)s worked out") % {"name": row}, _url(row.opportunity_id, row.pk))


@login_required
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Into the bin."""
    actor = actor_of(request)
    row = get_visible(ProfitForecast, actor, pk)
    delete_forecast(actor=actor, forecast=row, now=timezone.now())
    last = last_undoable(actor)
    to = reverse("evaluate:profit", kwargs={"pk": row.opportunity_id})
    return done(request, _("%(name)s deleted") % {"name": row}, to, undo=last.pk if last else None)


def _act(
    posted: QueryDict, actor: Actor, deal: Opportunity, grid: Grid, chosen: ProfitForecast | None
) -> ProfitForecast | None:
    """Save, or change the table that is shown; None when it is shown again."""
    verb = posted.get("do", "save")
    if verb == "line":
        grid.add_line()
    elif verb == "periods":
        wanted = posted.get("want_periods", "")
        grid.set_periods(int(wanted) if wanted.isdecimal() and len(wanted) < 5 else grid.periods)
    elif verb == "paste":
        grid.paste(posted.get("paste", "")[:200_000])
    else:
        scenario = scenario_of(grid)
        if scenario is None:
            return None
        target = None if verb == "copy" else chosen
        try:
            return save_forecast(
                actor=actor,
                opportunity=deal,
                scenario=scenario,
                forecast=target,
                version=grid.version if target is not None else None,
                now=timezone.now(),
            )
        except Invalid as problem:
            for key, texts in problem.errors.items():
                for text in texts:
                    grid.blame(key, text)
    return None


def _results(row: ProfitForecast) -> dict[str, Any]:
    """Figures, table and charts of a stored scenario."""
    plan, terms, found = plan_from_json(row.plan), terms_of(row), row.result
    table = tabulate(plan, terms, Decimal(found.get("expected_risks", "0")))
    starts = period_starts(terms, plan)
    columns = [
        {"n": n + 1, "day": starts[n], "net": table.net[n], "running": table.running[n]}
        | {"income": table.income[n], "cost": table.costs[n]}
        | {"risk": table.risks[n], "tax": table.taxes[n]}
        for n in range(plan.periods)
    ]
    futures = found.get("simulation")
    running = [(t, float(v)) for t, v in zip(table.times, table.running, strict=True)]
    line, zero = polyline(running)
    profile, profile_zero = polyline([(x, y) for x, y in found.get("profile", ())])
    return {
        "result": found,
        "columns": columns,
        "totals": {
            "income": sum(table.income),
            "cost": sum(table.costs),
            "risk": sum(table.risks),
            "tax": sum(table.taxes),
            "net": sum(table.net),
        },
        "line": line,
        "line_zero": zero,
        "profile": profile,
        "profile_zero": profile_zero,
        "futures": futures,
        "histogram": histogram(futures, _shower(row.currency)) if futures else None,
        "tornado": tornado(futures["swings"]) if futures else None,
        "stale": is_stale(row, timezone.now()),
        "stored_risks": Decimal(found.get("expected_risks", "0")),
    }


def _shower(currency: str) -> Callable[[float], str]:
    """Amounts in the short form of the reader's language."""
    locale = get_language() or "en"
    return lambda value: format_short(Decimal(round(value)), currency, locale)


def _chosen(request: HttpRequest, rows: list[ProfitForecast]) -> ProfitForecast | None:
    """The scenario asked for, else the main one; none for a new one."""
    if request.GET.get("new") or not rows:
        return None
    asked = request.GET.get("scenario", "")
    return next((one for one in rows if str(one.pk) == asked), rows[0])


def _grid(actor: Actor, deal: Opportunity, chosen: ProfitForecast | None, number: int) -> Grid:
    if chosen is not None:
        return grid_of(chosen)
    first = add_months(today(now=timezone.now()).replace(day=1), 1)
    currency = deal.currency or current_workspace().currency
    amount = None if "amount" in actor.hidden_fields("opportunity") else deal.amount
    return new_grid(currency, first, amount, number=number)


def _starts(grid: Grid) -> list[date]:
    """Days over the columns: from the inputs as far as they can be read."""
    if grid.period not in MONTHS:
        return []
    try:
        first = date.fromisoformat(grid.starts_on)
    except ValueError:
        return []
    if year_fault([first]):
        return []
    return [add_months(first, MONTHS[grid.period] * n) for n in range(grid.periods)]


def _url(pk: int, scenario: int) -> str:
    return f"{reverse('evaluate:profit', kwargs={'pk': pk})}?scenario={scenario}"


def _changed(request: HttpRequest, actor: Actor, row: ProfitForecast, text: str) -> HttpResponse:
    last = last_undoable(actor)
    return done(request, text, _url(row.opportunity_id, row.pk), undo=last.pk if last else None)
