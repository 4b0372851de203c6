"""Candidates by score, ties as ties, with the band of what is not known."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.phases.evaluate.queries.comparison import require_scores
from shangji.phases.evaluate.queries.ranking import MOST, Ranked, ranked
from shangji.phases.evaluate.queries.scorecards import default_card
from shangji.phases.evaluate.rules.scorecards import plain
from shangji.phases.evaluate.rules.scoring import rounded
from shangji.records.conditions import chips, read_nodes
from shangji.records.description import describe
from shangji.records.pages.answers import actor_of

PAGE = 200
_TENTH = Decimal("0.1")


@login_required
@require_GET
def ranking(request: HttpRequest) -> HttpResponse:
    """Open ones in identify and evaluate, or those of `?f=`; 200 a page."""
    actor = actor_of(request)
    require_scores(actor)
    conditions = read_nodes([text for text in request.GET.getlist("f") if text])
    found, count = ranked(actor, timezone.now(), conditions)
    page = _page(request.GET.get("page", ""), len(found))
    here = found[(page - 1) * PAGE : page * PAGE]
    version = default_card()
    scored = sum(1 for one in found if one.rank)
    params = [("f", one.text) for one in conditions]
    context = {
        "phase": "evaluate",
        "phase_page": "ranking",
        "version": version,
        "rows": [_row(one) for one in here],
        "count": count,
        "scored": scored,
        "unscored": len(found) - scored,
        "beyond": count - len(found) if count > MOST else 0,
        "may_see_amount": "amount" not in actor.hidden_fields("opportunity"),
        "chips": chips(describe("opportunity"), actor, conditions),
        "clear_url": reverse("evaluate:ranking"),
        "list_url": _list_url(conditions),
        "previous_url": _page_url(params, page - 1) if page > 1 else "",
        "next_url": _page_url(params, page + 1) if page * PAGE < len(found) else "",
        "pager_text": _("%(first)s to %(last)s of %(n)s")
        % {"first": (page - 1) * PAGE + 1, "last": (page - 1) * PAGE + len(here), "n": len(found)},
    }
    return render(request, "evaluate/ranking.html", context)


def _page(text: str, rows: int) -> int:
    last = max(1, -(-rows // PAGE))
    return min(int(text), last) if text.isdecimal() and 0 < len(text) < 5 and int(text) else 1


def _page_url(params: list[tuple[str, str]], page: int) -> str:
    return f"?{urlencode([*params, ('page', page)])}"


def _list_url(conditions: Any) -> str:
    given = [one.text for one in conditions] or ["status.is.open", "phase.in.identify,evaluate"]
    url = reverse("records:list", kwargs={"slug": "opportunities"})
    return f"{url}?{urlencode([*(('f', text) for text in given), ('sort', '-score')])}"


def _row(one: Ranked) -> dict[str, Any]:
    row = one.row
    low, high = row["standing__score_low"], row["standing__score_high"]
    score = row["standing__score"]
    share = row["standing__scored_share"]
    return {
        "pk": one.pk,
        "rank": one.rank,
        "tied": one.tied,
        "name": row["name"],
        "account": row["account__name"] or "",
        "owner": row["owner__name"] or "",
        "phase": row["phase"],
        "stage": stage_by_id(row["stage_id"]).name,
        "amount": row["amount"],
        "currency": row["currency"],
        "score": None if score is None else f"{rounded(score, _TENTH)}",
        "exact": None if score is None else plain(score),
        "points": None if score is None else float(score),
        "low": None if low is None else float(low),
        "wide": None if low is None or high is None else float(high - low),
        "band": "" if share is None or share == 100 else f"{low:.0f}–{high:.0f}",
        "share": share,
        "grade": row["standing__grade"] or "",
    }
