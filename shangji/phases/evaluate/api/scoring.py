"""Scorecards, assessments, scores, ranking and comparison for other programs."""

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from shangji.phases.evaluate.actions.assessments import MAX_LINK, MAX_TEXT, record_assessment
from shangji.phases.evaluate.queries.assessments import Rated, rated
from shangji.phases.evaluate.queries.comparison import MOST, Comparison, compare, require_scores
from shangji.phases.evaluate.queries.ranking import ranked
from shangji.phases.evaluate.queries.scorecards import card_in_use, published
from shangji.phases.evaluate.rules.scorecards import to_document
from shangji.phases.evaluate.rules.scoring import Answer, rounded
from shangji.records.api.doors import actor_of, door, seen
from shangji.records.api.showing import json_answer
from shangji.records.api.types import Id

router = Router(tags=["Evaluation"])
_FOUR = Decimal("0.0001")
CardId = Annotated[int | None, Query(ge=1, le=2_000_000_000)]


class Given(Schema):
    """One answer: 0 to 10 (left out: not known), what it rests on, and where that is."""

    value: Decimal | None = Field(default=None, ge=0, le=10, max_digits=4, decimal_places=2)
    text: str = Field(default="", max_length=MAX_TEXT)
    link: str = Field(default="", max_length=MAX_LINK)


class AssessmentIn(Schema):
    """Answers by the key of their criterion; `scorecard` left out means the one that scores."""

    scorecard: int | None = Field(default=None, ge=1, le=2_000_000_000)
    answers: dict[str, Given]
    note: str = Field(default="", max_length=MAX_TEXT)


@router.get("/scorecards-in-use", **door("list", "opportunity"))
def scorecards(request: HttpRequest) -> HttpResponse:
    """Published cards with their criteria, weights and anchors; the default one comes first."""
    require_scores(actor_of(request))
    return json_answer(
        {
            "items": [
                {
                    "id": one.scorecard_id,
                    "name": {"zh": one.name.zh, "en": one.name.en},
                    "number": one.number,
                    "is_default": one.is_default,
                    "definition": to_document(one.card),
                }
                for one in published()
                if one.card is not None
            ]
        }
    )


@router.get("/opportunities/{int:pk}/score", **door("read", "opportunity"))
def score(request: HttpRequest, pk: int, scorecard: CardId = None) -> HttpResponse:
    """What an opportunity has on a card: points, grade, band, and each criterion's value."""
    actor = actor_of(request)
    deal = seen(request, "opportunity", pk)
    require_scores(actor)
    found = rated(actor, deal, card_in_use(scorecard), timezone.now())
    return json_answer(_score(found))


@router.post(
    "/opportunities/{int:pk}/assess",
    **door(
        "edit",
        "opportunity",
        example={"answers": {"urgency": {"value": 8, "text": "shutdown in May"}}},
    ),
)
def assess(request: HttpRequest, pk: int, body: AssessmentIn) -> HttpResponse:
    """Record the key's person's assessment; it takes the place of an older one of theirs."""
    actor = actor_of(request)
    deal = seen(request, "opportunity", pk)
    version = card_in_use(body.scorecard)
    record_assessment(
        actor=actor,
        opportunity=deal,
        version=version,
        answers={key: Answer(one.value, one.text, one.link) for key, one in body.answers.items()},
        note=body.note,
        now=timezone.now(),
    )
    return json_answer(_score(rated(actor, deal, version, timezone.now())))


@router.get("/ranking", **door("list", "opportunity"))
def ranking(request: HttpRequest) -> HttpResponse:
    """Open opportunities in identify and evaluate, best score first; equal scores share a rank."""
    actor = actor_of(request)
    require_scores(actor)
    found, count = ranked(actor, timezone.now())
    return json_answer(
        {
            "count": count,
            "items": [
                {
                    "id": one.pk,
                    "name": one.row["name"],
                    "rank": one.rank or None,
                    "tied": one.tied,
                    "score": _text(one.row["standing__score"]),
                    "low": _text(one.row["standing__score_low"]),
                    "high": _text(one.row["standing__score_high"]),
                    "grade": one.row["standing__grade"] or None,
                }
                for one in found
            ],
        }
    )


@router.get("/comparison", **door("list", "opportunity"))
def comparison(
    request: HttpRequest,
    ids: Annotated[list[Id], Query(max_length=MOST)] = [],  # noqa: B006 - ninja reads a list so
    scorecard: CardId = None,
) -> HttpResponse:
    """Up to six opportunities side by side: totals, ranks, ties, and the weights at which
    others would lead, the rest shrinking in proportion."""
    found = compare(actor=actor_of(request), ids=ids, scorecard_id=scorecard, now=timezone.now())
    return json_answer(_comparison(found))


def _score(found: Rated) -> dict[str, Any]:
    made = found.score
    return {
        "scorecard": found.version.scorecard_id,
        "number": found.version.number,
        "points": _text(made.points),
        "grade": made.grade or None,
        "low": _text(made.low),
        "high": _text(made.high),
        "share": _text(made.share),
        "raters": len(found.scored.raters),
        "criteria": {
            key: {
                "value": _text(rounded(Fraction(value), _FOUR)),
                "source": found.scored.sources.get(key),
            }
            for key, value in found.scored.values.items()
        },
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "scorecard": found.version.scorecard_id,
        "number": found.version.number,
        "weights": {key: _text(rounded(w, _FOUR)) for key, w in found.weights.items()},
        "items": [
            {
                "id": one.pk,
                "letter": one.letter,
                "name": one.name,
                "total": None
                if one.place.total is None
                else _text(rounded(one.place.total, _FOUR)),
                "rank": one.place.rank or None,
                "tied": one.place.tied,
            }
            for one in found.candidates
        ],
        "ties": [
            {"rank": tie.rank, "ids": list(tie.keys), "first_by": tie.by} for tie in found.ties
        ],
        "turning_points": [
            {
                "criterion": turn.criterion,
                "at": _text(rounded(turn.at, _FOUR)),
                "when": "above" if turn.above else "below",
                "leaders": list(turn.leaders),
            }
            for turns in found.turns.values()
            for turn in turns
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
