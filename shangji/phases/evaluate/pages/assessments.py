"""Assess one opportunity, and the score sheet on its page."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.queries import last_undoable
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.assessments import record_assessment
from shangji.phases.evaluate.forms.assessments import read_answers
from shangji.phases.evaluate.forms.ids import id_in
from shangji.phases.evaluate.pages.comparison_words import answer
from shangji.phases.evaluate.pages.scoring_words import auto_words, source_words
from shangji.phases.evaluate.pages.sections import section_context
from shangji.phases.evaluate.queries.assessments import Rated, rated, sheet_of
from shangji.phases.evaluate.queries.comparison import require_scores
from shangji.phases.evaluate.queries.scorecards import Published, card_in_use, published
from shangji.phases.evaluate.rules.scorecards import Criterion, plain
from shangji.phases.evaluate.rules.scoring import Spread, rounded
from shangji.records.pages.answers import actor_of, done

SCALE = range(11)
#: raters this far apart are asked to talk
APART = 2


@login_required
@require_http_methods(["GET", "POST"])
def scorecard(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own answers on a card, beside what they and everybody's make."""
    actor = actor_of(request)
    require_scores(actor)
    context = section_context(request, pk, "scorecard")
    opportunity = context["opportunity"]
    if not [one for one in published() if one.card]:
        return render(request, "evaluate/scorecard.html", {**context, "no_card": True})
    version = card_in_use(id_in(request.GET.get("card", "")))
    faults: Mapping[str, list[str]] = {}
    if request.method == "POST":
        assert version.card is not None
        try:
            record_assessment(
                actor=actor,
                opportunity=opportunity,
                version=version,
                answers=read_answers(request.POST, version.card),
                note=request.POST.get("note", ""),
                now=timezone.now(),
            )
        except Invalid as problem:
            faults = problem.errors
        else:
            last = last_undoable(actor)
            to = f"{reverse('evaluate:scorecard', kwargs={'pk': pk})}?card={version.scorecard_id}"
            return done(request, _("Assessment saved"), to, undo=last.pk if last else None)
    found = rated(actor, opportunity, version, timezone.now())
    context |= _context(actor, version, found, faults, request)
    return render(request, "evaluate/scorecard.html", context, status=400 if faults else 200)


def _context(
    actor: Actor,
    version: Published,
    found: Rated,
    faults: Mapping[str, list[str]],
    request: HttpRequest,
) -> dict[str, Any]:
    assert version.card is not None
    posted = request.POST if request.method == "POST" else None
    return {
        "version": version,
        "found": found,
        "points": None if found.score.points is None else found.score.points,
        "cards": [
            {
                "name": one.name.text,
                "number": one.number,
                "url": f"?card={one.scorecard_id}",
                "current": one.scorecard_id == version.scorecard_id,
            }
            for one in published()
            if one.card
        ],
        "criteria": [_row(one, found, faults, posted) for one in version.card.criteria],
        "scale": SCALE,
        "fault": " ".join(faults.get("", [])),
        "weights": json.dumps({key: float(w) for key, w in version.card.weights.items()}),
        "fixed": json.dumps(
            {
                one.key: float(found.scored.values[one.key])
                for one in version.card.computed
                if one.key in found.scored.values
            }
        ),
        "is_mine": bool(found.mine),
        "note": posted.get("note", "") if posted else found.note,
        "me": actor.user_id,
        "share": found.score.share,
        "tie_note": found.version.card.least_share if found.version.card else 0,
    }


def _row(
    one: Criterion, found: Rated, faults: Mapping[str, list[str]], posted: Any
) -> dict[str, Any]:
    mine = found.mine.get(one.key, {})
    value = found.scored.values.get(one.key)
    spread: Spread | None = found.spreads.get(one.key)
    auto = one.auto
    return {
        "one": one,
        "weight": plain(one.weight),
        "percent": float(one.weight) * 100,
        "value": posted.get(f"v-{one.key}", "") if posted else mine.get("value", ""),
        "text": posted.get(f"t-{one.key}", "") if posted else mine.get("text", ""),
        "link": posted.get(f"l-{one.key}", "") if posted else mine.get("link", ""),
        "faults": faults.get(one.key, []),
        "anchors": [(step, words) for step, words in sorted(one.anchors.items()) if words],
        "mean": answer(value) if value is not None else "",
        "source": source_words(one, found.scored.sources[one.key]) if value is not None else "",
        "how": auto_words(auto) if auto else "",
        "spread": spread,
        "apart": spread is not None and spread.width >= APART,
        "said": [
            e for e in found.evidence.get(one.key, []) if e.text or e.link or e.value is not None
        ],
    }


# ------------------------------------------------------------------------ on the opportunity page


def may_see_score(actor: Actor, record: Any) -> bool:
    return "score" not in actor.hidden_fields("opportunity")


def score_panel(
    actor: Actor, record: Opportunity, now: datetime, query: Mapping[str, str]
) -> dict[str, Any]:
    """The sheet beside an opportunity: grade, points, change, bars, reasons and their links."""
    sheet = sheet_of(record, now)
    url = reverse("evaluate:scorecard", kwargs={"pk": record.pk})
    if sheet is None:
        return {"sheet": None, "url": url}
    return {
        "sheet": sheet,
        "url": url,
        "points": f"{sheet.standing.score:.0f}",
        "partly": sheet.standing.scored_share is not None and sheet.standing.scored_share < 100,
        "reasons": [
            {
                "points": rounded(reason.points, Decimal(1)),
                "text": _reason(criterion, reason.value, source),
                "url": f"{url}#c-{criterion.key}",
            }
            for criterion, reason, source in sheet.reasons
        ],
    }


def _reason(criterion: Criterion, value: Any, source: Any) -> str:
    if criterion.auto is not None:
        return source_words(criterion, source)
    steps = [step for step, words in criterion.anchors.items() if words]
    if not steps:
        return f"{criterion.name.text} {answer(value)}"
    nearest = min(steps, key=lambda step: (abs(step - value), step))
    return _("%(criterion)s: %(what)s") % {
        "criterion": criterion.name.text,
        "what": criterion.anchors[nearest].text,
    }


def head_panel(
    actor: Actor, record: Opportunity, now: datetime, query: Mapping[str, str]
) -> dict[str, Any]:
    """The grade mark beside the title; it costs nothing beside the sheet."""
    sheet = sheet_of(record, now)
    return {"grade": sheet.standing.grade if sheet else ""}
