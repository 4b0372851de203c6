"""The report: do high scores win more?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from shangji.foundation.access.checks import require_type
from shangji.lib.charts import Scale
from shangji.phases.evaluate.queries.lift import BEFORE, lift_report
from shangji.phases.evaluate.rules.lift import LEAST_DECIDED, LEAST_IN_BAND, Band, falls_with_rank
from shangji.records.pages.answers import actor_of

LEFT, RIGHT, ROW = 84.0, 460.0, 26.0


@require_safe
def lift(request: HttpRequest) -> HttpResponse:
    """By grade and by predicted tenth, from values as they stood `?before=` days earlier."""
    actor = actor_of(request)
    require_type(actor, "read", "opportunity")
    asked = request.GET.get("before", "")
    before = int(asked) if asked in {str(one) for one in BEFORE} else 30
    report = lift_report(actor, days_before=before, now=timezone.now())
    context = {
        "phase": "evaluate",
        "phase_page": "lift",
        "report": report,
        "least": LEAST_DECIDED,
        "least_band": LEAST_IN_BAND,
        "parts": [
            _part(_("By grade"), _("Grade"), report.by_grade, report.scored),
            _part(_("By predicted win rate"), _("Predicted"), report.by_chance, report.predicted),
        ],
        "befores": [
            {
                "label": ngettext("%(n)s day before", "%(n)s days before", one) % {"n": one}
                if one
                else _("On the day"),
                "url": f"{reverse('evaluate:lift')}?before={one}",
                "current": one == before,
            }
            for one in BEFORE
        ],
    }
    return render(request, "evaluate/lift.html", context)


def _part(title: str, column: str, found: list[Band], n: int) -> dict[str, Any]:
    """One chart with its table; bars begin at 0, whiskers are the 95 % interval."""
    shown = [one for one in found if one.n]
    highest = max((one.share.high for one in shown if one.share), default=1.0)
    across = Scale(0, min(1.0, max(0.1, highest)), LEFT, RIGHT)
    rows = []
    for place, one in enumerate(shown):
        y = place * ROW + 8
        row: dict[str, Any] = {"band": one, "y": y, "middle": y + 8, "text_y": y + 12}
        if one.share is not None:
            row |= {
                "width": round(across(one.share.share) - LEFT, 1),
                "low": across(one.share.low),
                "high": across(one.share.high),
                "text_x": across(one.share.high) + 8,
            }
        rows.append(row)
    return {
        "title": title,
        "column": column,
        "rows": rows,
        "n": n,
        "height": len(rows) * ROW + 10,
        "left": LEFT,
        "label_x": LEFT - 10,
        "verdict": falls_with_rank(found),
    }
