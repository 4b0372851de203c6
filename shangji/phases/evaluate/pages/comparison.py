"""Opportunities side by side: the matrix, what would change the order, PDF and XLSX of it."""

import json
from fractions import Fraction
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import Forbidden, NotFound
from shangji.phases.evaluate.forms.comparison import Asked, read_asked
from shangji.phases.evaluate.pages import comparison_charts as charts
from shangji.phases.evaluate.pages import comparison_files as files
from shangji.phases.evaluate.pages.comparison_words import (
    answer,
    heading,
    listed,
    places_of,
    rank_words,
    sentences,
    short,
    turn_words,
    two,
)
from shangji.phases.evaluate.pages.scoring_words import source_words
from shangji.phases.evaluate.queries.comparison import (
    MOST,
    Candidate,
    Comparison,
    Evidence,
    compare,
    require_scores,
)
from shangji.phases.evaluate.queries.ranking import to_compare
from shangji.phases.evaluate.queries.scorecards import published
from shangji.records.chosen import chosen_rows
from shangji.records.description import describe
from shangji.records.pages.answers import actor_of, done
from shangji.records.pages.bulk import read_choice

#: evidence shown before "all of it"
SHOWN = 4


@login_required
@require_GET
def compare_page(request: HttpRequest) -> HttpResponse:
    """The matrix of the chosen ones; with HX-Request only what follows a moved weight."""
    actor = actor_of(request)
    asked = read_asked(request.GET)
    require_scores(actor)
    if not [one for one in published() if one.card]:
        return render(request, "evaluate/compare_empty.html", {**_base(), "no_card": True})
    found = _compare(actor, asked)
    if not found.candidates:
        context = {**_base(), "offered": to_compare(actor, ()), "asked": asked}
        return render(request, "evaluate/compare_empty.html", context)
    context = {**_base(), **comparison_context(found, asked)}
    context["offered"] = to_compare(actor, asked.ids) if len(asked.ids) < MOST else []
    if request.headers.get("HX-Request"):
        return render(request, "evaluate/_compare_live.html", {**context, "oob": True})
    return render(request, "evaluate/compare.html", context)


@login_required
@require_POST
def compare_chosen(request: HttpRequest) -> HttpResponse:
    """The bulk bar's verb: the first six of what is selected, side by side."""
    actor = actor_of(request)
    require_scores(actor)
    ids, conditions = read_choice(request)
    rows = chosen_rows(actor, describe("opportunity"), ids=ids, conditions=conditions)
    found = list(rows.order_by("-standing__score", "pk").values_list("pk", flat=True)[: MOST + 1])
    if not found:
        back = reverse("records:list", args=["opportunities"])
        return done(request, _("Nothing is selected"), back, tone="bad")
    if len(found) > MOST:
        text = _("At most %(n)s fit side by side: these have the highest scores.") % {"n": MOST}
        return done(request, text, _url(found[:MOST]))
    return redirect(_url(found))


