"""Opportunities for tests and samples."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from shangji.core.opportunities.models import Opportunity, Reason, Stage, StageMove
from shangji.core.opportunities.rules import effective_probability, status_after

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_numbers = count(1)


def stage(key: str) -> Stage:
    """A stage of the default pipeline."""
    return Stage.objects.get(key=key, pipeline__is_default=True)


def reason(key: str) -> Reason:
    return Reason.objects.get(key=key)


def make_opportunity(
    owner: Any = None, *, at: str = "new", now: datetime = NOW, **values: Any
) -> Opportunity:
    """One opportunity in a stage of the default pipeline, with its history begun.

    Without the ledger: as if it had been there before. `now` is when it was made.
    """
    here = values.pop("stage", None) or stage(at)
    status = status_after(stage_kind=here.kind, stage_phase=here.phase)
    manual = values.get("probability_manual")
    row = {
        "name": f"Opportunity {next(_numbers)}",
        "amount": Decimal(100000),
        "next_step": "Call",
        "next_step_on": now.date() + timedelta(days=2),
        "opened_on": now.date(),
        "last_contact_at": now,
        "stage_entered_at": now,
        "closed_at": None if status == "open" else now,
        "closed_on": None if status == "open" else now.date(),
        "forecast": here.forecast,
        "created_at": now,
        "updated_at": now,
        "probability": effective_probability(
            status=status, stage_default=here.probability, manual=manual
        ),
        **values,
    }
    record = Opportunity.objects.create(
        owner=owner,
        stage=here,
        pipeline_id=here.pipeline_id,
        phase=here.phase,
        status=status,
        **row,
    )
    StageMove.objects.create(opportunity=record, stage=here, entered_at=record.stage_entered_at)
    return record
