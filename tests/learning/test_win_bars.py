"""The bars of the win model: on known data sets, on the demo, and at 100,000 decided ones.

The last is measured at its size by `python -m bench.evaluate` (-m bar); among all tests a tenth of
the rows keeps a tenth of the bar."""

import csv
import resource
import time
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from shangji.config.demo.load import load
from shangji.core.accounts.models import Account
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Channel, Touch
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.foundation.access.actor import system_actor
from shangji.foundation.audit.models import Change, Operation
from shangji.phases.evaluate.actions.win_model import predict_all, train_model
from shangji.phases.evaluate.models import WinModel
from shangji.phases.evaluate.pages.model_words import drift_words
from shangji.phases.evaluate.queries.stories import days
from shangji.phases.evaluate.queries.win_history import History, history
from tests.plugins.left_out import SHARED

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def imported(rows: list[dict[str, Any]]) -> None:
    """Decided opportunities as an import leaves them: made today, opened and closed long ago."""
    for row in rows:
        end = stage("won") if row.pop("won") else stage("lost")
        row |= {
            "stage": end, "pipeline_id": end.pipeline_id, "phase": end.phase, "status": end.kind,
            "stage_entered_at": row["closed_at"], "closed_on": row["closed_at"].date(),
            "created_at": NOW, "updated_at": NOW,
        }  # fmt: skip
    made = Opportunity.objects.bulk_create((Opportunity(**row) for row in rows), batch_size=500)
    StageMove.objects.bulk_create(
        (StageMove(opportunity=one, stage=one.stage, entered_at=one.closed_at) for one in made),
        batch_size=500,
    )


@pytest.mark.bar
@pytest.mark.shared_data
@pytest.mark.slow
def test_on_maven_it_refuses_false_certainty(alice: Any, bar: Any) -> None:
    folder = SHARED / "maven_crm_sales"
    with (folder / "accounts.csv").open(encoding="utf-8") as file:
        names = [row["account"] for row in csv.DictReader(file)]
    accounts = {
        name: Account.objects.create(name=name, owner=alice, created_at=NOW, updated_at=NOW)
        for name in names
    }
    with (folder / "sales_pipeline.csv").open(encoding="utf-8") as file:
        closed = [row for row in csv.DictReader(file) if row["deal_stage"] in {"Won", "Lost"}]

    def day(text: str) -> date:
        month, of_month, year = map(int, text.split("/"))
        return date(year, month, of_month)

    imported(
        [
            {
                "name": row["opportunity_id"],
                "owner": alice,
                "account": accounts[row["account"]],
                "amount": row["close_value"] or None,
                "currency": "USD",
                "opened_on": day(row["engage_date"]),
                "closed_at": noon(day(row["close_date"])),
                "won": row["deal_stage"] == "Won",
            }
            for row in closed
        ]
    )
    model = train_model(actor=system_actor(), now=NOW)
    assert (model.deal_count, model.won_count, model.horizon_days) == (6711, 4238, None)
    assert (model.outcome, model.card["why"]) == ("base_rate", "no_gain")
    auc = model.card["test"]["auc"][0]
    bar(f"Maven, {model.deal_count:,} decided: AUC {auc:.3f}, {model.outcome} (bar: the base rate)")
    assert auc < 0.55
    deal = make_opportunity(alice)
    predict_all(now=NOW)
    deal.refresh_from_db()
    assert deal.probability_predicted == 63


def olist() -> History:
    """Leads as an import leaves them: who never bought was closed on the day it came."""
    folder = SHARED / "olist_funnel"
    with (folder / "olist_closed_deals_dataset.csv").open(encoding="utf-8") as file:
        won = {row["mql_id"]: row["won_date"] for row in csv.DictReader(file)}
    with (folder / "olist_marketing_qualified_leads_dataset.csv").open(encoding="utf-8") as file:
        leads = list(csv.DictReader(file))
    channels: dict[str, Channel] = {}
    rows = []
    for row in leads:
        origin = row["origin"] or "blank"
        if origin not in channels:
            channels[origin] = Channel.objects.create(
                key=f"olist_{origin}"[:40], name_zh=origin, name_en=origin,
                created_at=NOW, updated_at=NOW,
            )  # fmt: skip
        opened = date.fromisoformat(row["first_contact_date"][:10])
        ended = won.get(row["mql_id"])
        rows.append(
            {
                "name": row["mql_id"],
                "opened_on": opened,
                "channel": channels[origin],
                "closed_at": noon(date.fromisoformat(ended[:10]) if ended else opened),
                "won": ended is not None,
            }
        )
    imported(rows)
    pages = {row["mql_id"]: row["landing_page_id"] for row in leads}
    Touch.objects.bulk_create(
        (
            Touch(opportunity_id=pk, page=pages[name], at=noon(opened))
            for pk, name, opened in Opportunity.objects.values_list("pk", "name", "opened_on")
        ),
        batch_size=500,
    )
    return history(now=NOW)


