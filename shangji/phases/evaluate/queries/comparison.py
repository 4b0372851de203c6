"""Opportunities side by side on one card: places, ties, turning points, evidence, spread."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.accounts.models import Account
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.rules import weighted
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import current_workspace, rates_on, today
from shangji.lib.errors import Forbidden
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Assessment
from shangji.phases.evaluate.queries.scorecards import Published, card_in_use
from shangji.phases.evaluate.queries.scoring import Scored, scored
from shangji.phases.evaluate.rules.comparison import (
    Entry,
    Place,
    Tie,
    Turn,
    ranking,
    turning_points,
)
from shangji.phases.evaluate.rules.scorecards import Card
from shangji.phases.evaluate.rules.scoring import Score, Spread, score, spreads

#: more than this stands side by side nowhere
MOST = 6
LETTERS = "ABCDEF"


@dataclass
class Evidence:
    """What an answer rests on: somebody's words, or the field a value was computed from."""

    text: str = ""
    link: str = ""
    who: str = ""
    at: datetime | None = None
    value: Decimal | None = None


@dataclass
class Candidate:
    """One column of the matrix."""

    letter: str
    pk: int
    name: str
    account: str
    amount: Decimal | None
    currency: str
    scored: Scored
    entry: Entry
    score: Score
    place: Place
    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    spreads: list[Spread] = field(default_factory=list)
    may_edit: bool = False

    @property
    def title(self) -> str:
        """The customer's name, by which people know a deal; without one the deal's own."""
        return self.account or self.name

    @property
    def under(self) -> str:
        return self.name if self.account else ""


@dataclass
class Comparison:
    """Everything about the chosen opportunities on a card with certain weights.

    Attributes:
        weights: what is compared with, as fractions that sum to 1; `is_moved` when they are
            not the card's own.
        candidates: in the order of the card's own weights, so that letters stay while
            weights are moved.
        raters: names of who assessed them, and `rated_at` the newest of it.
    """

    version: Published
    card: Card
    weights: dict[str, Fraction]
    is_moved: bool
    candidates: list[Candidate]
    places: list[Place]
    ties: list[Tie]
    turns: dict[str, list[Turn]]
    raters: list[str]
    rated_at: datetime | None

    def by_key(self, pk: int) -> Candidate:
        return next(one for one in self.candidates if one.pk == pk)

    @property
    def best(self) -> Candidate | None:
        """Who is to be looked at first; None where nothing is scored."""
        if not self.places or self.places[0].total is None:
            return None
        return self.by_key(self.places[0].key)


def require_scores(actor: Actor) -> None:
    """Reading opportunities at all, and their scores. Forbidden otherwise."""
    require_type(actor, "read", "opportunity")
    if "score" in actor.hidden_fields("opportunity"):
        raise Forbidden(_("Your role does not see scores."))


def compare(
    *,
    actor: Actor,
    ids: Sequence[int],
    scorecard_id: int | None = None,
    weights: Mapping[str, Fraction] | None = None,
    now: datetime,
) -> Comparison:
    """The visible ones of `ids`, at most six, on a published card.

    Args:
        weights: by criterion, in any measure; shares of their sum are taken.
    """
    require_scores(actor)
    version = card_in_use(scorecard_id)
    card = version.card
    assert card is not None
    own = {key: Fraction(weight) for key, weight in card.weights.items()}
    used = _shares(own, weights or {})
    rows = _rows(actor, ids)
    found = scored(version, [row.pk for row in rows], now)
    entries = {row.pk: _entry(actor, row, found[row.pk], now) for row in rows}
    first, _ties = ranking(list(entries.values()), own, card.tie_break)
    places, ties = ranking(list(entries.values()), used, card.tie_break)
    order = {place.key: n for n, place in enumerate(first)}
    place_of = {place.key: place for place in places}
    accounts = _accounts(actor, rows)
    hides_amount = "amount" in actor.hidden_fields("opportunity")
    editable = model_queryset(Opportunity)
    candidates = [
        Candidate(
            letter=LETTERS[n],
            pk=row.pk,
            name=row.name,
            account=accounts.get(row.account_id or 0, ""),
            amount=None if hides_amount else row.amount,
            currency=row.currency,
            scored=found[row.pk],
            entry=entries[row.pk],
            score=score(card.reweighted(_decimals(used)), found[row.pk].values),
            place=place_of[row.pk],
            spreads=spreads([values for _rater, _pk, values in found[row.pk].raters]),
            may_edit=editable.allows(actor, "edit", row),
        )
        for n, row in enumerate(sorted(rows, key=lambda row: order[row.pk]))
    ]
    raters, rated_at = _evidence(card, candidates)
    return Comparison(
        version=version,
        card=card,
        weights=used,
        is_moved=used != own,
        candidates=candidates,
        places=places,
        ties=ties,
        turns=turning_points([one.entry for one in candidates], used),
        raters=raters,
        rated_at=rated_at,
    )


