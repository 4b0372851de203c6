"""Conditions give the same answer in SQL and in memory (law 7), on the database at hand.

Over generated records and trees: Chinese text, case, letters that only one of the databases
knows the case of, wildcards, NULL, decimals, days, instants, links that are not the reader's.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shangji.core.accounts.models import Account
from shangji.core.activities.models import Activity
from shangji.core.channels.models import Touch
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.factories import stage
from shangji.core.opportunities.models import Opportunity, OpportunityPerson
from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.models import Standing
from shangji.records.conditions import (
    BARE,
    All,
    AnyOf,
    Condition,
    Node,
    Not,
    compile_node,
    dump,
    filter_field,
    holds,
    load,
    read_condition,
    read_node,
)
from shangji.records.conditions.linked import Through
from shangji.records.conditions.related import write_operand
from shangji.records.description import describe
from shangji.records.kinds.base import OPERATORS, Kind
from tests.custom.conftest import make_field

__all__ = ["make_field"]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TEXTS = (
    "", "Haina", "HAINA", "hai", "海纳科技", "海纳", "科技 A座", "élan", "ÉLAN", "Élan",
    "ǆ", "ſ", "\u212a", "straße", "STRASSE", "İstanbul", "100% Steel", "a_b", 'a"b\\c',
    "\\", "%", "_", "😀", "ＡＢＣ", "ａｂｃ",
)  # fmt: skip
WORDS = ("VIP", "vip", "east", "重点", 'a"b', "b", "É", "é", "\\")
DAYS = tuple(date(2026, 11, 23) + timedelta(days=n) for n in (-400, -31, -30, -7, -1, 0, 1, 7, 90))
INSTANTS = tuple(
    datetime(2026, 11, 22, 16, 0, tzinfo=UTC) + timedelta(days=n, microseconds=m)
    for n in (-30, -14, -1, 0, 1)
    for m in (-1, 0, 1)
)
AMOUNTS = tuple(Decimal(one) for one in ("0", "0.1", "0.3", "-3", "99999999999.9999", "1285000"))
PERIODS = (
    "today", "yesterday", "this_week", "last_month", "this_quarter", "next_quarter", "this_year",
    "past_30", "past_14", "next_7", "past_30_working", "next_1_working", "overdue", "later",
    "past_0", "next_week_working", "never",
)  # fmt: skip

texts = st.sampled_from(TEXTS)
#: values of added fields as they are kept: addresses, rich texts, lists of files
PLACES = (
    "", "CN330106 浙江省杭州市西湖区文三路 33 号\n310012", "CN330000 浙江省", "CN000000 长安街",
    "CN320583 江苏省苏州市昆山市ÉLAN 路", "DE000000 Linden 33\n10117 Berlin", "ZZ000000 100% Main",
)  # fmt: skip
RICH = ("", "海纳 100%\x1e<p>海纳 <b>100%</b></p>", "b\x1e<p>b</p>", "ÉLAN p\x1e<h2>ÉLAN p</h2>")
KEYS = (None, ["a" * 32], ["b" * 32, "a" * 32])
#: conditions inside related rows: of activities, of touches, of opportunities, of nobody's
INNER: tuple[tuple[str, ...], ...] = (
    (), ("kind.is.call",), ("kind.in.call,meeting", "owner.in.me"), ("source.has.É(&)",),
    ("status.is.open",), ("nothing.is.here",),
)  # fmt: skip


def operands(kind: Kind, ids: list[int], people: list[int]) -> st.SearchStrategy[str]:
    """What somebody might compare a field of this kind with, fitting or not."""
    last = kind.last if isinstance(kind, Through) else kind
    odd = st.sampled_from(("", ",", "x", "1", "-0", "9999-12-31", "١٢", "1e9"))
    options = st.just("1")
    if last.name == "choice":
        values = [one.value for one in last.options]  # type: ignore[attr-defined]
        options = st.lists(st.sampled_from(values[:6]), min_size=1, max_size=3).map(",".join)
    found: dict[str, st.SearchStrategy[str]] = {
        "choice": options,
        "boolean": st.sampled_from(("1", "0", "是", "no")),
        "person": st.sampled_from(("me", "team", "me,team", *map(str, people), "Bob")),
        "link": st.one_of(texts, st.sampled_from(tuple(map(str, ids)) or ("1",))),
        "date": st.one_of(st.sampled_from(PERIODS), st.sampled_from(DAYS).map(str)),
        "tags": st.sampled_from(WORDS),
        "money": st.sampled_from(("0.1", "0.3", "-3", "128.5万", "99999999999.9999", "1,285,000")),
        "whole": st.sampled_from(("0", "3", "-5", "40000", "3000000000", "1000000000000")),
        "percent": st.sampled_from(("0", "30%", "100")),
        "number": st.sampled_from(("0", "61.25", "61.2500", "100")),
        "address": st.one_of(
            st.sampled_from(("浙江", "33,DE", "3300", "杭州市西湖区, 320583", "CN", "CN00", "ZZ")),
            texts,
        ),
    }
    found["related"] = st.builds(
        write_operand,
        st.sampled_from(("", *PERIODS)),
        st.sampled_from(INNER).map(lambda texts: tuple(map(read_condition, texts))),
    )
    found |= {"datetime": found["date"], "stale": found["boolean"], "decider": found["boolean"]}
    return st.one_of(found.get(last.name, texts), found.get(last.name, texts), odd)


def trees(record_type: str, actor: Actor, ids: list[int], people: list[int]) -> Any:
    """Trees over every field that may be filtered by, and over fields behind links."""
    description = describe(record_type)
    keys = [one.key for one in description.visible_fields(actor) if one.filterable]
    keys += [one.key for one in description.related]
    for link in ("account", "parent", "contact"):
        if link in keys:
            keys += [f"{link}.{key}" for key in ("name", "owner", "tags", "updated_at")]
    if "account" in keys:
        keys += ["account.opportunities", "account.activities"]
        keys += ["account.industry", "account.employees", "account.parent.city"]

    def conditions(key: str) -> st.SearchStrategy[Condition]:
        kind = filter_field(description, actor, key).kind
        values = operands(kind, ids, people)
        return st.sampled_from(kind.operators).flatmap(
            lambda operator: st.builds(
                Condition,
                st.just(key),
                st.just(operator),
                st.just("") if operator in BARE else values,
            )
        )

    leaves = st.sampled_from(keys).flatmap(conditions)
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.lists(parts, max_size=3).map(lambda found: All(tuple(found))),
            st.lists(parts, max_size=3).map(lambda found: AnyOf(tuple(found))),
            parts.map(Not),
        ),
        max_leaves=5,
    )


@st.composite
def company(draw: Any, owners: list[int | None], own: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": draw(texts) or "A",
        "owner_id": draw(st.sampled_from(owners)),
        "industry": draw(st.sampled_from(("", "software", "energy", "unknown"))),
        "employees": draw(st.sampled_from((None, 0, 3, 40000))),
        "revenue": draw(st.sampled_from((None, *AMOUNTS))),
        "city": draw(texts),
        "phone": draw(st.sampled_from(("", "138 0000 1234"))),
        "tags": sorted(draw(st.sets(st.sampled_from(WORDS), max_size=3))),
        "deleted_at": draw(st.sampled_from((None, None, None, NOW))),
        "custom_values": {key: draw(st.sampled_from(values)) for key, values in own.items()},
    }


@st.composite
def deal(draw: Any, owners: list[int | None], accounts: list[int]) -> dict[str, Any]:
    return {
        "name": draw(texts) or "D",
        "owner_id": draw(st.sampled_from(owners)),
        "account_id": draw(st.sampled_from((None, *accounts))),
        "amount": draw(st.sampled_from((None, *AMOUNTS))),
        "probability": draw(st.sampled_from((0, 30, 100))),
        "expected_close_on": draw(st.sampled_from((None, *DAYS))),
        "last_contact_at": draw(st.sampled_from((None, *INSTANTS))),
        "next_step": draw(texts),
        "push_count": draw(st.sampled_from((0, 3))),
        "tags": sorted(draw(st.sets(st.sampled_from(WORDS), max_size=3))),
        "description": draw(texts),
    }


def in_sql(record_type: str, actor: Actor, node: Node) -> set[int] | str:
    description = describe(record_type)
    try:
        found = compile_node(description, actor, node, now=NOW)
    except Invalid as problem:
        return str(problem)
    rows = description.model._default_manager.filter(found)
    return set(rows.values_list("pk", flat=True))


def in_memory(record_type: str, actor: Actor, node: Node) -> set[int] | str:
    description = describe(record_type)
    rows = description.model._default_manager.order_by("pk")
    try:
        return {one.pk for one in rows if holds(description, actor, node, one, NOW)}
    except Invalid as problem:
        return str(problem)


def same(record_type: str, actor: Actor, node: Node) -> None:
    told = f"{record_type} {dump(node)}"
    assert in_sql(record_type, actor, node) == in_memory(record_type, actor, node), told
    assert load(dump(node)) == node
    assert read_node(node.text) == node


@pytest.fixture
def own(make_field: Any) -> Mapping[str, Any]:
    """Added fields of accounts with the values they draw from."""
    kinds: dict[str, Any] = {
        "address": PLACES, "richtext": RICH, "file": KEYS, "tags": (None, ["east"], [*WORDS[:3]]),
        "number": (None, 0.1, 61.25), "date": (None, *map(str, DAYS[:4])), "boolean": (None, True),
        "rating": (None, 0, 3), "duration": (None, 0, 90),
    }  # fmt: skip
    return {make_field(kind, kind, of="account").key: kinds[kind] for kind in kinds}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_it_gives_the_same_answer_twice(
    data: Any, alice: Any, bob: Any, charlie: Any, mei: Any, dana: Any, own: Mapping[str, Any]
) -> None:
    people = [alice.pk, bob.pk, charlie.pk]
    owners: list[int | None] = [None, *people]
    actor = Actor(data.draw(st.sampled_from((alice, mei, dana))))
    stamps = {"created_at": NOW - timedelta(days=3), "updated_at": NOW}
    with transaction.atomic():
        accounts = Account.objects.bulk_create(
            Account(**row, **stamps, name_key="")
            for row in data.draw(st.lists(company(owners, own), min_size=2, max_size=4))
        )
        Account.objects.filter(pk=accounts[1].pk).update(parent=accounts[0])
        ids = [one.pk for one in accounts]
        stages = [stage(key) for key in ("new", "quote", "won")]
        rows = []
        for row in data.draw(st.lists(deal(owners, ids), min_size=3, max_size=6)):
            here = data.draw(st.sampled_from(stages))
            closed = None if here.kind == "open" else NOW
            rows.append(
                Opportunity(
                    **row,
                    **stamps,
                    stage=here,
                    pipeline_id=here.pipeline_id,
                    phase=here.phase,
                    status="open" if closed is None else "won",
                    closed_at=closed,
                    stage_entered_at=NOW,
                    opened_on=DAYS[0],
                )
            )
        deals = Opportunity.objects.bulk_create(rows)
        Opportunity.objects.filter(pk=deals[1].pk).update(parent=deals[0])
        mrs_chen = Contact.objects.create(name="陈晨", owner=charlie, **stamps)
        Opportunity.objects.filter(pk=deals[2].pk).update(contact=mrs_chen)
        Standing.objects.create(opportunity=deals[1], score=Decimal("61.25"), grade="B")
        OpportunityPerson.objects.create(opportunity=deals[0], contact=mrs_chen, role="decider")
        Touch.objects.create(
            opportunity_id=deals[0].pk, account=accounts[0], at=INSTANTS[4], source="é(&)%41"
        )
        Touch.objects.create(opportunity_id=deals[1].pk, at=NOW, is_machine=True)
        for owner, done in ((alice, NOW), (charlie, INSTANTS[0]), (bob, None)):
            Activity.objects.create(
                kind="call", subject="x", owner=owner, opportunity=deals[0], account=accounts[1],
                done_at=done, **stamps,
            )  # fmt: skip
        for record_type, chosen in (("account", ids), ("opportunity", [d.pk for d in deals])):
            for _tree in range(8):
                tree = data.draw(trees(record_type, actor, chosen[:2] + ids[:2], people))
                same(record_type, actor, tree)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_it_knows_every_operator_in_memory(alice: Any, dana: Any, actor: Any) -> None:
    """Each field and operator once, with operands that fit: nothing is only half there."""
    account = Account.objects.create(name="海纳 Haina", owner=alice, created_at=NOW, updated_at=NOW)
    here = stage("new")
    record = Opportunity.objects.create(
        name="MES", owner=alice, account=account, stage=here, pipeline_id=here.pipeline_id,
        phase=here.phase, opened_on=DAYS[0], stage_entered_at=NOW, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    asked = set()
    fits = {
        "text": "海", "longtext": "海", "money": "1", "percent": "1", "whole": "1000",
        "boolean": "1", "date": "2026-11-23", "datetime": "2026-11-23", "person": "me",
        "tags": "x", "link": "1",
        "phone": "138", "number": "1", "mail": "a", "web": "a", "stale": "1", "decider": "1",
    }  # fmt: skip
    for record_type, one in (("account", account), ("opportunity", record)):
        description = describe(record_type)
        for field in description.fields:
            for operator in field.kind.operators if field.filterable else ():
                value = "this_year" if operator == "within" else fits.get(field.kind.name, "")
                if field.kind.name == "choice":
                    value = field.kind.options[0].value  # type: ignore[attr-defined]
                if field.kind.name == "link" and operator in {"is", "not"}:
                    if field.key not in {"parent", "account"}:
                        continue
                    value = str(one.pk if field.key == "parent" else account.pk)
                node = Condition(field.key, operator, value)
                compile_node(description, actor(dana), node)
                holds(description, actor(dana), node, one, NOW)
                asked.add(operator)
        for rows in description.related:
            for operator in rows.kind.operators:
                node = Condition(rows.key, operator, "past_14")
                compile_node(description, actor(dana), node)
                assert holds(description, actor(dana), node, one, NOW) is (operator == "none")
                asked.add(operator)
    assert asked == set(OPERATORS)
