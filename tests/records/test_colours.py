"""Conditional colour: rules in the address, in saved views, on rows; no query per row."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access import roles
from shangji.lib.errors import Invalid
from shangji.records.conditions import All, AnyOf, Condition, Not
from shangji.records.description import describe
from shangji.records.listing.colours import MAX_RULES, TONES, Rule, next_tone, read_rules
from shangji.records.listing.query import ListQuery
from shangji.records.listing.tints import Tints
from shangji.records.models import SavedView

BIG = Condition("amount", "gte", "500000")
MINE = Condition("owner", "in", "me")
LINKED = Condition("account.name", "has", "Copper")
NAMED = Condition("account", "has", "Copper")
QUIET = Condition("activities", "none", "past_14")


@pytest.mark.parametrize("node", [BIG, All((BIG, AnyOf((MINE, Not(LINKED))))), QUIET])
def test_it_reads_back_the_rule_it_writes(node: Any) -> None:
    assert read_rules([Rule("warn", node).text]) == (Rule("warn", node),)


@pytest.mark.parametrize("text", ["amount.gte.5", "pink:amount.gte.5", "warn:", "warn", ":x.is.y"])
def test_it_refuses_what_is_no_rule(text: str) -> None:
    with pytest.raises(Invalid):
        read_rules([text])


def test_it_takes_so_many_rules_and_no_more() -> None:
    texts = [f"warn:amount.gte.{n}" for n in range(MAX_RULES + 1)]
    assert len(read_rules(texts[:-1])) == MAX_RULES
    with pytest.raises(Invalid):
        read_rules(texts)


def test_it_offers_a_colour_that_no_rule_has() -> None:
    rules = [Rule(tone, BIG) for tone in list(TONES)[:2]]
    assert next_tone(rules) == list(TONES)[2]


def test_it_colours_by_the_first_rule_that_holds(
    alice: Any, bob: Any, mei: Any, actor: Any, now: Any
) -> None:
    copper, other = make_account(alice, name="Copper Co"), make_account(alice, name="Tin Co")
    deals = [
        make_opportunity(alice, account=other, amount=Decimal(600_000), name="big"),
        make_opportunity(bob, account=copper, amount=Decimal(600_000), name="big, too"),
        make_opportunity(bob, account=copper, amount=None, name="copper"),
        make_opportunity(bob, account=other, amount=Decimal(1), name="plain"),
    ]
    rules = (Rule("bad", BIG), Rule("good", LINKED), Rule("accent", NAMED))
    tints = Tints(describe("opportunity"), actor(mei), rules, now)
    query = ListQuery(describe("opportunity"), actor(mei), columns=("name",), also=tints.paths())
    rows = query.rows()
    with CaptureQueriesContext(connection) as asked:
        tints.look(rows)
    found = [tints.of(one.pk) for one in deals]
    assert [one and one.tone for one in found] == ["bad", "bad", "good", None]
    assert found[0] is not None and found[0].words == "Amount ≥ 500,000"
    # one for each rule on what is not the row's own
    assert len([one for one in asked if "opportunities_opportunity" in one["sql"]]) == 2


@pytest.mark.parametrize(
    "node", [BIG, MINE, QUIET, NAMED, Condition("stale", "is", "yes"), Not(LINKED),
             Condition("expected_close_on", "within", "this_month"), Condition("amount", "empty")],
)  # fmt: skip
def test_it_colours_what_the_filter_finds(node: Any, alice: Any, actor: Any, now: Any) -> None:
    account = make_account(alice, name="Copper Co")
    for amount in (None, Decimal(900_000)):
        make_opportunity(alice, account=account if amount else None, amount=amount)
        make_opportunity(alice, amount=amount, expected_close_on=now.date() + timedelta(days=1))
    description, whose = describe("opportunity"), actor(alice)
    tints = Tints(description, whose, (Rule("warn", node),), now)
    rows = ListQuery(description, whose, also=tints.paths()).rows()
    tints.look(rows)
    matched = {row["pk"] for row in ListQuery(description, whose, (node,)).rows()}
    assert {row["pk"] for row in rows if tints.of(row["pk"])} == matched


def test_it_asks_as_many_queries_for_more_rows_and_says_what_a_colour_means(
    alice: Any, sign_in: Any
) -> None:
    client = sign_in(alice)
    rules = [Rule("warn", BIG).text, Rule("good", LINKED).text, Rule("bad", QUIET).text]
    address = f"/opportunities/?{urlencode({'c': rules, 'view': 'all'}, doseq=True)}"
    counts = []
    for number in (1, 11):
        for place in range(number):
            make_opportunity(alice, amount=Decimal(700_000), name=f"Deal {number} {place}")
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address).content.decode()
        counts.append(len([one for one in asked if "workspace_" not in one["sql"]]))
    assert counts[0] == counts[1]
    assert page.count('data-tint="warn" title="Amount ≥ 500,000"') == 12
    assert '<span class="sr">Amount ≥ 500,000</span>' in page
    assert '<li><span class="tint-mark" data-tint="warn"></span>Amount ≥ 500,000</li>' in page


def test_it_makes_changes_and_drops_rules_with_the_editor_of_filters(
    alice: Any, sign_in: Any
) -> None:
    client = sign_in(alice)
    made = client.get("/opportunities/?colours=1&rule=new&add=amount&op=gte&value=5")
    assert made.status_code == 302
    assert made.url.endswith("c=bad%3Aamount.gte.5&colours=1")
    page = client.get(made.url).content.decode()
    assert 'name="rule" value="0"' in page
    grown = client.get(f"{made.url}&rule=0&at=&add=name&op=has&value=ERP")
    assert "c=bad%3Aall%28amount.gte.5%29%28name.has.ERP%29" in grown.url
    put = client.get(f"{grown.url}&rule=0&put=1&add=amount&op=lte&value=9")
    assert "c=bad%3Aall%28amount.lte.9%29%28name.has.ERP%29" in put.url
    assert (
        client.get("/opportunities/?colours=1&rule=new&add=amount&op=gte&value=x").status_code
        == 400
    )
    assert client.get("/opportunities/?c=bad:amont.gte.5").status_code == 400


def test_it_stores_colours_with_a_view_and_leaves_out_what_a_reader_may_not_know(
    alice: Any, bob: Any, sign_in: Any, monkeypatch: Any
) -> None:
    client = sign_in(alice)
    rules = [Rule("warn", BIG).text, Rule("good", MINE).text]
    shown = {"name": "Big", "shared_with": "team", "f": "", "columns": "name", "sort": "name"}
    client.post("/opportunities/views/", {**shown, "c": rules})
    view = SavedView.objects.get()
    assert [one["tone"] for one in view.definition["colours"]] == ["warn", "good"]
    make_opportunity(alice, amount=Decimal(600_000))
    page = client.get(f"/opportunities/?view={view.pk}").content.decode()
    assert page.count('data-tint="warn" title') == 1
    grant = replace(roles.REP_GRANT, hidden=frozenset({"amount"}))
    monkeypatch.setitem(roles.BUILT_IN, "rep", replace(roles.Rep, default=grant))
    page = sign_in(bob).get(f"/opportunities/?view={view.pk}").content.decode()
    assert "500000" not in page
    assert "1 colour is left out" in page
    assert "is broken" not in page
