"""Rows owner by owner are the rows of `visible_to`, for every role; and what reading them costs."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.querysets import model_queryset
from shangji.records.conditions import read_conditions
from shangji.records.description import describe
from shangji.records.listing import parts
from shangji.records.listing.parts import first_ids, parts_of, sums_by, together
from shangji.records.listing.query import ListQuery

pytestmark = pytest.mark.django_db


@pytest.fixture
def deals(alice: Any, bob: Any, charlie: Any) -> None:
    for owner in (alice, bob, charlie, None):
        for n in range(3):
            make_opportunity(
                owner or alice,
                name=f"{owner} {n}",
                at="quote" if n else "lost",
                amount=None if n == 2 else Decimal(1000 * n + (owner.pk if owner else 0)),
                next_step="" if n else "Call",
            )
    Opportunity.objects.filter(name__startswith="None").update(owner=None)


def ids(actor: Any, condition: Q) -> list[int]:
    """Ids of the parts, doubles kept."""
    try:
        text, params = together(parts_of(Opportunity, actor, condition, ("pk",)))
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return sorted(row[0] for row in cursor.fetchall())


def test_it_gives_the_rows_of_visible_to_for_every_role(
    deals: None, alice: Any, bob: Any, charlie: Any, mei: Any, dana: Any, vera: Any, actor: Any,
    now: Any, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    nothing = CustomRole.objects.create(
        name="Nothing",
        created_at=now,
        updated_at=now,
        definition={
            "version": 1,
            "default": {},
            "grants": {"opportunity": {"read": "none", "pool": True}},
            "rights": [],
        },
    )
    charlie.role = f"custom:{nothing.pk}"
    for many in (parts.MANY, 1):
        monkeypatch.setattr(parts, "MANY", many)
        for person in (alice, bob, charlie, mei, dana, vera):
            reader = actor(person)
            for condition in (Q(), Q(status="open"), Q(next_step="") | Q(amount__gte=1000)):
                seen = model_queryset(Opportunity).visible_to(reader).filter(condition)
                assert ids(reader, condition) == sorted(seen.values_list("pk", flat=True)), person
            seen = model_queryset(Opportunity).visible_to(reader)
            mine = model_queryset(Opportunity).visible_of(reader, [alice.pk])
            assert set(mine) == set(seen.filter(owner=alice)), person


@pytest.mark.parametrize("sort", ["amount", "-amount", "name", "-next_step_on", "owner"])
def test_it_walks_in_the_order_of_the_list(deals: None, alice: Any, actor: Any, sort: str) -> None:
    query = ListQuery(describe("opportunity"), actor(alice), sort=sort, size=2)
    whole = list(query.ordered(query.base).values_list("pk", flat=True))
    assert len(whole) == 6
    walked = [pk for page in (1, 2, 3) for pk in _page(actor(alice), sort, page)]
    assert walked == whole


def _page(reader: Any, sort: str, page: int) -> list[int]:
    query = ListQuery(describe("opportunity"), reader, sort=sort, size=2, page=page)
    return [row["pk"] for row in query.rows()]


@pytest.mark.parametrize(
    "conditions",
    [
        [],
        ["status.is.open"],
        ["status.in.open,lost"],
        ["phase.is.convert"],
        ["owner.in.me"],
        ["status.is.open", "owner.in.me"],
    ],
)
def test_it_keeps_in_sum_what_counting_finds(
    deals: None, alice: Any, mei: Any, dana: Any, actor: Any, conditions: list[str]
) -> None:
    for person in (alice, mei, dana):
        query = ListQuery(describe("opportunity"), actor(person), read_conditions(conditions))
        assert query.rollup is not None
        kept = query.rollup.sums(query.conditions)
        assert kept is not None
        counted = query.counted()
        assert kept.count == counted.count == query.base.count()
        assert kept.counts == counted.counts
        assert list(kept.totals["amount"]) == list(counted.totals["amount"])
        assert list(kept.totals["weighted"]) == list(counted.totals["weighted"])
        bare = read_conditions([*conditions, "next_step.empty."])
        assert query.rollup.count(bare) == query.base.filter(next_step="").count()


def test_it_counts_where_the_sum_does_not_know(deals: None, alice: Any, actor: Any) -> None:
    reader = actor(alice)
    for text in ("amount.gte.1000", "status.not.open", "owner.in.team", "name.has.a"):
        query = ListQuery(describe("opportunity"), reader, read_conditions([text]))
        assert query.rollup is not None
        assert query.rollup.sums(query.conditions) is None
        assert query.sums.count == query.base.count()


def test_it_sums_in_groups(deals: None, alice: Any, charlie: Any, actor: Any) -> None:
    make_opportunity(charlie, account=make_account(charlie), amount=Decimal(7))
    found = sums_by(Opportunity, actor(alice), Q(status="open"), ("status", "currency"))
    seen = model_queryset(Opportunity).visible_to(actor(alice)).filter(status="open")
    total = sum(one.amount or 0 for one in seen)
    assert found == [(("open", "CNY"), seen.count(), total)]
    only = sums_by(Opportunity, actor(alice), Q(), ("currency",), owners=[alice.pk, charlie.pk])
    assert [count for _key, count, _value in only] == [3]


def test_it_reads_nothing_for_nobody(deals: None, alice: Any, actor: Any) -> None:
    alice.is_active = False
    assert parts_of(Opportunity, actor(alice), Q(), ("pk",)) == []
    assert first_ids([], "1 ASC", 50) == []
    assert sums_by(Opportunity, actor(alice), Q(), ("currency",)) == []