def _shares(own: Mapping[str, Fraction], given: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The given weights as shares of their sum; the card's own where they say nothing."""
    merged = {key: max(given.get(key, weight), Fraction(0)) for key, weight in own.items()}
    whole = sum(merged.values(), Fraction(0))
    return {key: weight / whole for key, weight in merged.items()} if whole else dict(own)


def _decimals(weights: Mapping[str, Fraction]) -> dict[str, Decimal]:
    return {key: Decimal(w.numerator) / Decimal(w.denominator) for key, w in weights.items()}


def _rows(actor: Actor, ids: Sequence[int]) -> list[Opportunity]:
    wanted = list(dict.fromkeys(ids))[:MOST]
    rows = {
        row.pk: row for row in model_queryset(Opportunity).visible_to(actor).filter(pk__in=wanted)
    }
    return [rows[pk] for pk in wanted if pk in rows]


def _entry(actor: Actor, row: Opportunity, found: Scored, now: datetime) -> Entry:
    hidden = actor.hidden_fields("opportunity")
    value = None if "amount" in hidden else expected_value(row, now)
    return Entry(row.pk, found.values, value, row.opened_on)


def expected_value(row: Opportunity, now: datetime) -> Decimal | None:
    """Amount × win rate in the workspace's currency; None without an amount or a dated rate."""
    if row.amount is None:
        return None
    value = weighted(row.amount, row.probability)
    if row.currency == current_workspace().currency:
        return value
    rates = {one.source: one.rate for one in rates_on(today(now=now))}
    return value * rates[row.currency] if row.currency in rates else None


def _accounts(actor: Actor, rows: Sequence[Opportunity]) -> dict[int, str]:
    """A deal names its customer (decision 0008), unless the role hides the field."""
    if "account" in actor.hidden_fields("opportunity"):
        return {}
    ids = {row.account_id for row in rows if row.account_id}
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))


def _evidence(card: Card, candidates: list[Candidate]) -> tuple[list[str], datetime | None]:
    """Who said what it rests on, newest first: two queries for all candidates."""
    wanted = [pk for one in candidates for _rater, pk, _values in one.scored.raters]
    rows = {row.pk: row for row in Assessment.objects.filter(pk__in=wanted)}
    names = dict(
        User.objects.filter(pk__in={row.rater_id for row in rows.values()}).values_list(
            "pk", "name"
        )
    )
    for one in candidates:
        mine = [rows[pk] for _rater, pk, _values in one.scored.raters]
        one.evidence = evidence_of(card, mine, names)
    newest = sorted(rows.values(), key=lambda row: row.rated_at, reverse=True)
    raters = list(dict.fromkeys(names.get(row.rater_id or 0, "") for row in newest))
    return [name for name in raters if name], newest[0].rated_at if newest else None


def evidence_of(
    card: Card, assessments: Sequence[Any], names: Mapping[int, str]
) -> dict[str, list[Evidence]]:
    """By criterion, newest first: each rater's value, words and link."""
    found: dict[str, list[Evidence]] = {}
    for row in sorted(assessments, key=lambda one: one.rated_at, reverse=True):
        for key, answer in row.answers.get("answers", {}).items():
            if card.criterion(key) is None:
                continue
            value = answer.get("value", "")
            found.setdefault(key, []).append(
                Evidence(
                    text=str(answer.get("text", "")),
                    link=str(answer.get("link", "")),
                    who=names.get(row.rater_id, ""),
                    at=row.rated_at,
                    value=Decimal(value) if value else None,
                )
            )
    return found
