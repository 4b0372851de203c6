"""The three win rates of one opportunity, and why the predicted one is what it is."""

from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shangji.core.channels.models import Channel
from shangji.core.opportunities.models import Opportunity, Stage
from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.foundation.access.actor import Actor
from shangji.lib.money import format_short
from shangji.lib.values import dataclass
from shangji.phases.evaluate.choices.win_terms import LABELS, in_words
from shangji.phases.evaluate.models import WinModel
from shangji.phases.evaluate.queries.decision import DecisionLine
from shangji.phases.evaluate.queries.drift import Drift, drift_of
from shangji.phases.evaluate.queries.standing import stood
from shangji.phases.evaluate.queries.win_model import base_percent, seen_by_model
from shangji.phases.evaluate.rules.prediction import REASONS, SMALLEST

#: a feature that shows a field the reader may not see stays hidden with it
_FIELDS = {"amount": "amount", "channel": "channel", "page": "channel", "kind": "kind"}


@dataclass(frozen=True)
class Part:
    """One feature in words, with its signed percent points."""

    term: str
    label: str
    words: str
    points: float

    @property
    def size(self) -> float:
        return abs(self.points)


@dataclass(frozen=True)
class Chances:
    """Stage default, by hand and predicted, in percent; None where there is none."""

    default: int
    manual: int | None
    predicted: int | None
    model: WinModel | None
    base: int | None
    reasons: list[Part]
    parts: list[Part]
    drift: Drift


def chances_of(actor: Actor, opportunity: Opportunity, *, now: datetime) -> Chances:
    """What the page of one opportunity's win rate shows. The caller may see the opportunity."""
    seen = seen_by_model(opportunity, now=now)
    names = term_names(opportunity)
    hidden = actor.hidden_fields("opportunity")
    parts = []
    if seen.prediction is not None:
        for one in seen.prediction.reasons:
            if _FIELDS.get(one.term) in hidden:
                continue
            words = in_words(one.term, one.value, names)
            parts.append(Part(one.term, str(LABELS[one.term]), words, one.points))
    model = seen.model
    base = base_percent(model) if model and model.outcome == WinModel.BASE_RATE else None
    predicted = seen.prediction.percent if seen.prediction is not None else None
    return Chances(
        default=stage_by_id(opportunity.stage_id).probability,
        manual=opportunity.probability_manual,
        predicted=None if "probability_predicted" in hidden else predicted,
        model=model,
        base=base,
        reasons=[one for one in parts if abs(one.points) >= SMALLEST][:REASONS],
        parts=parts,
        drift=drift_of(actor, opportunity, now=now),
    )


def term_names(opportunity: Opportunity) -> dict[str, str]:
    """What stages, channels and the amount are called, for words about one opportunity."""
    names = all_names()
    if opportunity.amount is not None:
        names["amount"] = _money(opportunity)
    return names


def all_names() -> dict[str, str]:
    """Names of all stages and channels, by "stage:12" and "channel:3"."""
    names = {f"stage:{one.pk}": one.name for one in Stage.objects.all()}
    return names | {f"channel:{one.pk}": one.name for one in Channel.objects.all()}


def decision_line(actor: Actor, opportunity: Opportunity, now: datetime) -> DecisionLine | None:
    """The predicted win rate on the go / no-go sheet, with its strongest reasons."""
    percent = opportunity.probability_predicted
    if percent is None or "probability_predicted" in actor.hidden_fields("opportunity"):
        return None
    found = stood(opportunity, now)
    told = (found.standing.prediction or {}).get("reasons", []) if found else []
    names = term_names(opportunity)
    hidden = actor.hidden_fields("opportunity")
    words = [
        in_words(term, value, names)
        for term, value, _points in told
        if _FIELDS.get(term) not in hidden
    ][:3]
    return DecisionLine(
        label=_("Win probability"),
        figure=f"{percent}%",
        words=pgettext("list", ", ").join(words) if words else _("The base rate: nothing beats it"),
        tone="plain",
        url=reverse("evaluate:probability", kwargs={"pk": opportunity.pk}),
    )


@dataclass(frozen=True)
class Glance:
    """What the sheet on an opportunity's page shows."""

    predicted: int | None
    intent: Decimal | None
    reasons: list[Part]


def glance_of(actor: Actor, opportunity: Opportunity, now: datetime) -> Glance:
    """The kept prediction and intent. The caller may see the opportunity."""
    hidden = actor.hidden_fields("opportunity")
    found = stood(opportunity, now)
    intent, told = (found.standing.intent, found.standing.prediction) if found else (None, None)
    names: dict[str, str] = {}
    if opportunity.amount is not None:
        names["amount"] = _money(opportunity)
    reasons = []
    for term, value, points in (told or {}).get("reasons", []):
        if _FIELDS.get(term) in hidden:
            continue
        if term == "stage":
            names[f"stage:{value}"] = stage_by_id(int(value)).name
        # the channel's name would cost a query of its own: its feature says enough here
        words = str(LABELS[term]) if term == "channel" else in_words(term, value, names)
        reasons.append(Part(term, str(LABELS[term]), words, points))
    shown = opportunity.probability_predicted
    return Glance(
        predicted=None if "probability_predicted" in hidden else shown,
        intent=None if "intent" in hidden else intent,
        reasons=reasons if "probability_predicted" not in hidden else [],
    )


def _money(opportunity: Opportunity) -> str:
    assert opportunity.amount is not None
    language = get_language() or "zh-hans"
    return format_short(opportunity.amount, opportunity.currency, language)
