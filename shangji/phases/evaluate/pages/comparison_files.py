"""A comparison as a file: PDF to hand round, XLSX to go on with."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.lib.dates import format_date, format_instant
from shangji.lib.money import format_short
from shangji.lib.sheets import table_bytes
from shangji.lib.sheets.writer import MEDIA_TYPES
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
from shangji.phases.evaluate.queries.comparison import Candidate, Comparison
from shangji.phases.evaluate.rules.scoring import rounded
from shangji.records.pdf import MEDIA_TYPE, render_pdf

TEMPLATE = Path(__file__).parent.parent / "templates" / "evaluate" / "comparison.typ"
#: side by side these need the long edge of the paper
WIDE_FROM = 4
_FOUR = Decimal("0.0001")


def pdf_answer(found: Comparison, *, by: Actor, now: datetime) -> HttpResponse:
    """The comparison on paper, landscape from four opportunities on."""
    locale, zone = get_language() or "en", timezone.get_current_timezone()
    name = getattr(by.user, "name", "")
    title = heading(found)
    body = render_pdf(
        TEMPLATE,
        _data(found),
        title=title,
        made=_("%(name)s, %(when)s") % {"name": name, "when": format_instant(now, zone, locale)},
        now=now,
        landscape=len(found.candidates) >= WIDE_FROM,
    )
    return _file(body, MEDIA_TYPE, f"{title}.pdf")


def _data(found: Comparison) -> dict[str, Any]:
    digits = places_of(one.place.total for one in found.candidates)
    evidence = [
        _evidence(one, key.key, found) for one in found.candidates for key in found.card.criteria
    ]
    about = [f"{found.version.name.text} v{found.version.number}"]
    if found.raters and found.rated_at:
        about.append(
            _("assessed by %(who)s, %(day)s")
            % {
                "who": listed(found.raters),
                "day": format_date(
                    timezone.localtime(found.rated_at).date(), get_language() or "en"
                ),
            }
        )
    if found.is_moved:
        about.append(_("with other weights than the scorecard's"))
    return {
        "about": " · ".join(about),
        "columns": [_column(one, found, digits) for one in found.candidates],
        "rows": [_row(key.key, found) for key in found.card.criteria],
        "sentences": [
            {"strong": one.strong, "rest": one.rest, "warn": one.tone == "warn"}
            for one in sentences(found)
        ],
        "evidence": evidence,
        "words": {
            "criterion": pgettext("scorecard", "Criterion"),
            "weight": _("Weight"),
            "total": _("Weighted total"),
            "of": _("of 10"),
            "how": _("answer × weight, added up"),
            "firm": _("How firm is this"),
            "evidence": _("What the answers rest on"),
            "grounded": _("%(n)s of %(of)s have evidence")
            % {"n": sum(1 for one in evidence if one["has"]), "of": len(evidence)},
        },
    }


def _column(one: Candidate, found: Comparison, digits: int) -> dict[str, Any]:
    rank, note = rank_words(one, found.ties)
    under = [one.under] if one.under else []
    if one.amount is not None:
        under.append(format_short(one.amount, one.currency, get_language() or "en"))
    parts = [
        short(found.weights[c.key] * Fraction(one.entry.values[c.key]))
        if c.key in one.entry.values
        else "–"
        for c in found.card.criteria
    ]
    return {
        "letter": one.letter,
        "title": one.title,
        "under": " · ".join(under),
        "total": "–" if one.place.total is None else short(one.place.total, digits),
        "rank": rank,
        "note": note,
        "parts": " + ".join(parts),
    }


def _row(key: str, found: Comparison) -> dict[str, Any]:
    criterion = found.card.criterion(key)
    assert criterion is not None
    values = [one.entry.values.get(key) for one in found.candidates]
    known = [value for value in values if value is not None]
    words, tone = turn_words(found, key)
    return {
        "name": criterion.name.text,
        "hint": criterion.hint.text,
        "weight": two(found.weights[key]),
        "turn": words,
        "near": tone == "warn",
        "cells": [
            {
                "text": answer(value),
                "value": float(value or 0),
                "missing": value is None,
                "best": bool(known) and value == max(known) > min(known),
            }
            for value in values
        ],
    }


def _evidence(one: Candidate, key: str, found: Comparison) -> dict[str, Any]:
    criterion = found.card.criterion(key)
    assert criterion is not None
    said = [e for e in one.evidence.get(key, []) if e.text or e.link]
    value = one.entry.values.get(key)
    text = " / ".join(e.text or e.link for e in said) or _("no evidence")
    who = ", ".join(dict.fromkeys(e.who for e in said if e.who))
    computed = criterion.auto is not None and value is not None
    if computed:
        text = source_words(criterion, one.scored.sources.get(key))
    return {
        "letter": one.letter,
        "criterion": criterion.name.text,
        "value": answer(value),
        "text": text,
        "who": who,
        "has": computed or bool(said),
    }


def xlsx_answer(found: Comparison) -> HttpResponse:
    """Criteria down, opportunities across: answers as numbers, then totals, places, evidence."""
    header = [
        pgettext("scorecard", "Criterion"),
        _("Weight"),
        *(f"{one.letter} {one.name}" for one in found.candidates),
    ]
    header += [_("Evidence %(letter)s") % {"letter": one.letter} for one in found.candidates]
    rows: list[list[Any]] = []
    for criterion in found.card.criteria:
        key = criterion.key
        values = [one.entry.values.get(key) for one in found.candidates]
        rows.append(
            [
                criterion.name.text,
                rounded(found.weights[key], _FOUR),
                *(None if v is None else rounded(Fraction(v), _FOUR) for v in values),
                *(_evidence(one, key, found)["text"] for one in found.candidates),
            ]
        )
    totals = [one.place.total for one in found.candidates]
    rows.append(
        [_("Weighted total"), sum(row[1] for row in rows),
         *(None if t is None else rounded(t, _FOUR) for t in totals)]
    )  # fmt: skip
    rows.append(
        [
            _("Rank"),
            "",
            *(" ".join(rank_words(one, found.ties)).strip() for one in found.candidates),
        ]
    )
    rows.append([_("Share of weight scored"), "", *(one.score.share for one in found.candidates)])
    title = _("Compare")
    return _file(
        table_bytes("xlsx", header, rows, name=title), MEDIA_TYPES["xlsx"], f"{title}.xlsx"
    )


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    answer_ = HttpResponse(body, content_type=media_type)
    answer_.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer_
