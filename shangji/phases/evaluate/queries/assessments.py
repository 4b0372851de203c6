"""One opportunity on a card: the score and its reasons, who rated what, how it moved."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.people.models import User
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Assessment, Standing
from shangji.phases.evaluate.queries.comparison import Evidence, evidence_of
from shangji.phases.evaluate.queries.decision import DecisionLine, Tone
from shangji.phases.evaluate.queries.scorecards import Published, readable
from shangji.phases.evaluate.queries.scoring import Scored, scored
from shangji.phases.evaluate.queries.standing import stood
from shangji.phases.evaluate.rules.scorecards import Card, Criterion
from shangji.phases.evaluate.rules.scoring import (
    Reason,
    Score,
    Spread,
    reasons,
    rounded,
    score,
    spreads,
)

REASONS = 3
_ONE = Decimal(1)


@dataclass(frozen=True)
class Bar:
    """Points of a group (or of a criterion on a card without groups), and the most it can give."""

    name: str
    points: Decimal
    most: Decimal
    missing: bool


@dataclass(frozen=True)
class Sheet:
    """What the opportunity's page shows of its score."""

    standing: Standing
    card: Card
    change: Decimal | None
    bars: list[Bar]
    reasons: list[tuple[Criterion, Reason, Any]]


def sheet_of(opportunity: Opportunity, now: datetime) -> Sheet | None:
    """The stored score with its reasons; None before anything is scored."""
    found = stood(opportunity, now)
    standing = found.standing if found else None
    if standing is None or standing.score is None or standing.score_version is None:
        return None
    card = readable(standing.score_version.definition)
    if card is None:
        return None
    values = {key: Fraction(part[0]) for key, part in standing.score_parts.items()}
    month_ago = found.month_ago if found else None
    told = []
    for reason in reasons(card, values)[:REASONS]:
        criterion = card.criterion(reason.key)
        if criterion is not None:
            told.append((criterion, reason, standing.score_parts[reason.key][1]))
    return Sheet(
        standing=standing,
        card=card,
        change=None if month_ago is None else rounded(standing.score - month_ago, _ONE),
        bars=bars_of(card, values),
        reasons=told,
    )


def bars_of(card: Card, values: dict[str, Fraction]) -> list[Bar]:
    """Points by group, or by criterion where the card has no groups."""
    rows: list[tuple[str, list[Criterion]]] = []
    for group in card.groups:
        inside = [one for one in card.criteria if one.group == group.key]
        if inside:
            rows.append((group.name.text, inside))
    named = {group.key for group in card.groups}
    rows += [(one.name.text, [one]) for one in card.criteria if one.group not in named]
    return [
        Bar(
            name=name,
            points=rounded(
                sum(
                    (Fraction(c.weight) * values[c.key] * 10 for c in inside if c.key in values),
                    Fraction(0),
                ),
                _ONE,
            ),
            most=sum((c.weight for c in inside), Decimal(0)) * 100,
            missing=all(c.key not in values for c in inside),
        )
        for name, inside in rows
    ]


@dataclass(frozen=True)
class Rated:
    """One opportunity on one card, for its assess page.

    Attributes:
        mine: the reader's own present answers (document of `Assessment.answers`), or empty.
        note: the reader's own remark on the whole.
        history: every assessment on the card, newest first, with those that no longer count.
    """

    version: Published
    scored: Scored
    score: Score
    mine: dict[str, Any]
    note: str
    evidence: dict[str, list[Evidence]]
    spreads: dict[str, Spread]
    history: list[Assessment]
    current: set[int]


def rated(actor: Actor, opportunity: Opportunity, version: Published, now: datetime) -> Rated:
    """What everybody said of a visible opportunity on a card."""
    assert version.card is not None
    found = scored(version, [opportunity.pk], now)[opportunity.pk]
    rows = list(
        model_queryset(Assessment)
        .visible_to(actor)
        .filter(opportunity=opportunity, scorecard_id=version.scorecard_id)
        .select_related("rater", "scorecard_version")
        .order_by("-rated_at", "-id")
    )
    newest: dict[int | None, Assessment] = {}
    for row in rows:
        newest.setdefault(row.rater_id, row)
    mine = newest.get(actor.user_id) if actor.user_id else None
    names = {row.rater_id: row.rater.name for row in rows if isinstance(row.rater, User)}
    given = [values for _rater, _pk, values in found.raters]
    return Rated(
        version=version,
        scored=found,
        score=score(version.card, found.values),
        mine=dict(mine.answers.get("answers", {})) if mine else {},
        note=mine.note if mine else "",
        evidence=evidence_of(version.card, list(newest.values()), names),
        spreads={one.key: one for one in spreads(given)},
        history=rows,
        current={row.pk for row in newest.values()},
    )


@dataclass(frozen=True)
class Given:
    """One answer of one assessment, by the words of the card version it was made on."""

    name: str
    value: str
    text: str
    link: str


def answers_of(record: Assessment) -> list[Given]:
    """The answers of a visible assessment in the order of its card; empty where they are broken."""
    card = readable(record.scorecard_version.definition)
    names = {one.key: one.name.text for one in card.criteria} if card else {}
    try:
        stored = {str(key): dict(one) for key, one in record.answers["answers"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return []
    keys = [key for key in names if key in stored] + [key for key in stored if key not in names]
    return [
        Given(
            names.get(key, key),
            *(str(stored[key].get(part, "")) for part in ("value", "text", "link")),
        )
        for key in keys
    ]


def decision_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """The score on the go / no-go one-pager; one query, none where the page has it already."""
    if "score" in actor.hidden_fields("opportunity"):
        return None
    sheet = sheet_of(opportunity, now)
    points = sheet.standing.score if sheet else None
    if sheet is None or points is None:
        return None
    standing = sheet.standing
    parts = [_("%(share)s of the weight answered") % {"share": f"{standing.scored_share:.0f}%"}]
    if standing.scored_share is not None and standing.scored_share < 100:
        parts.append(
            _("between %(low)s and %(high)s")
            % {"low": f"{standing.score_low:.0f}", "high": f"{standing.score_high:.0f}"}
        )
    for tone, text in ((1, _("strongest: %(names)s")), (-1, _("weakest: %(names)s"))):
        names = [c.name.text for c, reason, _src in sheet.reasons if reason.points * tone > 0]
        if names:
            joint = "、" if (get_language() or "").startswith("zh") else ", "
            parts.append(text % {"names": joint.join(names)})
    stop, joint = ("。", "；") if (get_language() or "").startswith("zh") else (".", "; ")
    figure = f"{rounded(points, _ONE)}"
    tones: dict[str, Tone] = {"A": "good", "D": "bad"}
    return DecisionLine(
        label=_("Scorecard"),
        figure=f"{figure} · {standing.grade}" if standing.grade else figure,
        words=joint.join(parts) + stop,
        tone=tones.get(standing.grade, "plain"),
        url=reverse("evaluate:scorecard", kwargs={"pk": opportunity.pk}),
    )
