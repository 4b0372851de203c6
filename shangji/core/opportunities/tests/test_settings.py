"""Pipelines, stages, reasons, competitors, channels in settings."""

from decimal import Decimal
from typing import Any

import pytest

from shangji.core.channels.models import Channel
from shangji.core.opportunities.actions.lists import save_reason, use_reason
from shangji.core.opportunities.actions.pipelines import (
    move_stage,
    retire_stage,
    save_pipeline,
    save_stage,
)
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Competitor, Pipeline, Reason, Stage
from shangji.core.opportunities.queries.pipelines import default_pipeline, reasons, stages
from shangji.core.opportunities.tests.test_rollup import assert_equals_recount
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.lib.errors import Forbidden, Invalid

pytestmark = pytest.mark.django_db
PAGES = ("pipelines/", "pipelines/new/", "reasons/", "competitors/", "channels/", "channels/new/")


def values(row: Stage, **changes: Any) -> dict[str, Any]:
    keys = (
        "name_zh name_en phase kind probability forecast stale_days entry_criteria exit_criteria"
    ).split()
    return {key: getattr(row, key) for key in keys} | changes


def test_it_is_for_those_with_the_right(
    sign_in: Any, alice: Any, mei: Any, dana: Any, vera: Any
) -> None:
    for path in PAGES:
        codes = {
            user.name: sign_in(user).get(f"/settings/{path}").status_code
            for user in (alice, vera, mei, dana)
        }
        assert codes == {"Alice": 403, "Vera": 403, "Mei": 200, "Dana": 200}, path


def test_no_action_goes_past_the_right(alice: Any, actor: Any, now: Any) -> None:
    row = stage("quote")
    with pytest.raises(Forbidden):
        save_stage(
            actor=actor(alice), pipeline=row.pipeline, stage=row, values=values(row), now=now
        )
    with pytest.raises(Forbidden):
        retire_stage(actor=actor(alice), stage=row, now=now)
    with pytest.raises(Forbidden):
        use_reason(actor=actor(alice), reason=reason("trust"), on=False, now=now)


@pytest.mark.parametrize(("follow", "expected"), [("yes", (60, None)), ("no", (50, 50))])
def test_it_asks_whether_open_ones_follow_another_rate(
    sign_in: Any, dana: Any, alice: Any, follow: str, expected: tuple[int, int | None]
) -> None:
    record = make_opportunity(alice, at="quote", amount=Decimal(1000))
    by_hand = make_opportunity(alice, at="quote", probability_manual=77)
    row = stage("quote")
    client = sign_in(dana)
    url, data = f"/settings/stages/{row.pk}/", values(row, probability=60)
    asked = client.post(url, data).content.decode()
    assert "¥500" in asked
    assert "¥600" in asked
    assert stage("quote").probability == 50
    assert client.post(url, {**data, "follow": follow}).status_code == 302
    record.refresh_from_db()
    by_hand.refresh_from_db()
    assert stage("quote").probability == 60
    assert (record.probability, record.probability_manual) == expected
    assert (by_hand.probability, by_hand.probability_manual) == (77, 77)
    assert_equals_recount()
    client.post("/undo/last/")
    record.refresh_from_db()
    assert (record.probability, record.probability_manual) == (50, None)
    assert stage("quote").probability == 50


def test_it_keeps_phase_and_kind_of_a_stage_that_was_used(
    dana: Any, alice: Any, actor: Any, now: Any
) -> None:
    make_opportunity(alice, at="quote")
    row = stage("quote")
    with pytest.raises(Invalid):
        save_stage(
            actor=actor(dana),
            pipeline=row.pipeline,
            stage=row,
            values=values(row, phase="nurture"),
            now=now,
        )
    free = stage("verified")
    save_stage(
        actor=actor(dana),
        pipeline=free.pipeline,
        stage=free,
        values=values(free, phase="evaluate"),
        now=now,
    )
    assert stage("verified").phase == "evaluate"


def test_it_lets_the_forecast_follow_unless_set_by_hand(
    dana: Any, alice: Any, actor: Any, now: Any
) -> None:
    record = make_opportunity(alice, at="quote")
    by_hand = make_opportunity(alice, at="quote", forecast="commit", forecast_manual=True)
    row = stage("quote")
    save_stage(
        actor=actor(dana),
        pipeline=row.pipeline,
        stage=row,
        values=values(row, forecast="pipeline"),
        now=now,
    )
    record.refresh_from_db()
    by_hand.refresh_from_db()
    assert (record.forecast, by_hand.forecast) == ("pipeline", "commit")


