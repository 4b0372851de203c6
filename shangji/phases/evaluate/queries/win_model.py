"""Models read: the one that counts, the others kept, and how one opportunity looks to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.jobs.models import Job
from shangji.foundation.people.models import User
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import WinModel
from shangji.phases.evaluate.queries.stories import days, stories
from shangji.phases.evaluate.queries.win_history import values_now
from shangji.phases.evaluate.rules.prediction import Prediction, predict

RIGHT = "settings.scoring"
#: among what moved: the share won itself
LEVEL = "level"


def keepers() -> list[User]:
    """Who looks after the model: everybody who may change how is scored."""
    people = User.objects.filter(is_active=True, deleted_at=None).exclude(role="rep")
    return [one for one in people.order_by("pk") if Actor(one, "job").can(RIGHT)]


def drift_found(card: Mapping[str, Any]) -> frozenset[str]:
    """What a training found moved: "level", and features by their term and value."""
    drift = card.get("drift") or {}
    moved = {f"{one['term']}:{one.get('value', '')}" for one in drift.get("features", ())}
    if drift.get("level", {}).get("moved"):
        moved.add(LEVEL)
    return frozenset(moved)


def current_model() -> WinModel | None:
    """The newest training outside the bin."""
    return WinModel.objects.filter(deleted_at=None).order_by("-number").first()


def models_of(actor: Actor, *, limit: int = 30) -> Sequence[WinModel]:
    """Trainings, newest first, without their weights."""
    rows = model_queryset(WinModel).visible_to(actor).select_related("created_by")
    return list(rows.defer("weights").order_by("-number")[:limit])


def base_percent(model: WinModel) -> int:
    """The base rate of a training as a percent of an open opportunity, 1 to 99."""
    return min(99, max(1, round(100 * float(model.card.get("base", 0.5)))))


@dataclass(frozen=True)
class Seen:
    """How an open opportunity looks to the model that counts; None where it does not guess."""

    model: WinModel | None
    prediction: Prediction | None
    currency: str = ""


def seen_by_model(opportunity: Opportunity, *, now: datetime) -> Seen:
    """The prediction of this moment, with every feature. The caller may see the opportunity."""
    model = current_model()
    if model is None or model.outcome != WinModel.LEARNED or opportunity.status != "open":
        return Seen(model, None)
    story = next(stories(Opportunity.objects.filter(pk=opportunity.pk), now=now), None)
    if story is None:
        return Seen(model, None)
    values = values_now(story, at=days(now), horizon=model.horizon_days)
    return Seen(model, predict(model.weights, values, currency=story.currency), story.currency)


def training_job(actor: Actor) -> Job | None:
    """The actor's training under way, or the last one when it failed."""
    job = (
        Job.objects.filter(kind="evaluate.train", created_by=actor.user_id).order_by("-id").first()
    )
    return job if job is not None and job.state != Job.State.DONE else None
