"""Intent of opportunities: kept by events and at night, traced on its page, changed by a rule."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shangji.core.activities.actions import log_activity
from shangji.core.channels.models import Touch
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.actions.touches import record_touch
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.lib.errors import Forbidden, Invalid
from shangji.phases.evaluate.actions.intent import count_all_intent, set_intent_rule
from shangji.phases.evaluate.models import IntentRule, Standing, StandingPoint
from shangji.phases.evaluate.queries.intent import current_intent_rule

TOUCH = {"by": "touch", "value": "", "points": 2, "cap": 20}


def intent_of(deal: Opportunity) -> Decimal | None:
    return Standing.objects.filter(pk=deal.pk).values_list("intent", flat=True).first()


@pytest.fixture
def deal(alice: Any) -> Opportunity:
    return make_opportunity(alice)


def test_it_counts_a_touch_when_it_is_recorded(alice: Any, deal: Any) -> None:
    now = timezone.now()
    record_touch(actor=Actor(alice), opportunity=deal, channel=None, at=now, now=now)
    run_all_jobs()
    assert intent_of(deal) == 2
    points = StandingPoint.objects.filter(opportunity=deal, kind="intent")
    assert [(point.value, point.source) for point in points] == [(2, "intent:v0")]


def test_it_counts_a_machine_nothing(alice: Any, deal: Any, now: datetime) -> None:
    record_touch(
        actor=Actor(alice), opportunity=deal, channel=None, at=now, now=now, is_machine=True
    )
    run_all_jobs()
    assert not intent_of(deal)


def test_it_counts_a_call_in_the_same_breath(alice: Any, deal: Any, now: datetime) -> None:
    log_activity(actor=Actor(alice), kind="call", text="Asked for a demo", about=deal, now=now)
    assert intent_of(deal) == 4


def test_undoing_the_call_takes_its_points_back(alice: Any, deal: Any, now: datetime) -> None:
    log_activity(actor=Actor(alice), kind="call", text="Asked for a demo", about=deal, now=now)
    target = Operation.objects.filter(action="activity.log").latest("id")
    undo_operation(actor=Actor(alice), target=target, now=now)
    assert intent_of(deal) == 0


def test_it_decays_at_night(alice: Any, deal: Any, now: datetime) -> None:
    log_activity(actor=Actor(alice), kind="meeting", text="Demo", about=deal, now=now)
    later = now + timedelta(days=14)
    assert count_all_intent(now=later) == 1
    assert intent_of(deal) == 4
    kept = StandingPoint.objects.filter(opportunity=deal, kind="intent").order_by("on")
    assert [point.value for point in kept] == [8, 4]


def test_it_counts_what_the_contact_did_without_an_opportunity(alice: Any, now: datetime) -> None:
    contact = make_contact(alice)
    deal = make_opportunity(alice, contact=contact)
    Touch.objects.create(contact=contact, at=now - timedelta(days=14))
    count_all_intent(now=now)
    assert intent_of(deal) == 1


def test_a_new_rule_counts_every_open_opportunity_anew(alice: Any, mei: Any, deal: Any) -> None:
    now = timezone.now()
    Touch.objects.create(opportunity_id=deal.pk, at=now)
    Opportunity.objects.filter(pk=deal.pk).update(last_contact_at=now)
    set_intent_rule(actor=Actor(mei), half_life_days=7, lines=[{**TOUCH, "points": 5}], now=now)
    run_all_jobs()
    assert intent_of(deal) == 5
    assert StandingPoint.objects.get(opportunity=deal, kind="intent").source == "intent:v1"


def test_undoing_a_rule_brings_the_one_before_back(mei: Any, now: datetime) -> None:
    for points in (5, 9):
        set_intent_rule(
            actor=Actor(mei), half_life_days=7, lines=[{**TOUCH, "points": points}], now=now
        )
    undo_operation(actor=Actor(mei), target=Operation.objects.latest("id"), now=now)
    row, rule = current_intent_rule()
    assert row is not None
    assert (row.number, rule.lines[0].points) == (1, 5)


def test_it_asks_for_the_right_and_for_sense(alice: Any, mei: Any, now: datetime) -> None:
    with pytest.raises(Forbidden):
        set_intent_rule(actor=Actor(alice), half_life_days=7, lines=[TOUCH], now=now)
    for half_life, lines in ((0, [TOUCH]), (7, [{**TOUCH, "cap": 0}]), (7, [TOUCH] * 101)):
        with pytest.raises(Invalid):
            set_intent_rule(actor=Actor(mei), half_life_days=half_life, lines=lines, now=now)
    assert not IntentRule.objects.exists()


def test_it_skips_a_broken_rule_and_says_so(mei: Any, sign_in: Any, now: datetime) -> None:
    IntentRule.objects.create(
        number=1, half_life_days=7, lines={"version": 9}, created_at=now, updated_at=now
    )
    assert current_intent_rule()[0] is None
    assert "cannot be read" in sign_in(mei).get("/settings/intent/").content.decode()


def test_its_page_traces_every_point(alice: Any, deal: Any, sign_in: Any, now: datetime) -> None:
    log_activity(actor=Actor(alice), kind="call", text="Asked for a demo", about=deal, now=now)
    record_touch(
        actor=Actor(alice), opportunity=deal, channel=None, at=now, now=now, source="Mail robot",
        is_machine=True,
    )  # fmt: skip
    page = sign_in(alice).get(f"/opportunities/{deal.pk}/evaluate/intent/").content.decode()
    activity = deal.activities.get()
    assert f'href="/activities/{activity.pk}/"' in page
    assert "Mail robot" in page
    assert "by a machine: counts nothing" in page


def test_a_touch_leads_to_its_own_line_in_the_timeline(
    alice: Any, deal: Any, sign_in: Any, now: datetime
) -> None:
    for hours in range(30):
        at = now - timedelta(hours=hours)
        Touch.objects.create(opportunity_id=deal.pk, at=at, source=f"Visit {hours}")
    client = sign_in(alice)
    page = client.get(f"/opportunities/{deal.pk}/evaluate/intent/").content.decode()
    oldest = Touch.objects.earliest("at")
    link = re.search(rf'href="([^"]+#e-t{oldest.pk:015d})"', page)
    assert link is not None
    timeline = client.get(unescape(link[1])).content.decode()
    assert f'id="e-t{oldest.pk:015d}"' in timeline


def test_its_page_asks_as_often_for_many_events_as_for_few(
    alice: Any, deal: Any, sign_in: Any, now: datetime
) -> None:
    client = sign_in(alice)
    url = f"/opportunities/{deal.pk}/evaluate/intent/"

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        return len(found)

    Touch.objects.create(opportunity_id=deal.pk, at=now - timedelta(days=1))
    log_activity(actor=Actor(alice), kind="call", text="One", about=deal, now=now)
    few = queries()
    for n in range(20):
        Touch.objects.create(opportunity_id=deal.pk, at=now - timedelta(days=n))
        log_activity(actor=Actor(alice), kind="call", text="More", about=deal, now=now)
    assert queries() == few


def test_a_preview_changes_nothing(
    alice: Any, mei: Any, deal: Any, sign_in: Any, now: datetime
) -> None:
    log_activity(actor=Actor(alice), kind="call", text="Asked for a demo", about=deal, now=now)
    page = sign_in(mei).get("/settings/intent/?preview=1&half_life_days=7&points_2=40&cap_2=5")
    text = page.content.decode()
    assert deal.name in text
    assert "nothing is saved yet" in text
    assert not IntentRule.objects.exists()


def test_it_saves_the_form(mei: Any, sign_in: Any) -> None:
    sign_in(mei).post(
        "/settings/intent/", {"half_life_days": "21", "points_2": "6.5", "cap_2": "4"}
    )
    row = IntentRule.objects.get()
    line = {"by": "activity", "value": "visit", "points": 6.5, "cap": 4}
    assert (row.half_life_days, row.lines["lines"]) == (21, [line])
