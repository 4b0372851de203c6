"""Indexes of added fields: made by a job, used by the queries that lists write, unique on wish."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.people.models import User
from shangji.lib.errors import Conflict, Invalid
from shangji.records.actions import create_record, delete_record, edit_record
from shangji.records.actions.records import unique_values
from shangji.records.conditions import Condition
from shangji.records.custom import live
from shangji.records.custom.actions import change_field, withdraw_field
from shangji.records.custom.indexes import existing, is_behind, tend
from shangji.records.custom.models import CustomField
from shangji.records.description import describe
from shangji.records.listing import answers, quick
from shangji.records.listing.patience import TooLong, patience
from shangji.records.listing.query import ListQuery
from tests.custom.conftest import MakeField, options

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def plan(sql: str, params: tuple[object, ...]) -> str:
    """How the database would answer, in its own words."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
            return "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return "\n".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize(
    ("kind", "settings", "values", "condition"),
    [
        ("number", {"decimals": 2}, [Decimal("1.5"), Decimal(9)], ("gte", "2")),
        ("whole", {}, [1, 9], ("is", "9")),
        ("date", {}, [date(2026, 1, 1), date(2026, 5, 1)], ("from", "2026-02-01")),
        ("choice", {"options": options("Low", "High")}, ["low", "high"], ("is", "high")),
    ],
)  # fmt: skip
def test_it_is_used_by_filter_and_sort(
    make_field: MakeField,
    dana: User,
    alice: User,
    actor: AsActor,
    now: datetime,
    kind: str,
    settings: dict[str, object],
    values: list[object],
    condition: tuple[str, str],
) -> None:
    row = make_field(kind, **settings)
    change_field(actor=actor(dana), field=row, values={"is_indexed": True}, now=now)
    row.refresh_from_db()
    assert row.index_state == CustomField.WAITING
    assert Job.objects.filter(kind="records.indexes").exists()
    assert tend()["made"] == 2 and not is_behind()
    row.refresh_from_db()
    assert row.index_state == CustomField.READY
    for value in values:
        record = make_opportunity(owner=alice, now=now)
        edit_record(actor=actor(dana), record=record, values={row.key: value}, now=now)
    filtered = ListQuery(
        describe("opportunity"), actor(dana), [Condition(row.key, *condition)], f"-{row.key}"
    )
    assert len(filtered.ids(0, 50)) == 1
    parts = filtered._parts(f"custom_values__{row.key}", None, empty=False)
    sql, params = parts[0]
    told = plan(f"{sql} ORDER BY 2 DESC, 1 DESC LIMIT 50", params)
    assert f"added_{row.key}" in told, told
    if condition[0] != "is":  # equal values are few, and sorted when they are found
        assert "TEMP B-TREE" not in told and "Sort" not in told, told
    mine = ListQuery(describe("opportunity"), actor(alice), [], row.key)
    sql, params = mine._parts(f"custom_values__{row.key}", None, empty=False)[0]
    told = plan(f"{sql} ORDER BY 2 ASC, 1 ASC LIMIT 50", params)
    assert "added_" in told or connection.vendor == "postgresql", told
    withdraw_field(actor=actor(dana), field=row, now=now)
    assert is_behind() and tend()["dropped"] == 2
    assert existing() == set()


def test_no_value_stands_twice(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, now: datetime
) -> None:
    row = make_field("text", "Contract no.")
    change_field(actor=actor(dana), field=row, values={"is_unique": True}, now=now)
    tend()
    one, two, three = (make_opportunity(owner=alice, now=now) for _n in range(3))
    me = actor(alice)
    edit_record(actor=me, record=one, values={row.key: "A-1"}, now=now)
    with pytest.raises(Invalid) as refusal:
        edit_record(actor=me, record=two, values={row.key: "A-1"}, now=now)
    assert row.key in refusal.value.errors
    edit_record(actor=me, record=two, values={row.key: ""}, now=now)
    edit_record(actor=me, record=three, values={row.key: ""}, now=now)
    with pytest.raises(Conflict), unique_values():  # the database holds it, whoever asks
        Opportunity.objects.filter(pk=two.pk).update(custom_values={row.key: "A-1"})


def test_a_value_of_the_bin_is_free(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, now: datetime
) -> None:
    row = make_field("text")
    change_field(actor=actor(dana), field=row, values={"is_unique": True}, now=now)
    tend()
    one, two = (make_opportunity(owner=alice, now=now) for _n in range(2))
    me = actor(alice)
    edit_record(actor=me, record=one, values={row.key: "A-1"}, now=now)
    delete_record(actor=me, record=one, now=now)
    deletion = Operation.objects.latest("pk")
    edit_record(actor=me, record=two, values={row.key: "A-1"}, now=now)
    report = undo_operation(actor=me, target=deletion, now=now)
    assert report.restored == 0 and len(report.left) == 1