@login_required
@require_GET
def compare_pdf(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    found = _to_export(actor, read_asked(request.GET))
    return files.pdf_answer(found, by=actor, now=timezone.now())


@login_required
@require_GET
def compare_xlsx(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    return files.xlsx_answer(_to_export(actor, read_asked(request.GET)))


def _to_export(actor: Actor, asked: Asked) -> Comparison:
    """The comparison, when every one of it may be exported."""
    require_type(actor, "export", "opportunity")
    found = _compare(actor, asked)
    if not found.candidates:
        raise NotFound(_("Not here, or not yours to see."))
    ids = [one.pk for one in found.candidates]
    rows = model_queryset(Opportunity).permitted(actor, "export").filter(pk__in=ids)
    allowed = set(rows.values_list("pk", flat=True))
    closed = [one.name for one in found.candidates if one.pk not in allowed]
    if closed:
        raise Forbidden(_("You may not export %(names)s.") % {"names": ", ".join(closed)})
    return found


def _compare(actor: Actor, asked: Asked) -> Comparison:
    return compare(
        actor=actor,
        ids=asked.ids,
        scorecard_id=asked.card,
        weights=asked.weights,
        now=timezone.now(),
    )


def _url(ids: list[int]) -> str:
    return f"{reverse('evaluate:compare')}?ids={','.join(map(str, ids))}"


def _base() -> dict[str, Any]:
    return {"phase": "evaluate", "phase_page": "compare"}


# --------------------------------------------------------------------------------------- shown


def comparison_context(found: Comparison, asked: Asked) -> dict[str, Any]:
    """Everything the templates say, worked out; they only place it."""
    digits = places_of(one.place.total for one in found.candidates)
    base = reverse("evaluate:compare")
    best = found.best
    rows = _evidence_rows(found)
    return {
        "comparison": found,
        "asked": asked,
        "rows": [_row(found, one.key) for one in found.card.criteria],
        "columns": [_column(found, one, asked, digits) for one in found.candidates],
        "most": charts.slider_most(found),
        "weight_sum": two(sum(found.weights.values(), Fraction(0))),
        "raters": listed(found.raters),
        "heading": heading(found),
        "best": best if len(found.candidates) > 1 else None,
        "choose_url": _decision_url(best.pk) if best else "",
        "sentences": sentences(found),
        "radar": charts.radar(found),
        "bars": charts.bars(found),
        "weight_chart": charts.weight_chart(found),
        "evidence": rows[:SHOWN],
        "more_evidence": rows[SHOWN:],
        "answered": sum(len(one.entry.values) for one in found.candidates),
        "grounded": sum(1 for row in rows if row["has"]),
        "of": len(found.card.criteria) * len(found.candidates),
        "cards": [
            {
                "name": one.name.text,
                "number": one.number,
                "url": f"{base}?{asked.url_params(card=one.scorecard_id, weights={})}",
                "current": one.scorecard_id == found.version.scorecard_id,
            }
            for one in published()
            if one.card
        ],
        "reset_url": f"{base}?{asked.url_params(weights={})}",
        "radar_url": f"{base}?{asked.url_params(chart='')}",
        "bars_url": f"{base}?{asked.url_params(chart='bars')}",
        "params": asked.url_params(),
    }


def _row(found: Comparison, key: str) -> dict[str, Any]:
    criterion = found.card.criterion(key)
    assert criterion is not None
    values = [one.entry.values.get(key) for one in found.candidates]
    known = [value for value in values if value is not None]
    words, tone = turn_words(found, key)
    weight = found.weights[key]
    return {
        "criterion": criterion,
        "weight": two(weight),
        "exact": f"{float(weight):.6f}",
        "own": f"{float(criterion.weight):.6f}",
        "place": round(min(1.0, float(weight) / charts.slider_most(found)) * 100, 1),
        "marks": charts.slider_marks(found, key),
        "turn": words,
        "tone": tone,
        "cells": [
            {
                "letter": one.letter,
                "text": answer(value),
                "value": float(value) if value is not None else 0,
                "missing": value is None,
                "best": value is not None and len(known) > 1 and value == max(known) > min(known),
            }
            for one, value in zip(found.candidates, values, strict=True)
        ],
    }


def _column(found: Comparison, one: Candidate, asked: Asked, digits: int) -> dict[str, Any]:
    rank, note = rank_words(one, found.ties)
    base = reverse("evaluate:compare")
    parts = [
        short(found.weights[c.key] * Fraction(one.entry.values[c.key]))
        if c.key in one.entry.values
        else "–"
        for c in found.card.criteria
    ]
    kept = [pk for pk in asked.ids if pk != one.pk]
    return {
        "one": one,
        "series": ord(one.letter) - ord("A") + 1,
        "total": "–" if one.place.total is None else short(one.place.total, digits),
        "rank": rank,
        "note": note,
        "parts": " + ".join(parts),
        "share": "" if one.score.share == 1 else f"{one.score.share:.2f}",
        "json": json.dumps({key: float(value) for key, value in one.entry.values.items()}),
        "drop_url": f"{base}?{asked.url_params(ids=kept)}",
        "assess_url": reverse("evaluate:scorecard", kwargs={"pk": one.pk})
        + f"?card={found.version.scorecard_id}",
    }


def _evidence_rows(found: Comparison) -> list[dict[str, Any]]:
    """What each answer rests on: first the strongest, and every one that rests on nothing."""
    rows: list[dict[str, Any]] = []
    for one in found.candidates:
        for criterion in found.card.criteria:
            value = one.entry.values.get(criterion.key)
            said = [e for e in one.evidence.get(criterion.key, []) if e.text or e.link]
            if criterion.auto is not None and value is not None:
                text = source_words(criterion, one.scored.sources.get(criterion.key))
                said = [Evidence(text=text)]
            rows.append(
                {
                    "letter": one.letter,
                    "id": f"why-{one.pk}-{criterion.key}",
                    "criterion": criterion.name.text,
                    "value": answer(value),
                    "said": said,
                    "all": one.evidence.get(criterion.key, []),
                    "has": bool(said),
                    "missing": value is None,
                    "add_url": reverse("evaluate:scorecard", kwargs={"pk": one.pk})
                    + f"?card={found.version.scorecard_id}#c-{criterion.key}",
                    "may_edit": one.may_edit and criterion.auto is None,
                    "weight": found.weights[criterion.key] * Fraction(value or 0),
                }
            )
    grounded = sorted((row for row in rows if row["has"]), key=lambda row: -row["weight"])
    bare = [row for row in rows if not row["has"]]
    return [*grounded[:2], *bare, *grounded[2:]]


def _decision_url(pk: int) -> str:
    """Where choosing one leads: its decision."""
    try:
        return reverse("evaluate:decision", kwargs={"pk": pk})
    except NoReverseMatch:
        return reverse("evaluate:scorecard", kwargs={"pk": pk})
