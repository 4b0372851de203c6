"""Learning every week, and predicting every night."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.registry import job, schedule
from shangji.phases.evaluate.actions.win_model import TRAIN, predict_all, train_model

EVERY = timedelta(days=7)


@job(TRAIN, label=gettext_lazy("Training of the win probability"), max_attempts=2)
def train(ctx: JobContext) -> dict[str, object]:
    """Learn, then predict with what was learned."""
    notes = {
        "read": _("reading the history"),
        "learn": _("learning"),
        "test": _("testing on what came later"),
        "learn_all": _("learning from all of it"),
    }
    note = ""

    def step(name: str) -> None:
        nonlocal note
        note = notes[name]
        ctx.progress(0, 0, note)
        ctx.raise_if_cancelled()

    def told(done: int, whole: int) -> None:
        ctx.progress(done, whole, note)
        ctx.raise_if_cancelled()

    model = train_model(actor=ctx.actor, now=ctx.now, told=told, step=step)
    note = _("predicting open opportunities")
    return {"model": model.number, "moved": predict_all(now=ctx.now, told=told)}


@job("evaluate.predict", label=gettext_lazy("Prediction of win probabilities"))
def predict(ctx: JobContext) -> dict[str, int]:
    """Every open opportunity as of tonight."""

    def told(done: int, whole: int) -> None:
        ctx.progress(done, whole)
        ctx.raise_if_cancelled()

    return {"moved": predict_all(now=ctx.now, told=told)}


schedule(TRAIN, every=EVERY)
schedule("evaluate.predict", daily_at="02:30")
