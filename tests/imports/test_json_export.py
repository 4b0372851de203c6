"""JSON: what programs read, with links; and every form takes the same memory however long."""

import gc
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import orjson
import pytest
from django.test import Client

from shangji.core.accounts.models import Account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.people.models import User
from shangji.records import exports
from shangji.records.description import describe
from shangji.records.imports.models import Export

SignIn = Callable[[User], Client]
As = Callable[[User], Actor]


def account(owner: User, name: str, now: datetime) -> Account:
    return Account.objects.create(owner=owner, name=name, created_at=now, updated_at=now)


def told(response: Any) -> Any:
    return orjson.loads(b"".join(response.streaming_content))


def test_it_gives_ids_addresses_and_links(
    alice: User, sign_in: SignIn, now: datetime, settings: Any
) -> None:
    settings.BASE_URL = "https://crm.example.com"
    acme = account(alice, "Acme", now)
    deal = make_opportunity(alice, name="Deal “1”", account=acme, amount="98000.50", at="quote")
    columns = "name,account,stage,amount,owner,expected_close_on,tags"
    answer = sign_in(alice).get(f"/opportunities/export/?format=json&columns={columns}")
    assert answer["Content-Type"] == "application/json"
    assert told(answer) == [
        {
            "id": deal.pk,
            "url": f"https://crm.example.com/opportunities/{deal.pk}/",
            "name": "Deal “1”",
            "account": {
                "id": acme.pk,
                "name": "Acme",
                "url": f"https://crm.example.com/accounts/{acme.pk}/",
            },
            "stage": {"id": deal.stage_id, "name": "Solution & quote"},
            "amount": "98000.5",
            "owner": {"id": alice.pk, "name": "Alice"},
            "expected_close_on": None,
            "tags": [],
        }
    ]
    assert told(sign_in(alice).get("/opportunities/export/?format=json&ids=0")) == []
    assert sign_in(alice).get("/opportunities/export/?format=xml").status_code == 400


def test_a_long_one_asks_rights_when_it_is_fetched(
    alice: User, bob: User, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    first, _second = account(alice, "Acme", now), account(alice, "Bolt", now)
    client = sign_in(alice)
    asked = "/accounts/export/start/?columns=name,owner,created_at&sort=name&format=json"
    assert client.post(asked).status_code == 302
    run_all_jobs()
    file = f"/export/{Export.objects.get().pk}/file/"
    rows = told(client.get(file))
    assert [row["name"] for row in rows] == ["Acme", "Bolt"]
    assert rows[0]["owner"]["name"] == "Alice" and rows[0]["created_at"].startswith("2026-")
    Account.objects.filter(pk=first.pk).update(owner=bob)
    assert [row["name"] for row in told(client.get(file))] == ["Bolt"]


def drained(pieces: Iterable[Any]) -> int:
    return sum(1 for _piece in pieces)


@pytest.mark.parametrize("form", exports.FORMATS)
def test_memory_does_not_grow_with_rows(form: str, dana: User, now: datetime) -> None:
    """The highest memory of a run over 5,000 rows is that over 2,000, give or take; both are read
    in pieces of 1,000."""
    Account.objects.bulk_create(
        Account(owner=dana, name=f"Account {n}", name_key=f"a{n}", created_at=now, updated_at=now)
        for n in range(5000)
    )
    query = exports.query_of(
        system_actor("command"),
        exports.Request(describe("account"), (), "name", ("name", "owner", "city"), form),
    )
    every = query.base

    def highest(rows: int) -> int:
        query.__dict__["base"] = every.filter(pk__lt=first + rows)
        found = exports.rows_of(query, now, form)
        header = exports.header_of(query.fields)
        gc.collect()
        tracemalloc.start()
        if form == "xlsx":
            exports.xlsx_file(header, found, "Accounts").close()
        elif form == "json":
            drained(exports.json_bytes(describe("account"), [o.key for o in query.fields], found))
        else:
            drained(exports.csv_bytes(header, found))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    first = Account.objects.order_by("pk").values_list("pk", flat=True)[0]
    highest(1000)  # libraries load and caches fill
    small, large = highest(2000), highest(5000)
    assert large < small * 1.25 + 300_000, (small, large)