def test_it_retires_only_what_is_empty_and_never_deletes(
    dana: Any, alice: Any, actor: Any, now: Any
) -> None:
    me = actor(dana)
    make_opportunity(alice, at="quote")
    with pytest.raises(Invalid):
        retire_stage(actor=me, stage=stage("quote"), now=now)
    with pytest.raises(Invalid):
        retire_stage(actor=me, stage=stage("won"), now=now)
    retire_stage(actor=me, stage=stage("negotiation"), now=now)
    assert "negotiation" not in [one.key for one in stages()]
    undo_operation(actor=me, target=Operation.objects.latest("id"), now=now)
    assert stage("negotiation").is_active


def test_it_orders_stages(dana: Any, actor: Any, now: Any) -> None:
    me, home = actor(dana), default_pipeline()
    move_stage(actor=me, stage=stage("quote"), step=1, now=now)
    keys = [one.key for one in stages(home.pk, phase="convert")]
    assert keys[:3] == ["discovery", "negotiation", "quote"]
    move_stage(actor=me, stage=stage("quote"), step=-1, now=now)
    assert [one.key for one in stages(home.pk, phase="convert")][1] == "quote"


def test_it_begins_a_pipeline_that_works(
    sign_in: Any, dana: Any, alice: Any, actor: Any, now: Any
) -> None:
    row = save_pipeline(actor=actor(dana), name_zh="大客户", name_en="", now=now)
    assert Pipeline.objects.get(pk=row.pk).name_en == "大客户"
    assert {one.kind for one in stages(row.pk)} == {"open", "won", "lost"}
    data = {
        "name_zh": "试点",
        "name_en": "Pilot",
        "phase": "convert",
        "kind": "open",
        "probability": 40,
        "forecast": "best",
        "stale_days": 5,
    }
    client = sign_in(dana)
    assert client.post(f"/settings/pipelines/{row.pk}/stages/new/", data).status_code == 302
    wrong = client.post(f"/settings/pipelines/{row.pk}/stages/new/", {**data, "kind": "won"})
    assert wrong.status_code == 400
    make_opportunity(alice, stage=Stage.objects.get(name_en="Pilot"), name="In the pilot")
    html = sign_in(alice).get(f"/phases/convert/?pipeline={row.pk}").content.decode()
    assert "In the pilot" in html
    assert "Standard" in html, "a switch between pipelines"


def test_it_keeps_reasons_in_two_levels(sign_in: Any, dana: Any, actor: Any, now: Any) -> None:
    me = actor(dana)
    top = reason("price")
    child = save_reason(actor=me, outcome="lost", name_zh="汇率", name_en="", parent=top, now=now)
    with pytest.raises(Invalid):
        save_reason(actor=me, outcome="lost", name_zh="x", name_en="", parent=child, now=now)
    with pytest.raises(Invalid):
        save_reason(actor=me, outcome="won", name_zh="x", name_en="", parent=top, now=now)
    use_reason(actor=me, reason=top, on=False, now=now)
    offered = {one.pk for one in reasons("lost")}
    assert not offered & {top.pk, child.pk}
    assert Reason.objects.filter(pk=child.pk).exists()
    html = sign_in(dana).get("/settings/reasons/").content.decode()
    assert "retired" in html


def test_it_keeps_competitors_and_channels(sign_in: Any, dana: Any) -> None:
    client = sign_in(dana)
    assert client.post("/settings/competitors/new/", {"name": "Hengjie"}).status_code == 302
    twice = client.post("/settings/competitors/new/", {"name": "HENGJIE"})
    assert twice.status_code == 400
    bad = client.post("/settings/competitors/new/", {"name": "X", "website": "javascript:1"})
    assert bad.status_code == 400
    row = Competitor.objects.get()
    assert client.post(f"/settings/competitors/{row.pk}/delete/").status_code == 302
    assert not Competitor.objects.filter(deleted_at=None).exists()
    data = {"name_zh": "抖音", "name_en": "Douyin", "kind": "web"}
    assert client.post("/settings/channels/new/", data).status_code == 302
    mine = Channel.objects.get(name_en="Douyin")
    assert client.post(f"/settings/channels/{mine.pk}/use/").status_code == 302
    mine.refresh_from_db()
    assert not mine.is_active
