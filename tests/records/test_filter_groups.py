"""Groups of filters: in the address, in the panel, in saved views; related rows; why it is here."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone, translation

from shangji.core.accounts.factories import make_account
from shangji.core.activities.factories import make_activity
from shangji.core.channels.models import Channel, Touch
from shangji.core.opportunities.factories import make_opportunity
from shangji.lib.errors import Invalid
from shangji.records.conditions import (
    All,
    AnyOf,
    Condition,
    Not,
    chips,
    compile_node,
    holds,
    load,
    read_node,
    read_nodes,
    reasons,
)
from shangji.records.conditions.editing import add, flip, invert, part_at, put, read_place, root_of
from shangji.records.conditions.related import read_operand, write_operand
from shangji.records.description import describe
from shangji.records.models import SavedView
from tests.api.client import program

A, B, C = (Condition("city", "is", name) for name in ("A (x)", "B%29", "C"))


@pytest.mark.parametrize(
    "node",
    [A, AnyOf((A, B)), All((A, AnyOf((B, Not(C))))), Not(All((A,))), AnyOf(()), Not(AnyOf(()))],
)
def test_it_reads_back_what_it_writes_into_an_address(node: Any) -> None:
    assert read_node(node.text) == node


@pytest.mark.parametrize(
    "text",
    ["any(", "any)", "any(city.is.A", "any(city.is.A))", "any(city.is.A)x",
     "not(city.is.A)(x.is.y)", "not", "any(city)", "not()",
     "any(all(any(all(any(all(city.is.A))))))"],
)  # fmt: skip
def test_it_refuses_a_torn_group(text: str, alice: Any, sign_in: Any) -> None:
    with pytest.raises(Invalid):
        read_nodes([text])
    assert sign_in(alice).get(f"/accounts/?{urlencode({'f': text})}").status_code == 400


def test_it_counts_conditions_inside_groups() -> None:
    group = AnyOf(tuple(Condition("city", "is", str(n)) for n in range(16)))
    with pytest.raises(Invalid):
        read_nodes([group.text, All(group.parts).text])


def test_it_says_where_a_name_is_wrong(alice: Any, actor: Any) -> None:
    tree = All((A, AnyOf((B, Condition("account.foo", "is", "x")))))
    for ask in (
        lambda: compile_node(describe("account"), actor(alice), tree),
        lambda: holds(describe("account"), actor(alice), tree, {}, datetime.now(UTC)),
        lambda: load(
            {"version": 1, "where": {"all": [{"field": "city", "op": "is", "value": "A"},
             {"any": [{"field": "city", "op": "is", "value": "B"}, {"field": "x"}]}]}}
        ),
    ):  # fmt: skip
        with translation.override("en"), pytest.raises(Invalid, match=r"Condition 2\.2: ") as told:
            ask()
        assert list(told.value.errors) == ["2.2"]


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"version": 2, "where": {"all": []}}, {"version": True, "where": {"all": []}},
     {"version": 1, "where": {"all": {}}}, {"version": 1, "where": {"some": []}},
     {"version": 1, "where": {"field": "city", "op": "is", "value": 1}},
     {"version": 1, "where": {"field": "city", "op": "like"}},
     {"version": 1, "where": {"field": "city.is", "op": "is", "value": "x"}},
     {"version": 1, "where": {"not": {"not": {"not": {"not": {"not": {"not": {"all": []}}}}}}}}],
)  # fmt: skip
def test_it_refuses_json_that_is_not_known(data: Any) -> None:
    with pytest.raises(Invalid):
        load(data)


def test_it_edits_a_tree_by_places() -> None:
    root = root_of((A, AnyOf((B, C))))
    assert part_at(root, (2, 1)) == B
    assert put(root, (2, 1), None) == All((A, AnyOf((C,))))
    assert put(All((AnyOf((B,)),)), (1, 1), None) is None
    assert add(root, (2,), A) == All((A, AnyOf((B, C, A))))
    assert add(root, (), C) == All((A, AnyOf((B, C)), C))
    assert flip(root, (2,)) == All((A, All((B, C))))
    assert flip(root, ()) == AnyOf((A, AnyOf((B, C))))
    assert invert(root, (2, 1)) == All((A, AnyOf((Not(B), C))))
    assert invert(invert(root, (1,)), (1,)) == root
    assert put(root, (7, 1), C) == root
    assert [read_place(text) for text in ("2.1", "", "x", "2.", "1")] == [(2, 1), (), (), (), (1,)]


def names(page: Any) -> set[str]:
    text = page.content.decode()
    return {name for name in ("Ningbo Steel", "Suzhou Optics", "Hangzhou Foods") if name in text}


@pytest.fixture
def three(alice: Any) -> list[Any]:
    return [
        make_account(alice, name=name, city=name.split()[0], industry=industry)
        for name, industry in (
            ("Ningbo Steel", "energy"), ("Suzhou Optics", "software"), ("Hangzhou Foods", "food"),
        )
    ]  # fmt: skip


def test_it_matches_any_in_the_list_and_its_panel(alice: Any, sign_in: Any, three: Any) -> None:
    client = sign_in(alice)
    group = "any(city.is.Ningbo)(industry.is.software)"
    page = client.get(f"/accounts/?{urlencode({'f': group})}")
    assert names(page) == {"Ningbo Steel", "Suzhou Optics"}
    assert "any of" in page.content.decode()
    panel = client.get(f"/accounts/?{urlencode({'f': group, 'edit': 1})}").content.decode()
    assert 'id="filter-panel"' in panel
    flipped = panel.split('<a href="')
    link = next(one for one in flipped if "Match all</a>" in one.split("<")[0] + "</a>")
    url = link.split('"')[0].replace("&amp;", "&")
    assert names(client.get(f"/accounts/{url}")) == set()


def test_it_adds_and_changes_by_place(alice: Any, sign_in: Any, three: Any) -> None:
    client = sign_in(alice)
    f = "any(city.is.Ningbo)(industry.is.food)"
    sent = {"f": f, "add": "industry", "op": "in", "value": "software", "at": "", "edit": "1"}
    added = client.get(f"/accounts/?{urlencode(sent)}")
    assert added.status_code == 302
    assert added.headers["Location"].endswith("&edit=1")
    assert names(client.get(added.headers["Location"])) == {
        "Ningbo Steel", "Suzhou Optics", "Hangzhou Foods",
    }  # fmt: skip
    changed = client.get(f"/accounts/?{urlencode(sent | {'put': '2', 'value': 'software'})}")
    assert names(client.get(changed.headers["Location"])) == {"Ningbo Steel", "Suzhou Optics"}
    joined = client.get(f"/accounts/?{urlencode(sent | {'join': 'all'})}")
    assert "all(industry.in.software)" in joined.headers["Location"].replace("%28", "(").replace(
        "%29", ")"
    )
    # a form of a filter for a group comes as a fragment with the place in it
    menu = client.get(
        f"/accounts/?{urlencode({'f': f, 'filter': 'city', 'at': '1', 'edit': '1'})}",
        headers={"HX-Request": "true"},
    )
    assert b'name="at" value="1"' in menu.content


def test_it_keeps_groups_in_saved_views_and_reads_old_ones(
    alice: Any, sign_in: Any, three: Any
) -> None:
    client = sign_in(alice)
    data = {"name": "North", "shared_with": "private", "f": "any(city.is.Ningbo)(industry.is.food)"}
    number = client.post("/accounts/views/", data).headers["Location"].split("view=")[1]
    view = SavedView.objects.get(pk=number)
    assert view.definition["version"] == 3
    assert list(view.definition["where"][0]) == ["any"]
    assert names(client.get(f"/accounts/?view={number}")) == {"Ningbo Steel", "Hangzhou Foods"}
    old = {"version": 1, "conditions": ["city.is.Suzhou"], "sort": "", "group": "", "columns": []}
    SavedView.objects.filter(pk=number).update(definition=old)
    assert names(client.get(f"/accounts/?view={number}")) == {"Suzhou Optics"}
    wrong = old | {"conditions": ["employees.gte.many"]}
    SavedView.objects.filter(pk=number).update(definition=wrong)
    assert "is broken" in client.get(f"/accounts/?view={number}").content.decode()


def test_it_asks_linked_records_as_far_as_they_are_seen(
    alice: Any, charlie: Any, actor: Any, sign_in: Any
) -> None:
    mine, foreign = (
        make_account(alice, industry="software"),
        make_account(charlie, industry="software"),
    )
    make_opportunity(alice, name="Seen", account=mine)
    make_opportunity(alice, name="Not seen", account=foreign)
    make_opportunity(alice, name="Without")
    page = sign_in(alice).get("/opportunities/?f=account.industry.is.software").content.decode()
    assert "Seen" in page
    assert "Not seen" not in page
    assert "Customer › Industry" in page
    page = sign_in(alice).get("/opportunities/?f=account.industry.not.software").content.decode()
    assert "Nothing fits these filters" in page
    assert sign_in(alice).get("/opportunities/?f=account.foo.is.x").status_code == 400
    assert sign_in(alice).get("/opportunities/?filter=account.industry").status_code == 200
    assert b"account.industry" in sign_in(alice).get("/opportunities/?filter=account").content


def test_it_finds_what_nobody_worked_on(alice: Any, actor: Any, sign_in: Any, now: Any) -> None:
    here = timezone.now()
    for name, kind, days in (("Called", "call", 3), ("Met", "meeting", 30), ("Planned", "task", 0)):
        deal = make_opportunity(alice, name=name)
        done = here - timedelta(days=days) if days else None
        make_activity(alice, kind=kind, opportunity=deal, done_at=done)
    make_opportunity(alice, name="Untouched")

    def shown(text: str) -> set[str]:
        page = sign_in(alice).get(f"/opportunities/?{urlencode({'f': text})}").content.decode()
        return {name for name in ("Called", "Met", "Planned", "Untouched") if f">{name}<" in page}

    assert shown("activities.none.past_14") == {"Met", "Planned", "Untouched"}
    assert shown("activities.none.") == {"Planned", "Untouched"}
    assert shown("activities.some.past_60?kind.is.meeting") == {"Met"}
    assert shown("activities.some.?kind.in.call%2Cmeeting") == {"Called", "Met"}
    for wrong in ("activities.some.never", "activities.some.?nothing.is.x", "activities.is.1"):
        assert sign_in(alice).get(f"/opportunities/?f={wrong}").status_code == 400
    sent = {"add": "activities", "op": "none", "days": "14", "span": "past", "in_kind": "call"}
    added = sign_in(alice).get(f"/opportunities/?{urlencode(sent)}").headers["Location"]
    assert urlencode({"f": "activities.none.past_14?kind.in.call"}) in added


def test_it_asks_for_touches_by_people(alice: Any, sign_in: Any, now: Any) -> None:
    channel = Channel.objects.order_by("pk").first()
    assert channel is not None
    human, machine = make_opportunity(alice, name="Human"), make_opportunity(alice, name="Machine")
    for deal, is_machine in ((human, False), (machine, True)):
        Touch.objects.create(
            opportunity_id=deal.pk, channel=channel, source="Baidu", at=now, is_machine=is_machine
        )
    text = f"touches.some.?channel.is.{channel.pk}&source.has.baidu"
    page = sign_in(alice).get(f"/opportunities/?{urlencode({'f': text})}").content.decode()
    assert ">Human<" in page
    assert ">Machine<" not in page


def test_it_writes_operands_it_reads() -> None:
    inner = (Condition("kind", "is", "a&b?c%"), Condition("outcome", "has", "价格"))
    assert read_operand(write_operand("past_14", inner)) == ("past_14", inner)
    assert write_operand("past_14", ()) == "past_14"


def test_it_says_why_a_record_is_here(alice: Any, actor: Any, three: Any, now: Any) -> None:
    tree = read_nodes(["any(city.is.Ningbo)(industry.is.food)", "owner.in.me"])
    with translation.override("en"):
        found = reasons(describe("account"), actor(alice), tree, three[0], now)
        told = chips(describe("account"), actor(alice), tree)
    assert [one.is_met for one in found] == [True, True]
    assert [(one.field, one.value, one.is_met) for one in found[0].parts] == [
        ("City", "Ningbo", True), ("Industry", "Food and drink", False),
    ]  # fmt: skip
    assert told[0].value == "City Ningbo · Industry Food and drink"


def test_it_tells_why_on_the_record(alice: Any, sign_in: Any, three: Any) -> None:
    client = sign_in(alice)
    origin = f"/accounts/?{urlencode({'f': 'any(city.is.Ningbo)(industry.is.food)'})}"
    page = client.get(f"/accounts/{three[0].pk}/?{urlencode({'in': origin})}").content.decode()
    assert "Why here?" in page
    url = f"/accounts/{three[0].pk}/why/?{urlencode({'in': origin})}"
    for told in (client.get(url), client.get(url, headers={"HX-Request": "true"})):
        text = told.content.decode()
        assert "Why it is in “Customers”" in text
        assert text.index("Ningbo</b>") < text.index("does not hold") < text.index("Food and drink")
    assert "no filter" in client.get(f"/accounts/{three[0].pk}/why/").content.decode()
    wrong = urlencode({"in": "/accounts/?f=any(city.is.x"})
    assert client.get(f"/accounts/{three[0].pk}/why/?{wrong}").status_code == 400


def test_it_carries_groups_into_exports_bulk_verbs_and_the_api(
    alice: Any, sign_in: Any, three: Any, now: Any
) -> None:
    group = "any(city.is.Ningbo)(industry.is.food)"
    client = sign_in(alice)
    answer = client.get(f"/accounts/export/?{urlencode({'f': group, 'format': 'csv'})}")
    text = b"".join(answer.streaming_content).decode()
    assert "Ningbo Steel" in text
    assert "Suzhou Optics" not in text
    sent = {"all": "1", "f": group, "field": "city", "value": "Wenzhou", "go": "1"}
    assert client.post("/accounts/bulk/edit/", sent).status_code == 302
    assert {type(one).objects.get(pk=one.pk).city for one in three} == {"Wenzhou", "Suzhou"}
    found = program(alice, now).get("accounts?f=not(city.is.Wenzhou)")
    assert [row["name"] for row in found.data["items"]] == ["Suzhou Optics"]
