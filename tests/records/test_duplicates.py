"""Likely duplicates: found as records are saved, told without leaking, told apart for good."""

from typing import Any

import pytest
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.accounts.models import Account
from shangji.core.contacts.factories import make_contact
from shangji.core.contacts.models import ContactPoint
from shangji.foundation.access.definitions import role_to_json
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.jobs.models import Job
from shangji.lib.errors import Forbidden, Invalid, NotFound
from shangji.records.actions import create_record, delete_record, edit_record, restore_record
from shangji.records.description import describe
from shangji.records.duplicates import keeping
from shangji.records.duplicates.actions import judge_pair, set_rule
from shangji.records.duplicates.keeping import current_rule, fill
from shangji.records.duplicates.models import DuplicateKey, DuplicatePair, DuplicateRule
from shangji.records.duplicates.previews import preview, shown_rule
from shangji.records.duplicates.queries import count_pairs, pairs, similar
from shangji.records.duplicates.rules import Rule, together
from shangji.records.merging.actions import merge_records
from tests.api.client import program

pytestmark = pytest.mark.django_db


def make(me: Any, now: Any, kind: str = "account", **values: Any) -> Any:
    return create_record(actor=me, record_type=kind, values=values, now=now)


def found() -> dict[tuple[int, int], list[str]]:
    rows = DuplicatePair.objects.filter(state="open")
    return {(row.low_id, row.high_id): [key for key, _points in row.reasons] for row in rows}


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"name": "华辰精密有限公司"}, {"name": "华辰精密集团"}, ["name"]),
        ({"name": "Acme Robotics Co., Ltd."}, {"name": "ＡＣＭＥ Robotics GmbH"}, ["name"]),
        ({"name": "苏州华辰精密机械"}, {"name": "苏州华晨精密机械"}, ["near_name"]),
        ({"name": "Acme Robotics"}, {"name": "Acme Robtoics"}, ["near_name"]),
        (
            {"name": "A", "website": "https://www.huachen.com/a"},
            {"name": "B", "website": "huachen.com"},
            ["domain"],
        ),
        ({"name": "A", "website": "qq.com"}, {"name": "B", "website": "www.qq.com"}, []),
        (
            {"name": "A", "phone": "0512-6666 1234"},
            {"name": "B", "phone": "+86 512 66661234"},
            ["phone"],
        ),
        ({"name": "华辰精密"}, {"name": "恒远物流"}, []),
    ],
)
def test_it_finds_pairs_as_records_are_saved(
    one: dict[str, str], other: dict[str, str], reasons: list[str], alice: Any, actor: Any, now: Any
) -> None:
    first, second = make(actor(alice), now, **one), make(actor(alice), now, **other)
    assert found() == ({(first.pk, second.pk): reasons} if reasons else {})


def test_a_change_of_very_many_is_looked_through_by_a_job(
    alice: Any, actor: Any, now: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 0)
    create_record(actor=actor(alice), record_type="account", values={"name": "Acme"}, now=now)
    assert not DuplicateKey.objects.exists()
    (job,) = Job.objects.filter(kind="records.find_duplicates")
    assert job.params == {"record_type": "account"}
    fill("account", 0, now)
    assert DuplicateKey.objects.exists()


