"""Many records in one request, and a record by a key of its own."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.accounts.models import Account
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.core.opportunities.models import Opportunity, StageMove
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.people.models import User
from tests.api.client import program

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_rows_are_one_operation_with_a_result_each(
    alice: User, charlie: User, now: datetime
) -> None:
    """ACC-8 and undo."""
    api = program(alice, now)
    mine, gone, foreign = (
        make_opportunity(alice),
        make_opportunity(alice),
        make_opportunity(charlie),
    )
    answer = api.post(
        "opportunities/bulk",
        {
            "rows": [
                {"name": "New one", "amount": "5"},
                {"id": mine.pk, "version": mine.version, "description": "changed"},
                {"id": gone.pk, "delete": True},
                {"id": foreign.pk, "description": "x"},
                {"name": ""},
                {"id": mine.pk, "description": "twice"},
                {"name": "A", "amount": "lots"},
                7,
            ]
        },
    )
    assert answer.status_code == 200, answer.data
    made, changed, deleted, unseen, *wrong = answer.data["results"]
    assert made["version"] == 1 and Opportunity.objects.get(pk=made["id"]).owner_id == alice.pk
    assert StageMove.objects.filter(opportunity_id=made["id"]).count() == 1
    assert changed == {"id": mine.pk, "version": mine.version + 1}
    assert deleted["deleted"] is True
    assert unseen["problem"]["status"] == 404
    assert [one["problem"]["status"] for one in wrong] == [422, 422, 422, 422]
    operation = Operation.objects.get(pk=answer.data["operation"])
    assert operation.change_count == 3 and operation.door == "api"
    assert not Change.objects.filter(record_id=foreign.pk, operation=operation).exists()
    undone = api.post(f"operations/{operation.pk}/undo")
    assert undone.data["restored"] == 3
    assert not Opportunity.objects.alive().filter(pk=made["id"]).exists()
    assert Opportunity.objects.alive().filter(pk=gone.pk).exists()


def test_each_type_makes_its_rows_whole(dana: User, now: datetime) -> None:
    api = program(dana, now)
    made = api.post("contacts/bulk", {"rows": [{"name": "李", "phone": "13800138000"}]})
    contact = api.get(f"contacts/{made.data['results'][0]['id']}")
    assert contact.data["phone"] == "13800138000"
    logged = api.post("activities/bulk", {"rows": [{"subject": "Called", "kind": "call"}]})
    assert api.get(f"activities/{logged.data['results'][0]['id']}").data["done_at"]
    assert api.post("accounts/bulk", {"rows": [{"name": "A"}] * 501}).status_code == 422
    assert api.post("accounts/bulk", {"rows": []}).status_code == 422


def test_one_change_over_all_that_match(alice: User, charlie: User, now: datetime) -> None:
    api = program(alice, now)
    for number in range(3):
        make_opportunity(alice, name=f"Pump {number}")
    other, foreign = make_opportunity(alice, name="Valve"), make_opportunity(charlie, name="Pump")
    body = {"where": ["name.has.pump"], "values": {"tags": ["hot"]}}
    answer = api.post("opportunities/bulk-edit", body)
    assert (answer.data["done"], answer.data["left"]) == (3, 0)
    assert Opportunity.objects.get(pk=foreign.pk).tags == []
    assert Opportunity.objects.get(pk=other.pk).tags == []
    gone = api.post("opportunities/bulk-delete", {"ids": [other.pk, foreign.pk]})
    assert [one["id"] for one in gone.data["refused"]] == [foreign.pk]
    assert gone.data["done"] == 1 and Opportunity.objects.alive().filter(pk=foreign.pk).exists()
    for wrong in ({}, {"ids": [1], "where": []}, {"ids": ["a"]}, {"where": ["password.is.a"]}):
        given = {**wrong, "values": {"tags": []}}
        assert api.post("opportunities/bulk-edit", given).status_code == 422, wrong


def test_it_finds_by_a_key_or_makes(alice: User, bob: User, now: datetime) -> None:
    api = program(alice, now)
    path = "accounts/by/external_id/C-17?system=erp"
    made = api.ask("PUT", path, {"name": "华辰精密", "city": "宁波"})
    assert made.status_code == 201
    changed = api.ask("PUT", path, {"name": "华辰精密", "city": "杭州"})
    assert changed.status_code == 200 and changed.data["id"] == made.data["id"]
    assert Account.objects.get().city == "杭州"
    assert api.ask("PUT", "accounts/by/external_id/C-17?system=other", {"name": "B"}).data["id"]
    assert api.ask("PUT", "accounts/by/name/华辰精密", {"city": "上海"}).status_code == 200
    api.post("contacts", {"name": "Li", "email": "li@example.com"})
    found = api.ask("PUT", "contacts/by/email/LI@example.com", {"job_title": "CIO"})
    assert found.status_code == 200, found.data
    make_account(alice, name="Twice"), make_account(alice, name="Twice")
    assert api.ask("PUT", "accounts/by/name/Twice", {"city": "x"}).status_code == 409
    assert api.ask("PUT", "accounts/by/owner/1", {"city": "x"}).status_code == 422
    assert api.ask("PUT", "accounts/by/external_id/C-18", {"name": "x"}).status_code == 422
    hidden = make_account(bob, name="Bobs")
    assert api.ask("PUT", "accounts/by/name/Bobs", {"city": "x"}).status_code == 201
    hidden.refresh_from_db()
    assert hidden.city != "x"


def test_many_move_and_get_a_next_step_in_one_operation_each(
    alice: User, charlie: User, now: datetime
) -> None:
    mine = [make_opportunity(alice, at="discovery", name=f"MES {n}") for n in range(2)]
    theirs = make_opportunity(charlie, at="discovery", name="MES 9")
    me, quote = program(alice, now), stage("quote")
    body = {"ids": [mine[0].pk, theirs.pk], "stage": quote.pk}
    told = me.post("opportunities/bulk-move", body).data
    assert (told["done"], [one["id"] for one in told["refused"]]) == (1, [theirs.pk])
    step = {"where": ["name.has.MES"], "next_step": "Visit", "next_step_on": "2026-12-01"}
    told = me.post("opportunities/bulk-next-step", step).data
    assert told["done"] == 2 and told["operation"]
    assert me.post("opportunities/bulk-move", {"stage": quote.pk}).status_code == 422
    found = Opportunity.objects.order_by("pk").values_list("stage_id", "next_step")
    first, second, other = found
    assert first == (quote.pk, "Visit") and second[1] == "Visit"
    assert other[0] == second[0] != quote.pk and other[1] != "Visit"


def test_the_smaller_verbs_of_a_deal_have_addresses(alice: User, now: datetime) -> None:
    deal, me = (
        make_opportunity(alice, at="quote", next_step="", probability=77),
        program(alice, now),
    )
    Opportunity.objects.update(probability_manual=True, forecast="omitted", forecast_manual=True)
    at = f"opportunities/{deal.pk}"
    assert me.post(f"{at}/reset-probability", {}).data["probability"] == stage("quote").probability
    assert me.post(f"{at}/reset-forecast", {}).data["forecast"] == stage("quote").forecast
    assert me.post(f"{at}/plan-call", {}).data["next_step"] == "Call"
    assert [one["id"] for one in me.get("work-queue").data["items"]] == [deal.pk]
    day = timezone.localdate(now) + timedelta(days=2)
    assert me.post(f"{at}/snooze", {"until": day.isoformat()}).status_code == 204
    assert me.get("work-queue").data["items"] == []
    assert me.post(f"{at}/snooze", {"until": "2026-01-01"}).status_code == 422