def test_values_that_stand_twice_are_told_and_kept(
    make_field: MakeField, dana: User, alice: User, actor: AsActor, now: datetime
) -> None:
    row = make_field("text")
    for _n in range(2):
        record = make_opportunity(owner=alice, now=now)
        edit_record(actor=actor(alice), record=record, values={row.key: "same"}, now=now)
    change_field(actor=actor(dana), field=row, values={"is_unique": True}, now=now)
    connection.check_constraints()  # PostgreSQL indexes no table with checks put off
    assert tend()["failed"] == 1
    row.refresh_from_db()
    assert row.index_state == CustomField.FAILED


def test_new_records_begin_with_the_default(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key = make_field("whole", default="7", is_required=True).key
    me = actor(alice)
    made = create_record(actor=me, record_type="opportunity", values={"name": "A"}, now=now)
    assert made.custom_values == {key: 7}  # type: ignore[attr-defined]
    with pytest.raises(Invalid):
        create_record(actor=me, record_type="opportunity", values={"name": "B", key: None}, now=now)


def test_numbers_go_up_by_one_and_begin_anew_with_the_year(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key = make_field("sequence", prefix="OPP").key
    me = actor(alice)
    numbers = []
    for at in (now, now, now.replace(year=2027)):
        made = create_record(actor=me, record_type="opportunity", values={"name": "A"}, now=at)
        numbers.append(made.custom_values[key])  # type: ignore[attr-defined]
    assert numbers == ["OPP-2026-0001", "OPP-2026-0002", "OPP-2027-0001"]
    with pytest.raises(Invalid):
        edit_record(actor=me, record=made, values={key: "OPP-1"}, now=now)


def test_a_long_table_is_not_sorted_without_an_index(
    make_field: MakeField,
    alice: User,
    actor: AsActor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = make_field("number", "Floor area")
    make_opportunity(owner=alice, now=now)
    monkeypatch.setattr(quick, "LONG", 0)
    with pytest.raises(Invalid, match="Floor area"):
        ListQuery(describe("opportunity"), actor(alice), [], row.key).ids(0, 50)
    connection.check_constraints()
    tend()
    live.forget()
    assert len(ListQuery(describe("opportunity"), actor(alice), [], row.key).ids(0, 50)) == 1


def test_a_long_list_without_an_index_goes_on_in_the_background(
    make_field: MakeField,
    alice: User,
    bob: User,
    sign_in: SignIn,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = make_field("number", "Floor area")
    for value in (2, 9, 5):
        record = make_opportunity(owner=alice, now=now, name=f"Deal {value}")
        Opportunity.objects.filter(pk=record.pk).update(custom_values={row.key: value})
    monkeypatch.setattr(quick, "LONG", 0)
    browser, query = sign_in(alice), f"?view=all&sort=-{row.key}"
    page = reverse("records:list", args=["opportunities"]) + query
    ask = reverse("records:list_answer", args=["opportunities"]) + query
    text = browser.get(page).content.decode()
    assert "take longer than two seconds" in text and 'hx-trigger="load, submit"' in text
    assert not Job.objects.filter(kind="records.list_answer").exists()  # reading writes nothing
    to = browser.post(ask)["Location"]
    assert browser.post(ask)["Location"] == to and "answer=" in to
    assert "data-running" in browser.get(to).content.decode()
    Job.objects.exclude(kind="records.list_answer").delete()
    run_all_jobs()
    text = browser.get(to).content.decode()
    assert text.index("Deal 9") < text.index("Deal 5") < text.index("Deal 2")
    assert "All 3 rows" in text and "Worked out in the background" in text
    assert sign_in(bob).get(to).status_code == 404
    assert browser.get(to.replace("view=all", "view=all&f=name.has.x")).status_code == 404


def test_the_pages_of_an_answer_lead_to_the_same_answer_and_end_with_it() -> None:
    pager = {"text": "1–50 of 900", "previous_url": "", "next_url": "?sort=a&page=2"}
    job: Any = SimpleNamespace(pk=7)
    first: Any = SimpleNamespace(number=1, pages=2)
    last: Any = SimpleNamespace(number=2, pages=2)
    told = answers._pager(pager, first, job)
    assert told == {**pager, "next_url": "?sort=a&page=2&answer=7"}
    assert answers._pager({**pager, "previous_url": "?page=1"}, last, job) == {
        "text": pager["text"],
        "previous_url": "?page=1&answer=7",
    }


def test_a_question_is_given_up_when_it_takes_too_long(db: None) -> None:
    forever = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    )
    with pytest.raises(TooLong), patience(0.02), connection.cursor() as cursor:
        cursor.execute(forever)
    with patience(5), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
