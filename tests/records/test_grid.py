"""Cells of a list as a spreadsheet has them: blocks, fill down, paste, imports, widths."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.audit.models import Operation
from shangji.records.description import describe
from shangji.records.grid.planning import plan_cells
from shangji.records.grid.rules import (
    clean_widths,
    column_sizes,
    is_header,
    place_block,
    read_block,
)
from shangji.records.imports.models import Import
from shangji.records.models import SavedView
from shangji.records.namesakes import told_apart
from tests.records.test_forms import HX, toast


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("", ()),
        ("甲", (("甲",),)),
        ("a\tb\r\nc\td\r\n", (("a", "b"), ("c", "d"))),  # Excel ends with a line break
        ("a\tb\nc", (("a", "b"), ("c",))),
        ("a\t\n\tb", (("a", ""), ("", "b"))),
        ('"two\nlines"\tx', (("two\nlines", "x"),)),
        ('"say ""hi"""', (('say "hi"',),)),
        ('5" pipe\t"open\nnext', (('5" pipe', '"open'), ("next",))),  # a quote that never closes
        ("\n", (("",),)),
        ("a\n\nb", (("a",), ("",), ("b",))),
        ("a\t", (("a", ""),)),
    ],
)
def test_it_reads_what_spreadsheets_copy(text: str, block: Any) -> None:
    assert read_block(text) == block


@pytest.mark.parametrize(
    ("text", "room", "picked", "cells", "beyond"),
    [
        ("1\t2\n3\t4", (9, 9), (1, 1), (("1", "2"), ("3", "4")), (0, 0)),
        ("7", (9, 9), (3, 2), (("7", "7"), ("7", "7"), ("7", "7")), (0, 0)),  # one value fills
        ("1\n2", (9, 9), (4, 1), (("1",), ("2",), ("1",), ("2",)), (0, 0)),  # repeated whole
        ("1\n2", (9, 9), (3, 1), (("1",), ("2",)), (0, 0)),  # no whole multiple: from the corner
        ("1\n2\n3", (2, 1), (1, 1), (("1",), ("2",)), (1, 0)),
        ("1\t2\t3", (5, 2), (1, 1), (("1", "2"),), (0, 1)),
        ("1\t2\n3", (5, 5), (1, 1), (("1", "2"), ("3", None)), (0, 0)),  # ragged: left as it is
        ("", (5, 5), (1, 1), (), (0, 0)),
    ],
)
def test_it_lays_a_block_over_cells(
    text: str, room: Any, picked: Any, cells: Any, beyond: Any
) -> None:
    placed = place_block(read_block(text), rows=room[0], columns=room[1], picked=picked)
    assert placed.cells == cells
    assert (placed.rows_beyond, placed.columns_beyond) == beyond


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["Name", "City"], True),
        (["Name", "", "whatever"], True),
        (["Haina", "Ningbo"], False),
        (["Name", "Ningbo", "x"], False),
        (["", " "], False),
    ],
)
def test_it_knows_a_header_by_its_words(cells: list[str], found: bool) -> None:
    assert is_header(cells, {"Name", "City"}.__contains__) is found


def test_it_keeps_widths_within_reason() -> None:
    given = {"a": 120, "b": 1, "c": 99_999, "d": "12", "e": True}
    assert clean_widths(given) == {"a": 120, "b": 48, "c": 800}


def test_it_gives_each_column_a_size_when_one_has_one() -> None:
    columns = [("name", 220), ("city", 0), ("added", 0)]
    assert column_sizes(columns, {}) == []
    assert column_sizes(columns, {"gone": 90}) == []
    assert column_sizes(columns, {"city": 90}) == [220, 90, 120]


