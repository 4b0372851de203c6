"""Results: one question at a time, over everything the reader may see."""

from datetime import date
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from shangji.foundation.workspace.queries import current_workspace, today
from shangji.insights.queries.attention import knows_amounts
from shangji.insights.queries.results import DIMENSIONS, results
from shangji.insights.rules import by_weight
from shangji.lib.dates import add_months, quarter_range, year_range
from shangji.records.pages.answers import actor_of

PERIODS = {
    "all": _("All time"),
    "quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "year": _("This year"),
    "last_year": _("Last year"),
}


def period_days(period: str, on: date) -> tuple[date | None, date | None]:
    """First and last day of a named period; all time has neither."""
    if period == "all":
        return None, None
    if period.endswith("quarter"):
        days = quarter_range(on if period == "quarter" else add_months(on, -3))
    else:
        days = year_range(on if period == "year" else add_months(on, -12))
    return days.start, days.last


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    by = request.GET.get("by", "owner")
    period = request.GET.get("period", "all")
    period = period if period in PERIODS else "all"
    first, last = period_days(period, today())
    actor = actor_of(request)
    lines, total = results(actor, by=by, first=first, last=last)
    currency = current_workspace().currency
    currencies = list(by_weight(total.value, currency)) if knows_amounts(actor) else []
    main = currencies[0] if currencies else currency
    top = max((line.value.get(main, Decimal(0)) for line in lines), default=Decimal(0))
    context = {
        "lines": [
            (line, [(code, line.value.get(code)) for code in currencies[:4]]) for line in lines
        ],
        "total": total,
        "total_values": [(code, total.value.get(code)) for code in currencies[:4]],
        "currencies": currencies[:4],
        "main": main,
        "top": top,
        "by": DIMENSIONS[by],
        "dimensions": list(DIMENSIONS.values()),
        "period": period,
        "periods": PERIODS.items(),
        "first": first,
        "last": last,
    }
    return render(request, "insights/results.html", context)
