"""Opportunities in the search box: their customer's name stands beside them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.scope import Scope
from shangji.foundation.search.index import index_many
from shangji.foundation.search.queries import search, search_groups

pytestmark = pytest.mark.django_db


def lines(actor, text: str) -> list[tuple[str, str]]:
    return [(hit.title, hit.subtitle) for hit in search(actor, text, types=["opportunity"])]


def deal(owner, customer_of, name: str = "产线看板"):
    customer = make_account(customer_of, name="华辰精密")
    found = make_opportunity(owner, name=name, account=customer)
    index_many("opportunity", [found.pk])
    index_many("account", [customer.pk])
    return found


def test_it_shows_the_customer(alice, actor) -> None:
    deal(alice, alice)
    make_opportunity(alice, name="产线 without")
    assert lines(actor(alice), "产线") == [("产线看板", "华辰精密")]


def test_a_deal_names_a_customer_of_somebody_else(alice, charlie, actor) -> None:
    """As everywhere (docs/decisions/0008)."""
    deal(alice, charlie)
    assert lines(actor(alice), "产线") == [("产线看板", "华辰精密")]


def test_it_names_no_customer_to_whom_customers_are_closed(alice, actor) -> None:
    deal(alice, alice)
    who = actor(alice)
    grant = Grant(read=Scope.OWN)
    who.__dict__["role"] = Role("x", "x", "x", grants={"opportunity": grant})
    assert lines(who, "产线") == [("产线看板", "")]


def test_it_names_no_customer_where_the_field_is_hidden(alice, actor) -> None:
    deal(alice, alice)
    who = actor(alice)
    grant = Grant(read=Scope.OWN, hidden=frozenset({"account"}))
    who.__dict__["role"] = Role("x", "x", "x", grants={"opportunity": grant})
    assert lines(who, "产线") == [("产线看板", "")]


def test_a_type_whose_name_is_hidden_is_not_found(alice, actor) -> None:
    deal(alice, alice)
    who = actor(alice)
    grant = Grant(read=Scope.OWN, hidden=frozenset({"name"}))
    who.__dict__["role"] = Role("x", "x", "x", grants={"opportunity": grant})
    assert lines(who, "产线") == []
    assert search_groups(who, "产线") == []


@pytest.mark.parametrize(("place", "most"), [("/search/suggest", 9), ("/search/", 18)])
def test_the_queries_do_not_grow_with_the_hits(alice, sign_in, place: str, most: int) -> None:
    deal(alice, alice)
    deal(alice, alice, "看板")  # of two hits that only sound so, it looks whose title has the words
    browser = sign_in(alice)
    asked = []
    for _round in range(2):
        browser.get(f"{place}?q=kanban")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = browser.get(f"{place}?q=kanban").text
        asked.append(len(queries))
        for number in range(20):
            deal(alice, alice, f"看板 {number}")
    assert "看板" in page and "华辰精密" in page
    # of few hits the search page also looks for what the words may have meant
    assert asked[1] <= asked[0] <= most, [one["sql"] for one in queries.captured_queries]
