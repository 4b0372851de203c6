"""Addresses that a workspace added: typed and chosen, found by place, grouped, out and back in."""

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from django.urls import reverse

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.foundation.search.queries import search
from shangji.records.actions import edit_record
from shangji.records.conditions import Condition, compile_node, holds
from shangji.records.description import describe
from shangji.records.kinds.base import FormatContext
from tests.custom.conftest import MakeField

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]

KEPT = (
    "",
    "CN330106 浙江省杭州市西湖区文三路 1 号\n310012",
    "CN330100 浙江省杭州市",
    "CN330000 浙江省",
    "CN320583 江苏省苏州市昆山市前进路",
    "CN000000 长安街 33 号",
    "DE000000 Unter den Linden 33\n10117 Berlin",
    "ZZ000000 12 Main Street",
)
ASKED = (
    ("in", "浙江"), ("in", "33"), ("in", "3300"), ("in", "杭州市, 江苏"), ("in", "330106"),
    ("in", "德国"), ("in", "CN"), ("in", "CN00"), ("has", "33"), ("has", "main"),
    ("has", "西湖区文三"), ("empty", ""), ("filled", ""),
)  # fmt: skip


def test_conditions_answer_the_same_in_memory(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key, me, description = make_field("address").key, actor(alice), describe("opportunity")
    for value in KEPT:
        made = make_opportunity(owner=alice, now=now)
        Opportunity.objects.filter(pk=made.pk).update(custom_values={key: value})
    every = list(Opportunity.objects.order_by("pk"))
    found = {}
    for operator, value in ASKED:
        node = Condition(key, operator, value)
        rows = Opportunity.objects.filter(compile_node(describe("opportunity"), me, node))
        ids = set(rows.values_list("pk", flat=True))
        assert ids == {one.pk for one in every if holds(description, me, node, one, now)}, node
        found[operator, value] = sorted(
            KEPT.index(every_value)
            for every_value in (one.custom_values.get(key, "") for one in every if one.pk in ids)
        )
    assert found["in", "浙江"] == found["in", "33"] == [1, 2, 3]
    assert found["in", "杭州市, 江苏"] == [1, 2, 4]
    assert found["has", "33"] == [5, 6]
    assert found["in", "CN"] == [1, 2, 3, 4, 5]


def test_it_goes_through_every_door(
    make_field: MakeField, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    field = make_field("address", "Site")
    key, browser, record = field.key, sign_in(alice), make_opportunity(owner=alice, now=now)
    edit = reverse("records:edit", args=["opportunities", record.pk]) + f"?fields={key}"
    form = browser.get(edit).content.decode()
    assert f'name="{key}-area"' in form and "<sj-address" in form
    sent = {
        f"{key}-area": "浙江省杭州市西湖区", f"{key}-street": "文三路 1 号",
        f"{key}-postcode": "310012", f"{key}-country": "CN", "version": record.version,
    }  # fmt: skip
    assert browser.post(edit, sent).status_code == 302
    record.refresh_from_db()
    assert record.custom_values == {key: KEPT[1]}
    # the same again changes nothing
    before = record.version
    assert browser.post(edit, {**sent, "version": before}).status_code == 302
    record.refresh_from_db()
    assert record.version == before
    assert 'value="浙江省杭州市西湖区"' in browser.get(edit).content.decode()
    other = make_opportunity(owner=alice, now=now)
    edit_record(actor=actor(alice), record=other, values={key: KEPT[6]}, now=now)
    url = reverse("records:list", args=["opportunities"])
    page = browser.get(f"{url}?columns=name,{key}&sort={key}&group={key}.province")
    text = page.content.decode()
    assert "浙江省杭州市西湖区文三路 1 号 310012" in text or "Xihu District" in text
    assert "Zhejiang" in text and "Germany" in text
    few = browser.get(f"{url}?columns=name,{key}&f={key}.in.浙江").content.decode()
    assert str(record.pk) in few and "Linden" not in few
    asked = browser.get(f"{url}?filter={key}", headers={"HX-Request": "true"}).content.decode()
    assert 'value="33"' in asked
    # out and back
    kind = describe("opportunity").field(key, actor(alice)).kind
    context = FormatContext.of(actor(alice), now)
    for value in KEPT:
        cell = kind.export({key: value}, key, context)
        assert kind.parse(cell, actor=actor(alice), locale="en") == value
    assert [hit.record_id for hit in search(actor(alice), "文三路")] == [record.pk]
    # programs
    one = f"/api/v1/opportunities/{record.pk}"
    told = browser.get(one).json()[key]
    assert told["district"] == {"code": "330106", "name": "西湖区"}
    assert (told["street"], told["postcode"], told["country"]) == ("文三路 1 号", "310012", "CN")
    for given, kept in (
        (told, KEPT[1]),
        ({"district": "330106", "street": "文三路 1 号", "postcode": "310012"}, KEPT[1]),
        ({"province": "浙江省", "city": {"name": "杭州市"}}, KEPT[2]),
        ({"country": "DE", "street": "Unter den Linden 33\n10117 Berlin"}, KEPT[6]),
        ("江苏省昆山市前进路", KEPT[4]),
        (None, ""),
    ):
        answer = browser.patch(one, {key: given}, content_type="application/json")
        assert answer.status_code == 200, answer.content
        record.refresh_from_db()
        assert record.custom_values.get(key, "") == kept
    for wrong in ({"city": "999999"}, {"country": "Germany", "street": "x"}, {"town": "x"}, [1]):
        answer = browser.patch(one, {key: wrong}, content_type="application/json")
        assert answer.status_code in {400, 422}, wrong
    schema = browser.get("/api/v1/openapi.json").json()["components"]["schemas"]["Opportunity"]
    assert "district" in schema["properties"][key]["properties"]


def test_the_input_asks_for_divisions(alice: User, sign_in: SignIn) -> None:
    browser, url = sign_in(alice), reverse("records:divisions")
    provinces = browser.get(url).json()
    assert {"code": "33", "name": "浙江省"}.items() <= provinces[10].items()
    assert [one["name"] for one in browser.get(f"{url}?of=3301").json()][:2] == ["上城区", "拱墅区"]
    parts = browser.get(f"{url}?read=浙江杭州西湖区文三路").json()
    assert (parts["code"], parts["street"]) == ("330106", "文三路")
    assert Client().get(url).status_code == 302
