"""What becomes of single rows: matching, rights, words, doubles, undo (CSV-3, 4, 5, MON-3)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.accounts.models import Account
from shangji.core.contacts.models import Contact, ContactPoint
from shangji.core.opportunities.models import Opportunity, StageTotal
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.people.models import User
from shangji.lib.errors import Forbidden, Invalid
from shangji.lib.sheets import open_sheet
from shangji.records.imports import actions
from shangji.records.imports.guess import guess_columns, guess_type
from shangji.records.imports.mapping import fill_template, load
from shangji.records.imports.models import Import
from shangji.records.imports.targets import rows_of

Bring = Callable[..., Import]
As = Callable[..., Actor]
ACCOUNTS: dict[str, Any] = {
    "type": "account",
    "match": ["name"],
    "columns": [
        {"header": "name", "field": "name"},
        {"header": "city", "field": "city"},
        {"header": "owner", "field": "owner"},
    ],
}


def causes(run: Import) -> list[str]:
    return [cause for one in run.failures.all() for _header, cause in one.causes]


def test_it_creates_changes_and_leaves_alone(bring: Bring, dana: User, actor: As) -> None:
    bring("name,city,owner\nAcme,Rome,\nBolt,Oslo,\n", ACCOUNTS, actor(dana))
    run = bring("name,city,owner\nACME Inc.,Paris,\nBolt,Oslo,\nCog,,\n", ACCOUNTS, actor(dana))
    # the key of a name leaves out the legal form; the written name is not a change of the record
    assert (run.created, run.updated, run.unchanged, run.failed) == (1, 1, 1, 0)
    assert set(Account.objects.values_list("city", flat=True)) == {"Paris", "Oslo", ""}


def test_it_is_one_operation_that_undo_takes_back(
    bring: Bring, dana: User, actor: As, now: datetime
) -> None:
    bring("name,city,owner\nAcme,Rome,\n", ACCOUNTS, actor(dana))
    before = Operation.objects.count()
    run = bring("name,city,owner\nAcme,Paris,\nBolt,Oslo,\n", ACCOUNTS, actor(dana))
    assert Operation.objects.count() == before + 1
    assert run.operation is not None and run.operation.change_count == 2
    report = actions.undo_import(actor=actor(dana), run=run, now=now)
    assert (report.restored, report.left) == (2, [])
    assert list(Account.objects.alive().values_list("name", "city")) == [("Acme", "Rome")]
    run.refresh_from_db()
    assert run.state == Import.State.UNDONE


def test_it_knows_the_same_file_again(bring: Bring, dana: User, actor: As) -> None:
    bring("name,city,owner\nAcme,Rome,\n", ACCOUNTS, actor(dana))
    with pytest.raises(Invalid) as problem:
        bring("name,city,owner\nAcme,Rome,\n", ACCOUNTS, actor(dana))
    assert set(problem.value.errors) == {"again"}
    again = bring("name,city,owner\nAcme,Rome,\n", ACCOUNTS, actor(dana), again=True)
    assert (again.created, again.unchanged) == (0, 1)


def test_it_starts_once_however_often_it_is_asked(
    dana: User, actor: As, now: datetime, db: None
) -> None:
    run = actions.bring_file(
        actor=actor(dana), chunks=[b"name,city\nA,B\n"], name="a", record_type="account", now=now
    )
    first = actions.start_import(actor=actor(dana), run=run, now=now)
    second = actions.start_import(actor=actor(dana), run=run, now=now)
    assert first.job_id == second.job_id and first.operation_id == second.operation_id


def test_it_names_the_line_of_a_double(bring: Bring, dana: User, actor: As) -> None:
    run = bring("name,city,owner\nAcme,Rome,\nBolt,,\nacme,Oslo,\n", ACCOUNTS, actor(dana))
    assert (run.created, run.failed) == (2, 1)
    assert run.failures.get().line == 4
    assert "2" in causes(run)[0]


def test_it_refuses_rows_that_reach_beyond_ones_rights(
    bring: Bring, alice: User, charlie: User, dana: User, actor: As, now: datetime
) -> None:
    document = {
        "type": "account",
        "match": ["id"],
        "columns": [
            {"header": "id", "field": "id"},
            {"header": "name", "field": "name"},
            {"header": "owner", "field": "owner"},
        ],
    }
    bring("name,city,owner\nTheirs,,Charlie\n", ACCOUNTS, actor(dana))
    theirs = Account.objects.get()
    rows = f"id,name,owner\n{theirs.pk},Taken,\n999999,Nothing,\n,Mine,\n,Given,Charlie\n"
    run = bring(rows, document, actor(alice))
    assert (run.created, run.updated, run.failed) == (1, 0, 3)
    # an invisible id and one that does not exist answer alike
    assert causes(run)[0] == causes(run)[1]
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"
    assert Account.objects.get(name="Mine").owner_id == alice.pk


def test_it_does_not_set_read_only_fields(
    bring: Bring, alice: User, actor: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = actor(alice)
    monkeypatch.setattr(own, "read_only_fields", lambda record_type: frozenset({"city"}))
    run = bring("name,city,owner\nAcme,Rome,\nBolt,,\n", ACCOUNTS, own)
    assert (run.created, run.failed) == (1, 1)
    assert not Account.objects.filter(name="Acme").exists()


def test_it_refuses_hidden_fields_like_misspelt_ones(
    bring: Bring, alice: User, actor: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = actor(alice)
    monkeypatch.setattr(own, "hidden_fields", lambda record_type: frozenset({"city"}))
    texts = []
    for key in ("city", "cityy"):
        document = {**ACCOUNTS, "columns": [{"header": "name", "field": key}]}
        with pytest.raises(Invalid) as problem:
            bring("name\nAcme\n", document, own)
        texts.append(str(problem.value).replace(key, "KEY"))
    assert texts[0] == texts[1]


def test_it_needs_the_right_to_import(bring: Bring, vera: User, alice: User, actor: As) -> None:
    with pytest.raises(Forbidden):
        bring("name\nAcme\n", ACCOUNTS, actor(vera))
    people = {"type": "user", "columns": [{"header": "name", "field": "name"}]}
    with pytest.raises(Forbidden):
        bring("name\nAcme\n", people, actor(alice))
    assert not Import.objects.exists()


def test_it_shows_failing_rows_to_the_importer_and_administrators(
    bring: Bring, alice: User, bob: User, dana: User, actor: As
) -> None:
    run = bring("name,city,owner\n,Rome,\n", ACCOUNTS, actor(alice))
    assert run.failed == 1
    seen = {
        user.name: Import.objects.all().visible_to(actor(user)).count()
        for user in (alice, bob, dana)
    }
    assert seen == {"Alice": 1, "Bob": 0, "Dana": 1}


@pytest.mark.parametrize(
    ("policy", "created", "failed", "owner"),
    [("error", 0, 1, None), ("empty", 1, 0, "Dana"), ("make", 1, 0, "Zed Nobody")],
)
def test_it_treats_unknown_people_as_the_mapping_says(
    bring: Bring, dana: User, actor: As, policy: str, created: int, failed: int, owner: str
) -> None:
    columns = [*ACCOUNTS["columns"][:2], {"header": "o", "field": "owner", "unknown": policy}]
    run = bring("name,o\nAcme,Zed Nobody\n", {**ACCOUNTS, "columns": columns}, actor(dana))
    assert (run.created, run.failed) == (created, failed)
    if owner:
        found = Account.objects.get().owner
        assert found is not None and found.name == owner
        assert found.is_active == (owner == "Dana")


def test_it_makes_people_only_for_those_who_may(bring: Bring, alice: User, actor: As) -> None:
    columns = [*ACCOUNTS["columns"][:2], {"header": "o", "field": "owner", "unknown": "make"}]
    run = bring("name,o\nAcme,Zed\n", {**ACCOUNTS, "columns": columns}, actor(alice))
    assert run.failed == 1 and not User.objects.filter(name="Zed").exists()


@pytest.mark.parametrize(
    ("text", "locale", "amount"),
    [
        ("1234.50", "en", Decimal("1234.50")),
        ('"1,234.50"', "en", Decimal("1234.50")),
        ('"1.234,50"', "de", Decimal("1234.50")),
        ("128.5万", "en", Decimal("1285000")),
        ("-5.00", "en", Decimal("-5")),
        ("NaN", "en", None),
        ("Infinity", "en", None),
        ("1e999", "en", None),
        ("10000000000000000", "en", None),
        ('"1.234,50"', "en", None),
    ],
)
def test_it_reads_amounts_whole_or_refuses_them(
    bring: Bring, dana: User, actor: As, text: str, locale: str, amount: Decimal | None
) -> None:
    document = {
        "type": "opportunity",
        "locale": locale,
        "columns": [{"header": "n", "field": "name"}, {"header": "a", "field": "amount"}],
    }
    run = bring(f"n,a\nDeal,{text}\n", document, actor(dana))
    assert run.failed == (amount is None)
    if amount is not None:
        assert Opportunity.objects.get().amount == amount


def test_it_keeps_the_rollup_and_the_ledger(
    bring: Bring, dana: User, actor: As, now: datetime
) -> None:
    document = {
        "type": "opportunity",
        "columns": [{"header": "n", "field": "name"}, {"header": "a", "field": "amount"}],
        "constants": [{"field": "stage", "value": "Discovery"}],
    }
    run = bring("n,a\nOne,100\nTwo,50.5\n", document, actor(dana))
    assert sum(StageTotal.objects.values_list("amount_e4", flat=True)) == 1_505_000
    change = Change.objects.get(
        operation=run.operation, record_id=Opportunity.objects.get(name="One").pk
    )
    assert change.kind == "created" and change.fields["name"] == [None, "One"]
    actions.undo_import(actor=actor(dana), run=run, now=now + timedelta(minutes=1))
    assert sum(StageTotal.objects.values_list("amount_e4", flat=True)) == 0


def test_it_imports_contacts_with_their_points(bring: Bring, dana: User, actor: As) -> None:
    document = {
        "type": "contact",
        "match": ["email", "phone"],
        "columns": [
            {"header": "name", "field": "name"},
            {"header": "mail", "field": "email"},
            {"header": "phone", "field": "phone"},
            {"header": "company", "field": "account", "unknown": "make"},
        ],
    }
    first = bring(
        "name,mail,phone,company\n林悦,Lin@Example.com,138 0013 8000,华辰\n", document, actor(dana)
    )
    assert (first.created, first.failed) == (1, 0)
    assert ContactPoint.objects.count() == 2 and Account.objects.get().name == "华辰"
    second = bring("name,mail,phone,company\n林悦悦,,+8613800138000,\n", document, actor(dana))
    assert (second.created, second.updated) == (0, 1)
    assert Contact.objects.get().name == "林悦悦"


def test_it_goes_on_past_a_row_the_database_refuses(bring: Bring, dana: User, actor: As) -> None:
    document = {"type": "product", "columns": [{"header": "n", "field": "name"}]}
    run = bring("n\nPump\nPump\nValve\n", document, actor(dana))
    assert (run.created, run.failed) == (2, 1)


def test_it_refuses_what_is_no_table_with_line_and_cause(
    dana: User, actor: As, now: datetime
) -> None:
    for content in (b"", b"%PDF-1.7 x", b'"a,b\n1,2\n'):
        with pytest.raises(Invalid) as problem:
            actions.bring_file(
                actor=actor(dana), chunks=[content], name="x", record_type="account", now=now
            )
        assert "file" in problem.value.errors
    assert not Import.objects.exists()


def test_it_writes_nothing_while_it_tries(dana: User, actor: As, now: datetime) -> None:
    run = actions.bring_file(
        actor=actor(dana),
        chunks=[b"name,owner,industry\nAcme,Zed,technology\n,Dana,\n"],
        name="x.csv",
        record_type="account",
        now=now,
    )
    told = actions.try_import(actor=actor(dana), run=run, now=now)
    assert (told["total"], told["created"], told["failed"]) == (2, 0, 2)
    assert told["words"]["owner"]["unknown"] == {"Zed": 1}
    assert {one["lines"][0] for one in told["causes"]} == {2, 3}
    assert not Account.objects.exists() and not Operation.objects.exists()


def test_it_guesses_fields_types_and_the_order_of_dates(dana: User, actor: As) -> None:
    text = "客户名称,商机名称,金额,销售阶段,预计成交日期,负责人\n甲,乙,5,新线索,23/11/2026,Dana\n"
    sheet = open_sheet(text.encode("gb18030"))
    own = actor(dana)
    assert guess_type(own, sheet.header) == "opportunity"
    columns = guess_columns(rows_of("opportunity"), own, sheet.header, list(sheet.rows()))
    assert [one.field for one in columns] == [
        "account",
        "name",
        "amount",
        "stage",
        "expected_close_on",
        "owner",
    ]
    assert columns[4].dates == "dmy"


def test_it_takes_a_foreign_id_for_an_external_one(dana: User, actor: As) -> None:
    sheet = open_sheet(b"Id,Name,StageName,Amount\n0065g00000ABC,Deal,New,5\n")
    columns = guess_columns(rows_of("opportunity"), actor(dana), sheet.header, list(sheet.rows()))
    assert [one.field for one in columns] == ["external_id", "name", "stage", "amount"]


@pytest.mark.parametrize(
    ("template", "cells", "text"),
    [
        ("{a} · {b}", {"a": "X", "b": "Y"}, "X · Y"),
        ("{a} · {b}", {"a": "", "b": "Y"}, "Y"),
        ("{a.__class__} {b}", {"a": "X", "b": "Y"}, "Y"),
        ("{0}{x!r}", {}, ""),
    ],
)
def test_it_fills_names_from_listed_headers_only(
    template: str, cells: dict[str, str], text: str
) -> None:
    assert fill_template(template, cells) == text


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"version": 2},
        {"version": 1, "columns": [{"header": 5}]},
        {"version": 1, "columns": [{"header": "a", "field": "x"}, {"header": "b", "field": "x"}]},
        {"version": 1, "columns": [{"header": "a", "times": "-1"}]},
        {"version": 1, "columns": [{"header": "a", "unknown": "guess"}]},
        {"version": 1, "mode": "delete"},
    ],
)
def test_it_reads_no_broken_mapping(document: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        load(document)


def test_it_brings_rows_in_without_the_link_that_closes_a_circle(bring: Bring) -> None:
    mapping = {
        "type": "account",
        "match": ["name"],
        "columns": [
            {"header": "company", "field": "name"},
            {"header": "above", "field": "parent"},
        ],
    }

    def parents() -> dict[str, str | None]:
        return dict(Account.objects.values_list("name", "parent__name"))

    run = bring("company,above\nA,B\nB,C\nC,A\nD,A\n", mapping)
    assert (run.created, run.failed) == (4, 1)
    assert parents() == {"A": "B", "B": "C", "C": None, "D": "A"}
    (left,) = run.failures.all()
    assert left.line == 4 and left.causes[0][0] == "above"
    # those that were there before take the same road
    again = bring("company,above\nC,D\nD,C\n", mapping)
    assert (again.created, again.failed) == (0, 1)
    assert parents() == {"A": "B", "B": "C", "C": None, "D": "C"}
