"""Export: what the list shows, nothing else; back in it changes nothing (ACC-3, ACC-11, CSV-2)."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from shangji.core.accounts.models import Account
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.people.models import User
from shangji.records import exports
from shangji.records.description import by_slug
from shangji.records.imports import actions
from shangji.records.imports.models import Export, Import

Bring = Callable[..., Import]
As = Callable[..., Actor]
SignIn = Callable[[User], Client]
ACCOUNTS: dict[str, Any] = {
    "type": "account",
    "match": ["name"],
    "columns": [
        {"header": "name", "field": "name"},
        {"header": "phone", "field": "phone"},
        {"header": "owner", "field": "owner"},
        {"header": "revenue", "field": "revenue"},
        {"header": "note", "field": "description"},
    ],
}
FILE = """name,phone,owner,revenue,note
Acme,+47 22 00 00 00,Alice,-5.00,=1+1
Bolt,,Alice,1285000,"@risky, quoted ""text"" "
Cog,,Bob,,
Dyn,,Charlie,7,
"""


def body(response: Any) -> list[list[str]]:
    content = b"".join(response.streaming_content)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def accounts(
    bring: Bring, alice: User, bob: User, charlie: User, dana: User, mei: User, actor: As
) -> None:
    assert bring(FILE, ACCOUNTS, actor(dana)).created == 4


def test_it_gives_each_person_the_rows_of_their_list(
    accounts: None, alice: User, mei: User, dana: User, sign_in: SignIn
) -> None:
    for user, names in (
        (alice, ["Acme", "Bolt"]),
        (mei, ["Acme", "Bolt", "Cog"]),
        (dana, ["Acme", "Bolt", "Cog", "Dyn"]),
    ):
        rows = body(sign_in(user).get("/accounts/export/?columns=name&sort=name"))
        assert rows[0] == ["ID", "Customer"]
        assert [row[1] for row in rows[1:]] == names


def test_a_worked_out_amount_is_the_one_of_the_list(alice: User, sign_in: SignIn) -> None:
    make_opportunity(alice, amount=Decimal(1000), probability=30)
    rows = body(sign_in(alice).get("/opportunities/export/?columns=amount,weighted"))
    assert [row[1:] for row in rows] == [["Amount", "Weighted"], ["1000", "300"]]


def test_it_filters_like_the_list_and_gives_no_foreign_ids(
    accounts: None, alice: User, sign_in: SignIn
) -> None:
    client = sign_in(alice)
    rows = body(client.get("/accounts/export/?f=name.is.Acme&columns=name"))
    assert [row[1] for row in rows[1:]] == ["Acme"]
    ids = ",".join(str(pk) for pk in Account.objects.values_list("pk", flat=True))
    rows = body(client.get(f"/accounts/export/?ids={ids}&columns=name&sort=name"))
    assert [row[1] for row in rows[1:]] == ["Acme", "Bolt"]


def test_it_refuses_a_role_without_the_right(accounts: None, vera: User, sign_in: SignIn) -> None:
    assert sign_in(vera).get("/accounts/export/").status_code == 403


def test_it_makes_formulas_harmless_and_keeps_numbers(
    accounts: None, dana: User, sign_in: SignIn
) -> None:
    url = "/accounts/export/?columns=name,phone,revenue,description&sort=name"
    rows = body(sign_in(dana).get(url))
    acme = dict(zip(rows[0], rows[1], strict=True))
    assert acme["Phone"] == "+47 22 00 00 00"
    assert float(acme["Yearly revenue"]) == -5
    assert rows[1][4] == "'=1+1"
    assert rows[2][4].startswith("'@risky")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("slug", ["accounts", "opportunities"])
def test_it_changes_nothing_when_an_export_comes_back(
    accounts: None, bring: Bring, dana: User, actor: As, now: datetime, slug: str, form: str,
    sign_in: SignIn,
) -> None:  # fmt: skip
    deals = {
        "type": "opportunity",
        "columns": [
            {"header": "n", "field": "name"},
            {"header": "account", "field": "account"},
            {"header": "amount", "field": "amount"},
            {"header": "stage", "field": "stage"},
            {"header": "closed", "field": "closed_on"},
        ],
    }
    text = "n,account,amount,stage,closed\n=Deal,Acme,5.5,Won,2026-01-02\nB,,,Discovery,\n"
    assert bring(text, deals, actor(dana)).created == 2
    description = by_slug(slug)
    assert description is not None
    keys = ",".join(one.key for one in description.visible_fields(actor(dana)))
    answer: Any = sign_in(dana).get(f"/{slug}/export/?format={form}&columns={keys}&view=all")
    assert answer.status_code == 200, answer.content
    content = b"".join(answer.streaming_content)
    run = actions.bring_file(
        actor=actor(dana), chunks=[content], name=f"x.{form}", record_type="", now=now
    )
    assert run.record_type == description.type
    told = actions.try_import(actor=actor(dana), run=run, now=now)
    assert told["causes"] == []
    total = Account.objects.count() if slug == "accounts" else Opportunity.objects.count()
    assert (told["unchanged"], told["total"]) == (total, total)


def test_it_writes_a_long_list_by_a_job_and_asks_rights_when_it_is_fetched(
    accounts: None, alice: User, bob: User, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    client = sign_in(alice)
    url = "/accounts/export/?columns=name,owner&sort=name"
    assert client.get(url).status_code == 200
    assert not Export.objects.exists()
    assert client.post(url.replace("export/", "export/start/")).status_code == 302
    run_all_jobs()
    export = Export.objects.get()
    assert (export.rows, export.finished_at is not None) == (2, True)
    file = f"/export/{export.pk}/file/"
    assert [row[1] for row in body(client.get(file))[1:]] == ["Acme", "Bolt"]
    # reassigned after the job wrote it
    Account.objects.filter(name="Acme").update(owner=bob)
    assert [row[1] for row in body(client.get(file))[1:]] == ["Bolt"]
    assert sign_in(bob).get(file).status_code == 404
    User.objects.filter(pk=alice.pk).update(role="readonly")
    assert client.get(file).status_code == 403
