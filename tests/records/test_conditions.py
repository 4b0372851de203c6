"""Filters and sorts come from an allow-list, whatever the value says.

INJ-1..3 and 5, ACC-7, LOAD-4.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access import roles
from shangji.lib.errors import Invalid
from shangji.records.conditions import (
    All,
    AnyOf,
    Condition,
    compile_node,
    read_condition,
    read_conditions,
)
from shangji.records.description import describe, descriptions
from shangji.records.kinds.base import OPERATORS
from tests.records.contract import EXAMPLES, NAUGHTY


@pytest.mark.parametrize(
    "query",
    [
        "sort=owner__password",
        "sort=amount,(select 1)",
        "sort=name;--",
        "sort=-",
        "sort=__class__",
        "sort=pk",
        "group=owner__password",
        "group=amount",
        "columns=name&columns=owner__password",
        "f=owner__password__startswith.is.a",
        "f=name__regex.is.(a%2B)%2B%24",
        "f=name.regex.(a%2B)%2B%24",
        "f=pk__in.in.select",
        "f=pk.is.1",
        "f=name.__class__.x",
        "f=amount.is.",
        "f=amount.has.1",
        "f=stage.is.nothing",
        "f=x",
        "f=weighted.gte.1",
        "filter=owner__password",
        "columns=" + ",".join(["name"] * 2 + [f"c{n}" for n in range(40)]),
    ],
)
def test_it_refuses_what_is_not_on_the_list(query: str, alice: Any, sign_in: Any) -> None:
    assert sign_in(alice).get(f"/opportunities/?{query}").status_code == 400


@pytest.mark.parametrize("record_type", list(EXAMPLES))
def test_it_answers_every_value_in_every_operator(record_type: str, dana: Any, actor: Any) -> None:
    description = describe(record_type)
    rows = description.model._default_manager.all()
    asked = refused = 0
    for one in description.fields:
        if not one.filterable:
            continue
        for operator in OPERATORS:
            for value in NAUGHTY:
                try:
                    condition = read_condition(f"{one.key}.{operator}.{value}")
                    list(rows.filter(compile_node(description, actor(dana), condition))[:1])
                    asked += 1
                except Invalid:
                    refused += 1
    assert asked > 100
    assert refused > 100


@pytest.mark.parametrize("value", NAUGHTY)
def test_it_answers_data_or_400_through_the_page(value: str, alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    sent = value.encode("utf-8", "surrogatepass")
    for key in ("name.has", "amount.gte", "expected_close_on.from", "owner.in", "account.is"):
        query = urlencode({"f": key.encode() + b"." + sent})
        assert client.get(f"/opportunities/?{query}").status_code in {200, 400}
        form = urlencode({"add": key.split(".")[0], "op": key.split(".")[1], "value": sent})
        assert client.get(f"/opportunities/?{form}").status_code in {200, 302, 400}
    for url in ("/accounts/options/", "/accounts/similar/", "/bin/"):
        found = client.get(f"{url}?{urlencode({'q': sent, 'name': sent, 'phone': sent})}")
        assert found.status_code == 200


def test_it_takes_wildcards_literally(alice: Any, sign_in: Any) -> None:
    make_account(alice, name="100% Steel")
    make_account(alice, name="Plain")
    page = sign_in(alice).get("/accounts/?f=name.has.%25")
    assert b"100% Steel" in page.content
    assert b"Plain" not in page.content
    assert b"Plain" not in sign_in(alice).get("/accounts/?f=name.has._").content


def test_it_limits_filters_pages_and_lengths(alice: Any, sign_in: Any) -> None:
    make_opportunity(alice)
    client = sign_in(alice)
    many = "&".join([f"f=name.has.a{n}" for n in range(31)])
    assert client.get(f"/opportunities/?{many}").status_code == 400
    assert client.get("/opportunities/?f=name.has." + "a" * 501).status_code == 400
    for page in ("100000", "0", "-1", "x", "9" * 50):
        assert client.get(f"/opportunities/?page={page}").status_code == 200
    assert len(read_conditions(["name.has.a"] * 30)) == 1


def test_it_answers_hidden_like_misspelt(
    alice: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant = replace(roles.REP_GRANT, hidden=frozenset({"amount", "phone"}))
    monkeypatch.setitem(roles.BUILT_IN, "rep", replace(roles.Rep, default=grant))
    make_opportunity(alice, amount=777777)
    client = sign_in(alice)
    for query in ("sort={}", "f={}.filled.", "f={}.gte.1", "columns=name&columns={}", "filter={}"):
        hidden, wrong = (
            client.get(f"/opportunities/?{query.format(key)}") for key in ("amount", "amuont")
        )
        assert hidden.status_code == wrong.status_code == 400
        swap = hidden.content.replace(b"amount", b"amuont")
        assert _told(swap) == _told(wrong.content)
    page = client.get("/opportunities/")
    assert b"777,777" not in page.content
    assert b"Amount" not in page.content
    pk = page.content.split(b'data-id="')[1].split(b'"')[0].decode()
    for path in ("", "edit/", "history/"):
        text = client.get(f"/opportunities/{pk}/{path}").content
        assert not any(told in text for told in (b"777777", b"777,777", b"778K"))
    assert client.get(f"/opportunities/{pk}/field/amount/").status_code == 400


def _told(body: bytes) -> bytes:
    return body.split(b"<h1>")[1].split(b"</p>")[0]


def test_it_nests_all_and_any(alice: Any, actor: Any) -> None:
    one = make_account(alice, name="A", city="Ningbo")
    two = make_account(alice, name="B", city="Suzhou")
    make_account(alice, name="C", city="Hangzhou")
    tree = All(
        (
            AnyOf((Condition("city", "is", "Ningbo"), Condition("city", "is", "Suzhou"))),
            Condition("owner", "in", "me"),
        )
    )
    description = describe("account")
    found = description.model._default_manager.filter(compile_node(description, actor(alice), tree))
    assert set(found.values_list("pk", flat=True)) == {one.pk, two.pk}
    deep: Any = Condition("city", "is", "x")
    for _ in range(10):
        deep = All((deep,))
    with pytest.raises(Invalid):
        compile_node(description, actor(alice), deep)


def test_it_offers_presets_that_hold(dana: Any, sign_in: Any) -> None:
    client = sign_in(dana)
    for description in descriptions():
        for preset in description.presets:
            url = f"/{description.slug}/?view={preset.key}"
            assert client.get(url).status_code == 200, url
        for key in description.group_by:
            assert client.get(f"/{description.slug}/?group={key}").status_code == 200
        for one in description.fields:
            answer = client.get(f"/{description.slug}/?sort={one.key}")
            assert answer.status_code == (200 if one.sortable else 400), one.key
            answer = client.get(f"/{description.slug}/?filter={one.key}")
            assert answer.status_code == (200 if one.filterable else 400), one.key
