"""A trial shows examples; failing rows come back mended; an import pauses and goes on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shangji.core.accounts.models import Account
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.records.imports import actions, queries
from shangji.records.imports.mapping import load
from shangji.records.imports.models import Import

As = Callable[[User], Actor]
Bring = Callable[..., Import]

ACCOUNTS: dict[str, Any] = {
    "type": "account",
    "match": ["name"],
    "columns": [
        {"header": "name", "field": "name"},
        {"header": "city", "field": "city"},
        {"header": "industry", "field": "industry"},
    ],
}


def bring_only(actor: Actor, text: str, now: datetime, mapping: dict[str, Any]) -> Import:
    run = actions.bring_file(
        actor=actor, chunks=[text.encode()], name="a.csv", record_type=mapping["type"], now=now
    )
    return actions.set_mapping(actor=actor, run=run, mapping=load({"version": 1, **mapping}))


def test_a_trial_shows_examples_of_each_outcome(
    bring: Bring, dana: User, actor: As, now: datetime
) -> None:
    bring("name,city,industry\nAcme,Rome,retail\nBolt,Oslo,retail\n", ACCOUNTS, actor(dana))
    text = "name,city,industry\nAcme,Bonn,Retail\nBolt,Oslo,retail\nCrown,Lima,\n,Kiel,\n"
    told = actions.try_import(
        actor=actor(dana), run=bring_only(actor(dana), text, now, ACCOUNTS), now=now
    )
    assert {key: told[key] for key in ("created", "updated", "unchanged", "failed")} == {
        "created": 1,
        "updated": 1,
        "unchanged": 1,
        "failed": 1,
    }
    assert told["examples"] == {
        "created": [{"line": 4, "what": "Crown", "changes": []}],
        "updated": [{"line": 2, "what": "Acme", "changes": [["City", "Rome", "Bonn"]]}],
        "unchanged": [{"line": 3, "what": "Bolt", "changes": []}],
    }
    assert told["causes"][0]["lines"] == [5]


def test_mended_rows_are_known_again(bring: Bring, dana: User, actor: As, now: datetime) -> None:
    own = actor(dana)
    mapping = {**ACCOUNTS, "columns": [{**one} for one in ACCOUNTS["columns"]]}
    mapping["columns"][2]["values"] = {"shops": "Retail and e-commerce"}
    first = bring("name,city,industry\nAcme,Rome,juggling\n", mapping, own)
    assert first.failed == 1
    text = "name,city,industry,Line,Cause\nAcme,Rome,shops,2,industry: unknown\n"
    run = actions.bring_file(
        actor=own, chunks=[text.encode()], name="m.csv", record_type="", now=now
    )
    assert run.record_type == "account"
    header = ("name", "city", "industry", "Line", "Cause")
    mended = queries.mends(own, run, header)
    assert mended is not None and mended.pk == first.pk
    actions.begin(actor=own, run=run, now=now)
    done = actions.run_import(actor=own, run=run, now=now)
    assert (done.created, done.failed) == (1, 0)
    assert Account.objects.get().industry == "retail"
    # the words of the other language are known as well
    assert ("行", "原因") in queries.mending_headers()


@pytest.mark.parametrize(
    ("mode", "counts"), [("both", (1, 1, 0)), ("create", (1, 0, 1)), ("update", (0, 1, 1))]
)
def test_it_creates_changes_or_both(
    mode: str, counts: tuple[int, int, int], bring: Bring, dana: User, actor: As
) -> None:
    bring("name,city\nAcme,Rome\n", {**ACCOUNTS, "columns": ACCOUNTS["columns"][:2]}, actor(dana))
    mapping = {**ACCOUNTS, "columns": ACCOUNTS["columns"][:2], "mode": mode}
    run = bring("name,city\nAcme Ltd.,Bonn\nBolt,Oslo\n", mapping, actor(dana))
    assert (run.created, run.updated, run.skipped) == counts


@pytest.mark.parametrize(
    ("record_type", "key", "first", "second"),
    [
        ("account", "name", "华东机械有限公司", "华东机械"),
        ("account", "credit_code", "91350100M000100Y43", "91350100m000100y43"),
        ("contact", "email", "Ann@Acme.com", "ann@acme.com"),
        ("contact", "phone", "138 0013 8000", "+86 13800138000"),
        ("account", "external_id", "A-1", "A-1"),
    ],
)
def test_it_finds_records_by_each_key(
    record_type: str, key: str, first: str, second: str, bring: Bring, dana: User, actor: As
) -> None:
    columns = [{"header": "key", "field": key}, {"header": "city", "field": "city"}]
    if key != "name":
        columns.append({"header": "name", "field": "name"})
    document = {"type": record_type, "match": [key], "system": "old", "columns": columns}
    bring(f"key,city,name\n{first},Rome,Acme\n", document, actor(dana))
    run = bring(f"key,city,name\n{second},Bonn,Acme\n", document, actor(dana))
    assert (run.created, run.updated, run.failed) == (0, 1, 0)


@pytest.mark.parametrize(
    ("by", "word", "found"),
    [
        ("domain", "https://www.acme.com/about", True),
        ("external_id", "A-1", True),
        ("credit_code", "91350100M000100Y43", True),
        ("domain", "https://other.com", False),
    ],
)
def test_links_are_found_by_the_chosen_key(
    by: str, word: str, found: bool, bring: Bring, dana: User, actor: As
) -> None:
    document = {
        "type": "account",
        "system": "old",
        "columns": [
            {"header": key, "field": key}
            for key in ("name", "website", "external_id", "credit_code")
        ],
    }
    bring(
        "name,website,external_id,credit_code\nAcme,acme.com,A-1,91350100M000100Y43\n",
        document,
        actor(dana),
    )
    deals = {
        "type": "opportunity",
        "system": "old",
        "columns": [
            {"header": "name", "field": "name"},
            {"header": "customer", "field": "account", "by": by, "unknown": "make"},
        ],
    }
    run = bring(f"name,customer\nDeal,{word}\n", deals, actor(dana))
    # an address names no customer, so none is made of it
    assert (run.created, run.failed) == ((1, 0) if found else (0, 1))
    assert Account.objects.count() == 1
    if found:
        assert Opportunity.objects.get().account == Account.objects.get()


def test_undo_restores_what_was_changed(bring: Bring, dana: User, actor: As, now: datetime) -> None:
    bring("name,city,industry\nAcme,Rome,retail\n", ACCOUNTS, actor(dana))
    run = bring("name,city,industry\nAcme,Bonn,medical\nBolt,Oslo,\n", ACCOUNTS, actor(dana))
    report = actions.undo_import(actor=actor(dana), run=run, now=now)
    assert report.left == []
    acme = Account.objects.alive().get()
    assert (acme.name, acme.city, acme.industry) == ("Acme", "Rome", "retail")


def test_the_first_author_and_day_stay(bring: Bring, dana: User, alice: User, actor: As) -> None:
    document = {
        "type": "contact",
        "columns": [
            {"header": "name", "field": "name"},
            {"header": "at", "field": "created_at"},
            {"header": "by", "field": "created_by"},
        ],
    }
    bring("name,at,by\nAnn,2024-03-01T09:15:00Z,Alice\n", document, actor(dana))
    ann = Contact.objects.get()
    assert (ann.created_at.isoformat(), ann.created_by) == ("2024-03-01T09:15:00+00:00", alice)
    # the ledger says who brought them in
    assert Import.objects.get().operation.actor_id == dana.pk
