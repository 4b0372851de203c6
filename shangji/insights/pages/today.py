"""Home: what to do, why, and one click to do it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangji.core.opportunities.actions.snooze import snooze, wake
from shangji.core.opportunities.queries.flow import DAYS, PhaseFlow, phase_flow
from shangji.core.opportunities.queries.totals import RollUp, Sums, phase_sums
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace, today, working_calendar
from shangji.insights.queries.attention import Forecast, knows_amounts, quarter_forecast, warnings
from shangji.insights.queries.changes import LIMIT, changes_since
from shangji.insights.queries.queue import Item, work_queue
from shangji.insights.rules import quarter_label, spark_points
from shangji.lib.dates import format_day, month_range
from shangji.lib.phases import PHASES
from shangji.lib.values import dataclass
from shangji.records.pages.answers import actor_of, safe_next, say, toasted

#: rows shown per group before "show more"
SHOWN = {"deadline": 12, "today": 10, "later": 6}
#: seconds the flow strip's history may be old
FLOW_SECONDS = 60


@dataclass(frozen=True)
class Step:
    """One phase of the flow strip."""

    key: str
    label: Any
    unit: Any
    url: str
    count: int
    sums: list[tuple[str, Decimal]]
    flow: PhaseFlow
    points: str
    end: tuple[float, float]


def flow_strip(actor: Actor, now: datetime) -> list[Step]:
    """The five phases with what lies in them and how it moves."""
    sums = phase_sums(RollUp(actor).by_stage())
    key = f"flow:{actor.user_id}:{actor.role.key}"
    flow = cache.get(key)
    if flow is None:
        flow = phase_flow(actor, now)
        cache.set(key, flow, FLOW_SECONDS)
    main, knows = current_workspace().currency, knows_amounts(actor)
    steps = []
    for phase in PHASES:
        here = sums.get(phase.key, Sums())
        points, end = spark_points(flow[phase.key].arrivals)
        order = sorted(here.amount.items(), key=lambda pair: (pair[0] != main, -pair[1]))
        steps.append(
            Step(
                key=phase.key,
                label=phase.label,
                unit=phase.unit,
                url=reverse("opportunities:phase", kwargs={"phase": phase.key}),
                count=here.count,
                sums=order[:2] if knows else [],
                flow=flow[phase.key],
                points=points,
                end=end,
            )
        )
    return steps


def grouped(items: list[Item], everything: bool) -> list[dict[str, Any]]:
    """The queue in its three groups, cut to what a page shows."""
    names = {
        "deadline": _("With a deadline"),
        "today": _("Today"),
        "later": _("Can wait"),
    }
    groups = []
    for key, name in names.items():
        rows = [one for one in items if one.group == key]
        if rows:
            shown = rows if everything else rows[: SHOWN[key]]
            groups.append({"key": key, "name": name, "count": len(rows), "rows": shown})
    return groups


def greeting(now: datetime) -> str:
    hour = timezone.localtime(now).hour
    if hour < 12:
        return _("Good morning")
    return _("Good afternoon") if hour < 18 else _("Good evening")


def _bar(forecast: Forecast | None, gone: float) -> dict[str, float] | None:
    """Widths of the stacked bar, of 300."""
    if forecast is None or not forecast.top:
        return None
    a = float(forecast.closed / forecast.top) * 300
    b = float(forecast.commit / forecast.top) * 300
    c = float(forecast.best / forecast.top) * 300
    return {"a": a, "b": b, "b_x": a, "c": c, "c_x": a + b, "now": gone * 300}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    now = timezone.now()
    day = today(now=now)
    items = work_queue(actor, now)
    forecasts, first, last = quarter_forecast(actor, now)
    faults, open_count = warnings(actor, now)
    changes = changes_since(actor, now)
    due = sum(1 for one in items if one.group != "later")
    request.today_count = due  # type: ignore[attr-defined]  # the frame shows it too
    gone = (day - first).days / ((last - first).days + 1)
    flow = flow_strip(actor, now)
    context = {
        "now": now,
        "greeting": greeting(now),
        "items": items,
        "due": due,
        "deadlines": sum(1 for one in items if one.group == "deadline"),
        "days_left": working_calendar().working_days_between(day, month_range(day).end),
        "groups": grouped(items, "all" in request.GET),
        "hidden": 0
        if "all" in request.GET
        else sum(
            max(0, sum(1 for one in items if one.group == key) - limit)
            for key, limit in SHOWN.items()
        ),
        "flow": flow,
        "is_new": not items and not any(step.count for step in flow),
        "flow_days": DAYS,
        "quarter": quarter_label(day),
        "knows_amounts": knows_amounts(actor),
        "forecast": forecasts[0] if forecasts else None,
        "other_forecasts": [one for one in forecasts[1:4] if one.call],
        "gone": gone,
        "bar": _bar(forecasts[0] if forecasts else None, gone),
        "faults": [one for one in faults if one.count],
        "open_count": open_count,
        "moves": changes.moves,
        "moves_cut": LIMIT if changes.is_cut else None,
        "net": list(changes.net.items())[:2],
        "may_work": actor.may("edit", "opportunity"),
        "may_invite": actor.can("settings.people"),
        "remedy_day": working_calendar().add_working_days(day, 3),
    }
    return render(request, "insights/today.html", context)


@require_POST
def put_off(request: HttpRequest) -> HttpResponse:
    """Snooze one row until the next working day, or the day given."""
    now = timezone.now()
    until = working_calendar().add_working_days(today(now=now), 1)
    days = request.POST.get("days", "")
    if days.isdecimal() and len(days) < 3:
        until = today(now=now) + timedelta(days=int(days))
    actor = actor_of(request)
    row = snooze(actor=actor, subject=request.POST.get("subject", ""), until=until, now=now)
    text = _("Back in the queue: %(day)s") % {
        "day": format_day(until, today(now=now), get_language() or "en")
    }
    if request.headers.get("HX-Request"):
        back = f"{reverse('insights:back')}?{urlencode({'subject': row.subject})}"
        return toasted(HttpResponse(""), text, undo_at=back)
    say(request, text)
    return redirect(safe_next(request, reverse("insights:today")))


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Undo of `put_off`: the row named in the address stands in the queue again."""
    wake(actor=actor_of(request), subject=request.GET.get("subject", ""), now=timezone.now())
    return redirect("insights:today")