def test_it_keeps_widths_in_ones_own_view_else_as_a_preference(
    alice: Any, bob: Any, sign_in: Any
) -> None:
    client, mate = sign_in(alice), sign_in(bob)
    make_account(alice)
    make_account(bob)

    def shown(one: Any, query: str = "") -> str:
        return str(one.get(f"/accounts/?columns=name,city{query}").content.decode())

    def keep(one: Any, view: str = "", **widths: int) -> int:
        data = {"widths": json.dumps(widths), "view": view}
        return int(one.post("/accounts/widths/", data, headers=HX).status_code)

    assert "<colgroup>" not in shown(client)
    assert keep(client, city=90, name=300, nothing=50) == 204
    assert '<col width="300"><col width="90">' in shown(client)
    assert "<colgroup>" not in shown(mate)  # hers alone
    client.post("/accounts/views/", {"name": "Ours", "shared_with": "team", "columns": "name,city"})
    view = SavedView.objects.get()
    keep(client, str(view.pk), city=111)
    assert '<col width="111">' in shown(mate, f"&view={view.pk}")  # kept in the view, for all
    keep(mate, str(view.pk), city=99)
    assert '<col width="99">' in shown(mate, f"&view={view.pk}")
    assert '<col width="111">' in shown(client, f"&view={view.pk}")
    keep(mate, str(view.pk))
    assert '<col width="111">' in shown(mate, f"&view={view.pk}")
    assert keep(mate, "999999", city=90) == 404
    assert mate.post("/accounts/widths/", {"widths": "[]"}, headers=HX).status_code == 400


def paste(client: Any, rows: Any, text: str = "", **more: str) -> Any:
    data = {
        "how": "paste",
        "rows": ",".join(f"{one.pk}:{one.version}" for one in rows),
        "keys": "city,industry",
        "text": text,
    }
    return client.post("/accounts/cells/", data | more, headers=HX)


def cities(rows: Any) -> list[str]:
    for one in rows:
        one.refresh_from_db()
    return [one.city for one in rows]


@pytest.fixture
def three(alice: Any) -> list[Any]:
    return [make_account(alice, name=f"Haina {n}", city="Ningbo") for n in range(3)]


