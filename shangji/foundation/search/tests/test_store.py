"""The index of the database at hand: its parts, its shelves, which types it holds."""

import pytest
from django.db import connection

from shangji.foundation.audit.recorder import operation
from shangji.foundation.search import store, upkeep
from shangji.foundation.search.rules import SCOPE, TITLE, All, Term, owner_term
from shangji.foundation.search.rules import Any as AnyOf
from shangji.foundation.search.tests.conftest import add, titles

pytestmark = pytest.mark.django_db


def test_parts_of_the_index_are_brought_together(alice, actor, now) -> None:
    for number in range(4):
        add(actor(alice), now, alice, f"华辰 {number}")
    gone = add(actor(alice), now, alice, "华辰 gone")
    with operation(actor(alice), "thing.delete", now=now) as op:
        op.deleted(op.lock(gone))
    steps = 0
    while upkeep.tidy(1):
        steps += 1
        assert steps < 50

    assert len(titles(actor(alice), "华辰")) == 4
    if connection.vendor == "sqlite":
        assert steps and not upkeep.tidy(1)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(DISTINCT segid) FROM {store.FTS}_idx")
            assert cursor.fetchone()[0] < 3


def test_a_type_that_had_no_entry_is_found_as_soon_as_it_has_one(alice, actor, now) -> None:
    assert store.present(["thing"]) == set()
    add(actor(alice), now, alice, "华辰")

    assert store.present(["thing"]) == {"thing"}


def test_an_owners_shelves_take_the_place_of_the_owner() -> None:
    word, kind = Term((TITLE,), "falcon"), Term((SCOPE,), "taccount")
    condition = All((word, AnyOf((kind, Term((SCOPE,), "o8")))))

    assert store.tsquery(condition) == "(('tfalcon') & (('=taccount') | ('=o8')))"
    assert store.tsquery(condition, on_shelves=True) == (
        "(('tfalcon') & (('=taccount') | ('=o8.#0' | '=o8.#1')))"
    )
    one_type = Term((SCOPE,), owner_term(8, "account"))
    assert store.tsquery(one_type) == "('=o8taccount')"
    assert store.tsquery(one_type, on_shelves=True) == "(('=o8.#0' | '=o8.#1') & '=taccount')"
