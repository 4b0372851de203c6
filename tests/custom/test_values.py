"""Values of added fields: kept by key, read back as they were, merged, undone."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.custom_values import custom_key, is_custom, put, take
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.people.models import User
from shangji.lib.errors import Conflict
from shangji.records.actions import create_record, edit_record
from shangji.records.conditions import Condition, holds
from shangji.records.description import describe
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.query import ListQuery
from tests.custom.conftest import MakeField, options

AsActor = Callable[[User], Actor]
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)

#: kind, settings, three values in order, as typed by a filter for the second
EXAMPLES: list[tuple[str, dict[str, Any], list[Any], str]] = [
    ("text", {}, ["alpha", "beta", "北京"], "beta"),
    ("whole", {}, [-3, 0, 12], "0"),
    ("number", {"decimals": 4}, [Decimal("-1.5"), Decimal("0.1"), Decimal("99999.1234")], "0.1"),
    ("money", {"currency": "USD"}, [Decimal("0.0001"), Decimal("10"), Decimal("1234.5")], "10"),
    ("percent", {}, [0, 50, 100], "50"),
    ("date", {}, [date(2025, 1, 31), date(2026, 11, 25), date(2030, 2, 1)], "2026-11-25"),
    ("phone", {}, ["010-1", "13800000000", "99"], "13800000000"),
]


def rows(actor: Actor, *conditions: Condition, sort: str = "") -> list[int]:
    query = ListQuery(describe("opportunity"), actor, conditions, sort)
    return query.ids(0, 50)


@pytest.mark.parametrize(("key", "value"), [("t2345678", "x"), ("n2345678", Decimal("0.3")),
                                            ("w2345678", 0), ("d2345678", date(2026, 1, 2)),
                                            ("m2345678", NOON), ("b2345678", True),
                                            ("l2345678", ["a"])])  # fmt: skip
def test_it_keeps_a_value_and_gives_it_back(key: str, value: Any) -> None:
    assert is_custom(key)
    assert take(key, put(key, value)) == value


@pytest.mark.parametrize("key", ["t234567", "x2345678", "T2345678", "currency", "t234567a'", ""])
def test_it_takes_no_other_word_for_a_key(key: str) -> None:
    assert not is_custom(key)
    assert custom_key(f"custom_values__{key}") == ""


@pytest.mark.parametrize(("kind", "settings", "values", "typed"), EXAMPLES)
def test_it_filters_and_sorts_like_a_field_of_the_product(
    make_field: MakeField,
    alice: User,
    actor: AsActor,
    now: datetime,
    kind: str,
    settings: dict[str, Any],
    values: list[Any],
    typed: str,
) -> None:
    key = make_field(kind, **settings).key
    ids = []
    for value in values:
        record = make_opportunity(owner=alice, now=now)
        edit_record(actor=actor(alice), record=record, values={key: value}, now=now)
        ids.append(record.pk)
    empty = make_opportunity(owner=alice, now=now).pk
    me = actor(alice)
    first = [empty, *ids] if key[0] == "t" else [*ids, empty]
    assert rows(me, sort=key) == first
    last = [*reversed(ids), empty]
    assert rows(me, sort=f"-{key}") == last
    assert rows(me, Condition(key, "is", typed)) == [ids[1]]
    if "not" in describe("opportunity").field(key, me).kind.operators:
        assert set(rows(me, Condition(key, "not", typed))) == {ids[0], ids[2], empty}
    assert rows(me, Condition(key, "empty")) == [empty]
    assert set(rows(me, Condition(key, "filled"))) == set(ids)
    description = describe("opportunity")
    query = ListQuery(description, me, columns=("name", key))
    read = {row["pk"]: row[f"custom_values__{key}"] for row in query.rows()}
    assert [read[pk] for pk in ids] == values
    shown = FormatContext.of(me, now)
    assert [description.field(key, me).kind.text({"x": one}, "x", shown) for one in values]


def test_it_tells_yes_from_nothing(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key = make_field("boolean").key
    yes, no = (make_opportunity(owner=alice, now=now) for _n in range(2))
    edit_record(actor=actor(alice), record=yes, values={key: True}, now=now)
    assert rows(actor(alice), Condition(key, "is", "1")) == [yes.pk]
    assert rows(actor(alice), Condition(key, "is", "0")) == [no.pk]


def test_it_groups_by_a_choice(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key = make_field("choice", options=options("Low", "High")).key
    for value in ("high", "high", "low", ""):
        record = make_opportunity(owner=alice, now=now)
        edit_record(actor=actor(alice), record=record, values={key: value}, now=now)
    query = ListQuery(describe("opportunity"), actor(alice), group=key)
    assert [(one.value, one.sums.count) for one in query.groups] == [
        ("low", 1),
        ("high", 2),
        ("", 1),
    ]
    assert rows(actor(alice), Condition(key, "in", "low,high"))


def test_two_people_who_change_two_fields_merge(
    make_field: MakeField, alice: User, mei: User, actor: AsActor, now: datetime
) -> None:
    area, tone = make_field("number").key, make_field("text").key
    record = make_opportunity(owner=alice, now=now)
    version = record.version
    edit_record(
        actor=actor(alice), record=record, values={area: Decimal(9)}, version=version, now=now
    )
    edit_record(actor=actor(mei), record=record, values={tone: "x"}, version=version, now=now)
    record.refresh_from_db()
    assert record.custom_values == {area: 9, tone: "x"}
    with pytest.raises(Conflict) as clash:
        edit_record(
            actor=actor(mei), record=record, values={area: Decimal(8)}, version=version, now=now
        )
    assert clash.value.fields == {area: (8, 9)}


def test_undo_sets_back_one_key_and_leaves_the_others(
    make_field: MakeField, alice: User, dana: User, actor: AsActor, now: datetime
) -> None:
    one, two = make_field("text").key, make_field("date").key
    record = make_opportunity(owner=alice, now=now)
    edit_record(
        actor=actor(alice), record=record, values={one: "a", two: date(2026, 1, 2)}, now=now
    )
    target = Operation.objects.latest("pk")
    assert target.changes.get().fields == {one: [None, "a"], two: [None, "2026-01-02"]}
    edit_record(actor=actor(alice), record=record, values={two: date(2026, 1, 3)}, now=now)
    report = undo_operation(actor=actor(alice), target=target, now=now)
    record.refresh_from_db()
    assert record.custom_values == {two: "2026-01-03"}
    assert [one["field"] for one in report.left] == [two]


def test_it_creates_with_values_and_logs_each(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key = make_field("whole").key
    made = create_record(
        actor=actor(alice), record_type="opportunity", values={"name": "A", key: 0}, now=now
    )
    assert isinstance(made, Opportunity)
    made.refresh_from_db()
    assert made.custom_values == {key: 0}
    change = Change.objects.get(record_type="opportunity", record_id=made.pk, kind="created")
    assert change.fields[key] == [None, 0]
    assert "custom_values" not in change.fields


def test_a_condition_answers_the_same_in_memory(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key = make_field("number").key
    me, description = actor(alice), describe("opportunity")
    for value in (None, Decimal("0.1"), Decimal(5)):
        record = make_opportunity(owner=alice, now=now)
        edit_record(actor=me, record=record, values={key: value}, now=now)
    for condition in (
        Condition(key, "is", "0.1"),
        Condition(key, "not", "0.1"),
        Condition(key, "gte", "0.1"),
        Condition(key, "empty"),
    ):
        found = {
            record.pk
            for record in Opportunity.objects.all()
            if holds(description, me, condition, record, now)
        }
        assert found == set(rows(me, condition)), condition
