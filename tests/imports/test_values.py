"""Values as other systems write them: currencies, percents, owners, stages, days with a time."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shangji.core.accounts.models import Account
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.people.models import User
from shangji.lib.sheets import open_sheet
from shangji.records.imports.guess import guess_mapping
from shangji.records.imports.models import Import
from shangji.records.imports.targets import rows_of

Bring = Callable[..., Import]
COLUMNS: dict[str, dict[str, Any]] = {
    "name": {},
    "amount": {},
    "probability": {},
    "owner": {},
    "stage": {"values": {"Contract Sent": "Contract"}},
    "created_at": {"dates": "ymd"},
}
HEADER = ",".join(COLUMNS)
MAPPING = {
    "type": "opportunity",
    "columns": [{"header": key, "field": key, **more} for key, more in COLUMNS.items()],
}


@pytest.mark.django_db
def test_amounts_percents_owners_and_stages_are_read_as_written(bring: Bring, alice: User) -> None:
    mail = alice.email
    text = (
        f'{HEADER}\nA,"$ 45,000.00 USD",0.45,Alice ({mail}),Contract Sent (Sales),2026/11/3 9:05\n'
        f'B,€12,1,<{mail}>,Contract Sent,"2026-11-03 2:30 PM"\nC,7,0,Alice,,2026-11-03T01:02:03Z\n'
    )
    run = bring(text, MAPPING)
    assert [one.causes for one in run.failures.all()] == []
    a, b, c = Opportunity.objects.order_by("name")
    assert [(one.amount, one.currency) for one in (a, b, c)] == [
        (Decimal(45000), "USD"),
        (Decimal(12), "EUR"),
        (Decimal(7), "CNY"),
    ]
    assert [one.probability for one in (a, b)] == [45, 100]
    assert {one.owner for one in (a, b, c)} == {alice} and a.stage.key == b.stage.key == "contract"
    assert [one.created_at for one in (a, b, c)] == [
        datetime(2026, 11, 3, 1, 5, tzinfo=UTC),
        datetime(2026, 11, 3, 6, 30, tzinfo=UTC),
        datetime(2026, 11, 3, 1, 2, 3, tzinfo=UTC),
    ]


@pytest.mark.django_db
def test_an_amount_of_another_currency_than_its_row_is_refused(bring: Bring) -> None:
    columns = [{"header": key, "field": key} for key in ("name", "amount", "currency")]
    run = bring(
        "name,amount,currency\nA,$5 USD,EUR\nB,45.3,EUR\n",
        {"type": "opportunity", "columns": columns},
    )
    assert [one.causes for one in run.failures.all()] == [
        [["amount", "The amount is in USD, the row in EUR."]]
    ]


@pytest.mark.django_db
def test_the_words_and_numbers_of_either_language_are_known(bring: Bring) -> None:
    mapping = {
        "type": "account",
        "locale": "de",
        "columns": [
            {"header": "名称", "field": "name"},
            {"header": "生命周期", "field": "lifecycle"},
            {"header": "人数", "field": "employees"},
            {"header": "营收", "field": "revenue"},
        ],
    }
    run = bring("名称;生命周期;人数;营收\nA;客户;1.200;1.234\nB;customer;250,0;98,5\n", mapping)
    assert [one.line for one in run.failures.all()] == [3]
    found = Account.objects.get()
    assert (found.lifecycle, found.employees, found.revenue) == ("customer", 1200, 1234)


@pytest.mark.django_db
def test_numbers_and_links_tell_how_they_are_written() -> None:
    actor: Actor = system_actor("command")

    def guessed(text: str) -> Any:
        sheet = open_sheet(text.encode())
        mapping = guess_mapping(rows_of("opportunity"), actor, sheet.header, list(sheet.rows()))
        link = mapping.column_of("contact")
        return mapping.locale, link.by if link else ""

    assert guessed("Name;Amount;Contact\nA;1.234,50;ann@acme.example\nB;7;bo@acme.example\n") == (
        "de",
        "email",
    )
    sheet = open_sheet(b"Customer,Product,Amount\nAcme,MES,7\n")
    named = guess_mapping(rows_of("opportunity"), actor, sheet.header, list(sheet.rows()))
    assert [one.value for one in named.constants] == ["{Customer} · {Product}"]
    assert guessed("Name;Amount;Contact\nA;1,234.50;Ann Lee\nB;7,5;Bo\n") == ("en", "name")