@pytest.mark.bar
@pytest.mark.shared_data
@pytest.mark.slow
def test_on_the_olist_funnel_it_orders_and_notices_the_drift(db: None, bar: Any) -> None:
    import numpy as np  # noqa: PLC0415 - heavy

    from shangji.phases.evaluate.rules.training import train  # noqa: PLC0415 - heavy

    found = olist()
    assert (found.deals, found.won, found.horizon) == (8000, 842, None)
    split = days(datetime(2018, 3, 1, tzinfo=UTC))
    trained = train(found.table, deals=found.deals, won=found.won, horizon=None, split_at=split)
    test = trained.card["test"]
    assert trained.outcome == "learned"
    assert test["auc"][0] >= 0.66
    assert test["ece"] <= 0.04
    model = WinModel(card=trained.card, deal_count=8000, won_count=842)
    bar(f"Olist funnel, tested from 2018-03-01: AUC {test['auc'][0]:.3f} (bar 0.66)")
    bar(f"Olist funnel, calibration error: {test['ece']:.3f} (bar 0.04)")
    bar(f"Olist funnel, drift: {drift_words(model)[0]} (bar: noticed and named)")
    assert "The won share moved from 8.7% to 12.5%." in drift_words(model)
    shuffled = np.random.default_rng(3).permutation(np.array(found.table.won))
    found.table.won[:] = type(found.table.won)("b", shuffled.tolist())
    nothing = train(found.table, deals=8000, won=842, horizon=None, split_at=split)
    auc = nothing.card["test"]["auc"][0]
    bar(f"Olist funnel, outcomes permuted: AUC {auc:.3f} (bar 0.50 ± 0.03)")
    assert nothing.outcome == "base_rate"
    assert auc == pytest.approx(0.5, abs=0.03)


@pytest.mark.bar
@pytest.mark.slow
def test_on_the_demo_it_is_worth_having(db: None, bar: Any) -> None:
    import numpy as np  # noqa: PLC0415 - heavy

    from shangji.phases.evaluate.rules.training import train  # noqa: PLC0415 - heavy

    load(NOW)
    found = history(now=NOW)
    trained = train(found.table, deals=found.deals, won=found.won, horizon=90.0)
    test = trained.card["test"]
    bar(f"demo, AUC: {test['auc'][0]:.3f} (bar 0.75)")
    bar(f"demo, calibration error: {test['ece']:.3f} (bar 0.05)")
    bar(f"demo, Brier score better than the base rate's by {test['gain'][0]:.0%} (bar 10%)")
    assert test["auc"][0] >= 0.75
    assert test["ece"] <= 0.05
    assert test["gain"][0] >= 0.10
    # outcomes shuffled among opportunities, all looks of one together
    aucs = []
    deals, place = np.unique(np.array(found.table.deal), return_inverse=True)
    hits = np.array(found.table.won)
    last = np.zeros(len(deals), dtype=np.int8)
    last[place] = hits
    for seed in range(5):
        mixed = np.random.default_rng(seed).permutation(last)[place]
        found.table.won[:] = type(found.table.won)("b", mixed.tolist())
        nothing = train(found.table, deals=found.deals, won=found.won, horizon=90.0)
        aucs.append(nothing.card["test"]["auc"][0])
        assert nothing.outcome == "base_rate"
    bar(f"demo, outcomes permuted five times: AUC {sum(aucs) / len(aucs):.3f} (bar 0.50 ± 0.03)")
    assert sum(aucs) / len(aucs) == pytest.approx(0.5, abs=0.03)


FULL = 100_000
CHUNK = 5_000


