"""Whose the customers are that an import of deals makes for a word (decision 0008)."""

from collections.abc import Callable
from typing import Any

from shangji.core.accounts.models import Account
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.records.imports.models import Import

Bring = Callable[..., Import]
As = Callable[..., Actor]

DEALS: dict[str, Any] = {
    "type": "opportunity",
    "match": ["name"],
    "columns": [
        {"header": "deal", "field": "name"},
        {"header": "customer", "field": "account", "unknown": "make"},
        {"header": "seller", "field": "owner"},
    ],
}


def owners() -> dict[str, str | None]:
    return dict(Account.objects.values_list("name", "owner__name"))


def test_a_customer_made_for_a_deal_belongs_to_who_sells_most_to_it(
    bring: Bring, dana: User, alice: User, bob: User, actor: As
) -> None:
    rows = "1,Acme,Alice\n2,Acme,Bob\n3,Acme,Bob\n4,Bolt,Alice\n5,Cog,\n"
    run = bring(f"deal,customer,seller\n{rows}", DEALS, actor(dana))
    assert (run.created, run.failed) == (5, 0)
    assert owners() == {"Acme": "Bob", "Bolt": "Alice", "Cog": "Dana"}
    # what is there keeps its owner
    bring("deal,customer,seller\n6,Bolt,Bob\n", DEALS, actor(dana))
    assert owners()["Bolt"] == "Alice"


def test_one_owner_for_the_whole_file_gets_its_customers_too(
    bring: Bring, dana: User, alice: User, actor: As
) -> None:
    document = {
        **DEALS,
        "columns": DEALS["columns"][:2],
        "constants": [{"field": "owner", "value": "Alice"}],
    }
    bring("deal,customer\n1,Acme\n", document, actor(dana))
    assert owners() == {"Acme": "Alice"}


def test_nobody_is_given_a_customer_by_who_may_not_give(
    bring: Bring, alice: User, bob: User, actor: As
) -> None:
    run = bring("deal,customer,seller\n1,Acme,Bob\n2,Bolt,\n", DEALS, actor(alice))
    assert (run.created, run.failed) == (1, 1)
    assert set(owners().values()) == {"Alice"}
