"""The bar: 100,000 opportunities scored anew in under ten seconds."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.opportunities.factories import stage
from shangji.core.opportunities.models import Opportunity
from shangji.phases.evaluate.actions.scorecards import (
    make_default,
    publish_scorecard,
    save_scorecard,
)
from shangji.phases.evaluate.actions.scoring import fold_all_scores
from shangji.phases.evaluate.defaults.scorecards import FIT
from shangji.phases.evaluate.models import Assessment, Standing
from shangji.phases.evaluate.queries.scorecards import default_card

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MANY, BAR_SECONDS = 100_000, 10.0


@pytest.mark.slow
def test_it_scores_a_hundred_thousand_within_the_bar(mei: Any, actor: Any) -> None:
    here = stage("qualified")
    Opportunity.objects.bulk_create(
        (
            Opportunity(
                name=f"Deal {n}",
                owner=mei,
                stage=here,
                pipeline_id=here.pipeline_id,
                phase=here.phase,
                amount=Decimal(10_000 + n % 977 * 1_000),
                next_step="Call" if n % 3 else "",
                stage_entered_at=NOW,
                opened_on=NOW.date(),
                created_at=NOW,
                updated_at=NOW,
            )
            for n in range(MANY)
        ),
        batch_size=2000,
    )
    card = save_scorecard(actor=actor(mei), name_zh="", name_en="Fit", card=FIT.card, now=NOW)
    publish_scorecard(actor=actor(mei), scorecard=card, now=NOW)
    make_default(actor=actor(mei), scorecard=card, now=NOW)
    version = default_card()
    assert version is not None
    Assessment.objects.bulk_create(
        (
            Assessment(
                opportunity_id=pk,
                scorecard=card,
                scorecard_version_id=version.version_id,
                rater=mei,
                rated_at=NOW,
                answers={"version": 1, "answers": {"need": {"value": str(pk % 11)}}},
                created_at=NOW,
                updated_at=NOW,
            )
            for pk in Opportunity.objects.order_by("pk").values_list("pk", flat=True)
        ),
        batch_size=2000,
    )
    began = time.perf_counter()
    assert fold_all_scores(now=NOW) == MANY
    first = time.perf_counter() - began
    began = time.perf_counter()
    assert fold_all_scores(now=NOW) == 0
    again = time.perf_counter() - began
    Opportunity.objects.update(amount=1)
    began = time.perf_counter()
    assert fold_all_scores(now=NOW + timedelta(days=1)) > MANY * 0.9
    changed = time.perf_counter() - began
    assert Standing.objects.filter(score__isnull=False).count() == MANY
    assert max(first, again, changed) < BAR_SECONDS, (first, again, changed)