def _stays(one: Opportunity, facts: Any, first: Any, quote: Any) -> list[StageMove]:
    opened, closed, end, _talks, _ago = facts
    if end == first:
        return [StageMove(opportunity=one, stage=first, entered_at=opened)]
    middle = opened + (closed - opened) / 2
    return [
        StageMove(opportunity=one, stage=first, entered_at=opened, left_at=middle),
        StageMove(opportunity=one, stage=quote, entered_at=middle, left_at=closed),
        StageMove(opportunity=one, stage=end, entered_at=closed),
    ]


def many(owner: Any, count: int) -> None:
    """Decided opportunities with two moves, a touch, two talks and three changes each, and 5,000
    open ones."""
    rng = Random(1)
    first, quote, won, lost = (stage(key) for key in ("new", "quote", "won", "lost"))
    ops = Operation.objects.bulk_create(
        (
            Operation(actor=owner, door="page", action="test", at=NOW - timedelta(days=day))
            for day in range(1500)
        ),
        batch_size=500,
    )
    for start in range(0, count + 5000, CHUNK):
        rows, facts = [], []
        for number in range(start, start + CHUNK):
            ago = rng.uniform(60, 1400) if number < count else rng.uniform(5, 60)
            opened = NOW - timedelta(days=ago)
            life = rng.uniform(20, 120)
            talks = rng.randrange(4)
            hit = rng.random() < 0.1 + 0.15 * talks
            closed = min(opened + timedelta(days=life), NOW - timedelta(days=2))
            end = first if number >= count else won if hit else lost
            is_open = end.kind == "open"
            rows.append(
                Opportunity(
                    name=f"{number}",
                    owner=owner,
                    stage=end,
                    pipeline_id=end.pipeline_id,
                    phase=end.phase,
                    status=end.kind,
                    opened_on=opened.date(),
                    kind="new",
                    stage_entered_at=opened if is_open else closed,
                    amount=1000 + number,
                    closed_at=None if is_open else closed,
                    closed_on=None if is_open else closed.date(),
                    created_at=opened,
                    updated_at=NOW,
                    last_contact_at=NOW - timedelta(days=3),
                )
            )
            facts.append((opened, closed, end, talks, int(ago)))
        made = Opportunity.objects.bulk_create(rows, batch_size=500)
        both = list(zip(made, facts, strict=True))
        StageMove.objects.bulk_create(
            (move for one, facts_of in both for move in _stays(one, facts_of, first, quote)),
            batch_size=500,
        )
        Touch.objects.bulk_create(
            (
                Touch(opportunity_id=one.pk, at=opened, page="/pricing/")
                for one, (opened, *_rest) in both
            ),
            batch_size=500,
        )
        Activity.objects.bulk_create(
            (
                Activity(
                    kind="call", subject="x", opportunity=one, owner=owner, created_at=opened,
                    updated_at=opened, done_at=opened + (closed - opened) * (n + 1) / 5,
                )
                for one, (opened, closed, _end, talks, _ago) in both
                for n in range(talks)
            ),
            batch_size=500,
        )  # fmt: skip
        Change.objects.bulk_create(
            (
                Change(
                    operation=ops[ago], record_type="opportunity", record_id=one.pk, kind=kind,
                    fields=fields,
                )
                for one, (*_rest, ago) in both
                for kind, fields in (
                    ("created", {"amount": [None, "1000"], "kind": [None, "new"]}),
                    ("updated", {"next_step": ["", "Call"]}),
                    ("updated", {"push_count": [0, 1]}),
                )
            ),
            batch_size=1000,
        )  # fmt: skip


@pytest.mark.bar
@pytest.mark.slow
def test_it_learns_from_100_000_within_a_minute(
    alice: Any, bar: Any, request: pytest.FixtureRequest
) -> None:
    measured = "bar" in request.config.getoption("markexpr")
    count = FULL if measured else FULL // 10
    many(alice, count)
    began = time.process_time()
    model = train_model(actor=system_actor(), now=NOW)
    learned = time.process_time()
    assert model.deal_count == count
    assert model.outcome == "learned"
    predict_all(now=NOW)
    predicted = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    bar(f"learning from {count:,} decided: {learned - began:.1f} s of processor (bar 60 s)")
    bar(f"learning from {count:,} decided, peak memory: {peak:.2f} GB (bar 1.5 GB)")
    bar(f"5,000 open ones predicted: {predicted - learned:.1f} s of processor")
    # a tenth of it beside other tests: three times the bar, for machines half as fast that share
    assert learned - began < (60 if measured else 180) * count / FULL
    assert peak < 1.5