def test_it_pastes_as_one_operation_with_one_undo(three: Any, alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    shown = paste(client, three, "Xi'an\nXi'an\nNingbo")
    assert shown.status_code == 200
    assert "Change 2 cells" in shown.content.decode()
    assert cities(three) == ["Ningbo"] * 3  # a look changes nothing
    assert not Operation.objects.filter(action="account.bulk_edit").exists()
    answer = paste(client, three, "Xi'an\nXi'an\nNingbo", sure="1")
    assert answer.status_code == 204
    assert cities(three) == ["Xi'an", "Xi'an", "Ningbo"]
    assert json.loads(answer.headers["HX-Trigger"])["sj:cells"]["ids"] == [
        one.pk for one in three[:2]
    ]
    assert Operation.objects.filter(action="account.bulk_edit").count() == 1
    client.post(toast(answer)["undo"])
    assert cities(three) == ["Ningbo"] * 3


def test_it_tells_namesakes_apart(alice: Any, actor: Any, sign_in: Any, now: Any) -> None:
    north, south = (make_account(alice, name="Haina", city=one) for one in ("Dalian", "Sanya"))
    twins = [make_account(alice, name="Falcon", city="Ningbo") for _n in range(2)]
    rows = [north, south, *twins, make_account(alice, name="Alone", city="Ningbo")]
    assert told_apart(describe("account"), actor(alice), rows, now) == {
        north.pk: "Dalian",
        south.pk: "Sanya",
        **{one.pk: f"Ningbo #{one.pk}" for one in twins},
    }
    assert f"#{twins[0].pk}</span>" in paste(sign_in(alice), rows, "Wuhan\n" * 5).content.decode()


def test_it_does_at_once_what_is_one_row(three: Any, alice: Any, sign_in: Any) -> None:
    answer = paste(sign_in(alice), three, "Wuhan")
    assert answer.status_code == 204
    assert cities(three) == ["Wuhan", "Ningbo", "Ningbo"]


def test_it_names_wrong_cells_and_writes_the_right_ones(
    three: Any, alice: Any, bob: Any, dana: Any, sign_in: Any
) -> None:
    pool = make_account(None, name="Of nobody", city="Ningbo")
    rows = [three[0], three[1], pool, make_account(bob)]
    client = sign_in(alice)
    more = {"keys": "employees,city"}
    sign_in(dana).post(f"/accounts/{three[1].pk}/field/city/", {"value": "Hangzhou"})
    text = "many\tWuhan\n12\tWuhan\n13\tWuhan\n14\tWuhan"
    page = paste(client, rows, text, **more).content.decode()
    assert "Somebody else changed this meanwhile" in page
    assert "Your role may not change this record." in page
    assert "1 row is gone meanwhile" in page  # of another's nothing is said
    assert "many" in page
    assert "Change 2 cells" in page
    paste(client, rows, text, sure="1", **more)
    assert cities([three[0], pool]) == ["Wuhan", "Ningbo"]
    assert cities([three[1]]) == ["Hangzhou"]
    assert three[1].employees == 12


def test_it_fills_down_from_the_first_row(alice: Any, sign_in: Any) -> None:
    account = make_account(alice)
    deals = [make_opportunity(alice, account=account, amount=n * 1000) for n in range(1, 9)]
    client = sign_in(alice)
    data = {
        "how": "fill",
        "rows": ",".join(f"{one.pk}:{one.version}" for one in deals),
        "keys": "amount,expected_close_on,weighted",
        "picked": "8,1",
    }
    shown = client.post("/opportunities/cells/", data, headers=HX)
    assert "Change 7 cells" in shown.content.decode()
    answer = client.post("/opportunities/cells/", data | {"sure": "1"}, headers=HX)
    assert toast(answer)["message"] == "7 rows changed"
    for one in deals:
        one.refresh_from_db()
    assert {one.amount for one in deals} == {Decimal(1000)}
    few = data | {"rows": data["rows"].rpartition(",")[0].rpartition(",")[2], "how": "clear"}
    answer = client.post("/opportunities/cells/", few | {"keys": "next_step"}, headers=HX)
    assert answer.status_code == 204
    assert client.post("/opportunities/cells/", {"how": "fill"}, headers=HX).status_code == 400


@pytest.mark.parametrize(
    ("text", "fields", "header"),
    [
        ("Customer\tCity\nHaina\tNingbo", ["name", "city"], ""),
        ("Haina\tNingbo\tx", ["name", "phone", ""], ""),  # by the columns of the list
        ("Customer\tCity", ["name", "phone"], "no"),
    ],
)
def test_it_brings_many_rows_as_an_import(
    text: str, fields: list[str], header: str, alice: Any, sign_in: Any
) -> None:
    client = sign_in(alice)
    page = client.get("/accounts/paste/?columns=name,phone").content.decode()
    assert "up to 10,000 at once" in page
    data = {"text": text, "keys": "name,phone", "go": "1", "header": header}
    answer = client.post("/accounts/paste/", data)
    run = Import.objects.get()
    assert answer.headers["Location"] == f"/import/{run.pk}/"
    assert [one.get("field", "") for one in run.mapping["columns"]] == fields
    assert run.record_type == "account"


def test_it_says_how_many_rows_may_be_pasted(alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    answer = client.post("/accounts/paste/", {"text": "x\n" * 10_001, "go": "1"})
    assert answer.status_code == 400
    assert "here are 10,001" in answer.content.decode()
    assert client.post("/accounts/paste/", {"text": " ", "go": "1"}).status_code == 400
    # what a list brings is shown first
    assert b"Haina" in client.post("/accounts/paste/", {"text": "Haina"}).content
    assert not Import.objects.exists()


def test_it_reads_many_rows_with_the_queries_of_few(alice: Any, actor: Any, now: Any) -> None:
    account = make_account(alice)
    deals = [make_opportunity(alice, account=account) for _n in range(12)]
    counts = []
    for rows in (deals[:2], deals[:2], deals):  # the first time what stays is looked up
        with CaptureQueriesContext(connection) as asked:
            plan = plan_cells(
                actor=actor(alice),
                description=describe("opportunity"),
                asked=[(one.pk, one.version) for one in rows],
                keys=["amount", "account", "contact"],
                texts=[["7", account.name, "Nobody at all"] for _one in rows],
                now=now,
            )
        counts.append(len(asked))
        assert plan.changed == len(rows)
        assert len(plan.wrong) == len(rows)
    assert counts[1] == counts[2]