def test_contacts_are_compared_by_all_their_numbers(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    firm = make_account(alice)
    first = make(me, now, "contact", name="张三", phone="138 0000 1234", account=firm.pk)
    second = make(me, now, "contact", name="李四", phone="+86 13800001234")
    third = make(me, now, "contact", name="张 三", account=firm.pk)
    make(me, now, "contact", name="张三")
    assert found() == {(first.pk, second.pk): ["phone"], (first.pk, third.pk): ["name_at"]}


def test_opportunities_are_compared_beside_their_customer(alice: Any, actor: Any, now: Any) -> None:
    me, firm = actor(alice), make_account(alice)
    first = make(me, now, "opportunity", name="MES 二期", account=firm.pk)
    second = make(me, now, "opportunity", name="MES二期", account=firm.pk)
    make(me, now, "opportunity", name="MES 二期", account=make_account(alice).pk)
    assert found() == {(first.pk, second.pk): ["name_at"]}


def test_pairs_follow_changes_bin_and_undo(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    first, second = make(me, now, name="华辰精密"), make(me, now, name="恒远物流")
    edit_record(actor=me, record=second, values={"name": "华辰精密集团"}, now=now)
    pair = {(first.pk, second.pk): ["name"]}
    assert found() == pair
    delete_record(actor=me, record=first, now=now)
    assert (found(), DuplicateKey.objects.filter(record_id=first.pk).count()) == ({}, 0)
    restore_record(actor=me, record=first, now=now)
    assert found() == pair
    merged = merge_records(
        actor=me, record_type="account", survivor_id=first.pk, other_ids=[second.pk], now=now
    )
    assert found() == {}
    undo_operation(actor=me, target=Operation.objects.get(pk=merged.operation_id), now=now)
    assert found() == pair


def test_not_the_same_is_remembered_and_can_be_undone(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    first, second = make(me, now, name="华辰精密"), make(me, now, name="华辰精密集团")
    pair = DuplicatePair.objects.get()
    operation = judge_pair(actor=me, pair=pair, state="apart", now=now)
    edit_record(actor=me, record=second, values={"name": "华辰精密有限公司"}, now=now)
    delete_record(actor=me, record=first, now=now)
    restore_record(actor=me, record=first, now=now)
    assert found() == {}
    assert count_pairs(me, describe("account")) == 0
    assert len(pairs(me, describe("account"), state="apart")[0]) == 1
    undo_operation(actor=me, target=Operation.objects.get(pk=operation), now=now)
    assert len(found()) == 1
    with pytest.raises(Invalid):
        judge_pair(actor=me, pair=pair, state="else", now=now)


def test_a_pair_is_seen_by_who_sees_both_and_judged_by_who_may_change_both(
    alice: Any, bob: Any, mei: Any, charlie: Any, vera: Any, actor: Any, now: Any
) -> None:
    make(actor(alice), now, name="华辰精密")
    make(actor(charlie), now, name="华辰精密集团")
    make(actor(bob), now, name="恒远物流"), make(actor(alice), now, name="恒远物流集团")
    far = DuplicatePair.objects.order_by("id")[0]
    assert [one.may_merge for one in pairs(actor(mei), describe("account"))[0]] == [True]
    assert pairs(actor(alice), describe("account"))[0] == []
    assert len(pairs(actor(vera), describe("account"))[0]) == 2
    assert pairs(actor(charlie), describe("account"))[0] == []
    with pytest.raises(NotFound):
        judge_pair(actor=actor(alice), pair=far, state="apart", now=now)
    with pytest.raises(Forbidden):
        judge_pair(actor=actor(vera), pair=far, state="apart", now=now)


def test_while_typing_the_unseen_is_told_without_a_field_of_it(
    alice: Any, charlie: Any, actor: Any, now: Any
) -> None:
    """ACC-2, ACC-4: that one is there, why, and whom to ask; no name, no id, no address."""
    make(actor(charlie), now, name="远洲冷链有限公司", phone="0512 6666 1234", city="苏州")
    make(actor(charlie), now, name="远洲冷链", city="杭州")
    hits = similar(actor(alice), describe("account"), {"name": "远洲冷链集团"}, None)
    assert [(hit.pk, hit.title, hit.url, hit.why, hit.ask) for hit in hits] == [
        (0, "", "", "same name", "Charlie")
    ]
    assert similar(actor(alice), describe("account"), {"name": "远洲"}, None) == []
    own = similar(actor(charlie), describe("account"), {"name": "远洲冷"}, None)
    assert {hit.title for hit in own} == {"远洲冷链有限公司", "远洲冷链"}


def test_a_field_hidden_from_the_role_is_no_oracle(
    alice: Any, charlie: Any, actor: Any, now: Any
) -> None:
    """ACC-7."""
    hiding = Role(
        key="x", name="X", description="",
        default=Grant(read=Scope.OWN, edit=Scope.OWN, create=True, hidden=frozenset({"phone"})),
    )  # fmt: skip
    row = CustomRole.objects.create(
        name="X", definition=role_to_json(hiding), created_at=now, updated_at=now
    )
    make(actor(charlie), now, name="远洲冷链", phone="0512 6666 1234")
    assert similar(actor(alice), describe("account"), {"phone": "0512 6666 1234"}, None)
    alice.role = f"custom:{row.pk}"
    alice.save()
    assert similar(actor(alice), describe("account"), {"phone": "0512 6666 1234"}, None) == []


def test_the_door_refuses_a_duplicate_when_asked(alice: Any, charlie: Any, actor: Any) -> None:
    now = timezone.now()
    mine = make(actor(alice), now, name="华辰精密", city="苏州")
    make(actor(charlie), now, name="远洲冷链")
    api = program(alice, now)
    answer = api.post("accounts?duplicates=refuse", {"name": "华辰精密集团"})
    assert (answer.status_code, answer.data["code"]) == (409, "duplicate")
    assert answer.data["duplicates"] == [
        {"id": mine.pk, "title": "华辰精密", "why": "same name", "score": 85}
    ]
    unseen = api.post("accounts?duplicates=refuse", {"name": "远洲冷链集团"}).data["duplicates"]
    assert unseen == [{"id": None, "why": "same name", "score": 85, "ask": "Charlie"}]
    assert api.post("accounts?duplicates=maybe", {"name": "A"}).status_code == 422
    assert api.post("accounts", {"name": "华辰精密集团"}).status_code == 201
    assert api.post("accounts?duplicates=refuse", {"name": "新客户"}).status_code == 201


def test_a_rule_says_what_counts_and_is_undone(alice: Any, dana: Any, actor: Any, now: Any) -> None:
    me = actor(dana)
    make_account(alice, name="华辰精密"), make_account(alice, name="华辰精密集团")
    make_account(alice, name="苏州华辰精密机械"), make_account(alice, name="苏州华晨精密机械")
    fill("account", 0, now)
    assert len(found()) == 2
    with pytest.raises(Forbidden):
        set_rule(
            actor=actor(alice), description=describe("account"), rule=Rule(frozenset()), now=now
        )
    row = set_rule(
        actor=me, description=describe("account"), rule=Rule(frozenset({"near_name"}), 95), now=now
    )
    assert Job.objects.filter(kind="records.find_duplicates").exists()
    fill("account", 0, now)
    # equal names are alike as well; one slip in eight is not enough any more
    assert list(found().values()) == [["near_name"]]
    assert current_rule(describe("account")).likeness == 95
    undo_operation(actor=me, target=Operation.objects.latest("id"), now=now)
    row.refresh_from_db()
    assert row.deleted_at is not None
    fill("account", 0, now)
    assert len(found()) == 2


def test_a_preview_counts_and_writes_nothing(alice: Any, now: Any) -> None:
    for name in (
        "华辰精密",
        "华辰精密集团",
        "华辰精密有限公司",
        "苏州华辰精密机械",
        "苏州华晨精密机械",
    ):
        make_account(alice, name=name)
    fill("account", 0, now)
    DuplicatePair.objects.all().delete()
    told = preview(describe("account"), Rule(frozenset({"name", "near_name"}), 85))
    assert (told.total, told.at_least) == (4, False)
    assert told.by_signal == (("same name", 3), ("similar name", 1))
    assert preview(describe("account"), Rule(frozenset({"near_name"}), 99)).total == 3
    assert preview(describe("account"), Rule(frozenset({"code"}))).total == 0
    assert found() == {}


def test_a_broken_rule_is_shown_as_broken_and_the_default_holds(now: Any) -> None:
    DuplicateRule.objects.create(
        of_type="account", definition={"version": 9}, created_at=now, updated_at=now
    )
    assert shown_rule(describe("account")).broken
    assert "name" in current_rule(describe("account")).on


def test_a_number_that_a_crowd_shares_says_nothing(alice: Any, actor: Any, now: Any) -> None:
    people = [make_contact(alice, name=f"P{n}") for n in range(70)]
    ContactPoint.objects.bulk_create(
        ContactPoint(contact=one, kind="phone", value="1", key="+8651266661234") for one in people
    )
    fill("contact", 0, now)
    assert found() == {}


@pytest.mark.parametrize(
    ("points", "score"), [([85], 85), ([85, 60], 94), ([100, 10], 100), ([], 0)]
)
def test_several_signs_make_surer(points: list[int], score: int) -> None:
    assert together(points) == score


def test_a_save_asks_no_more_with_more_records(
    alice: Any, actor: Any, now: Any, django_assert_max_num_queries: Any
) -> None:
    me, counts = actor(alice), []
    for number in range(3):
        for extra in range(20 * number):
            make(me, now, name=f"苏州华辰精密机械{number}{extra}")
        with django_assert_max_num_queries(60) as asked:
            make(me, now, name=f"杭州恒远物流{number}", phone="0571 1234 5678")
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_the_queue_leads_to_merging(
    alice: Any, dana: Any, actor: Any, now: Any, sign_in: Any
) -> None:
    first = make(actor(alice), now, name="华辰精密")
    second = make(actor(alice), now, name="华辰精密集团")
    browser = sign_in(alice)
    page = browser.get("/accounts/duplicates/").content.decode()
    assert f"/accounts/merge/?ids={first.pk}&amp;ids={second.pk}" in page
    assert "same name" in page and "85%" in page
    assert "/settings/duplicates/" not in page
    beside = browser.get(f"/accounts/merge/?ids={first.pk}").content.decode()
    assert "Likely the same" in beside
    pair = DuplicatePair.objects.get()
    browser.post(f"/accounts/duplicates/{pair.pk}/", {"state": "apart"})
    assert "No suspected duplicates" in browser.get("/accounts/duplicates/").content.decode()
    assert "华辰精密集团" in browser.get("/accounts/duplicates/?state=apart").content.decode()
    assert browser.get("/products/duplicates/").status_code == 404
    admin = sign_in(dana)
    told = admin.get("/settings/duplicates/?type=account&on=name&likeness=85&preview=1")
    assert "1 pair" in told.content.decode()
    assert (
        admin.post("/settings/duplicates/", {"type": "account", "likeness": "5"}).status_code == 400
    )
    saved = admin.post(
        "/settings/duplicates/", {"type": "account", "on": ["name"], "likeness": "80"}
    )
    assert saved.status_code == 302
    assert current_rule(describe("account")) == Rule(frozenset({"name"}), 80)
    assert Account.objects.alive().count() == 2
