from collections.abc import Callable, Iterator, Sequence

import pytest

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import operation
from shangji.foundation.search import index
from shangji.foundation.search.index import Searchable, register_search
from shangji.foundation.search.queries import search
from shangji.foundation.tests.things import (  # noqa: F401 - fixtures
    Thing,
    django_db_setup,
    tracked,
)


def show_rows(model: type[Thing]) -> Callable[[Actor, Sequence[int]], dict[int, tuple[str, str]]]:
    def show(actor: Actor, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        rows = model.objects.visible_to(actor).filter(pk__in=ids)
        return {row.pk: (row.name, f"of {row.owner_id}") for row in rows}

    return show


@pytest.fixture(autouse=True)
def things(tracked: type[Thing], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # noqa: F811
    """Things, and nothing else, can be found during one test."""
    monkeypatch.setattr(index, "_SEARCHABLE", {})
    register_search(
        "thing",
        Searchable(
            model=Thing,
            title=lambda thing: thing.name,
            body=lambda thing: thing.note,
            body_fields=frozenset({"note"}),
            show=show_rows(Thing),
            title_field="name",
            url=lambda pk: f"/things/{pk}/",
            label="Things",
            watch=frozenset({"name", "note", "owner"}),
        ),
    )
    yield


def add(actor, now, owner, name: str, note: str = "") -> Thing:
    with operation(actor, "thing.create", now=now) as op:
        return op.created(Thing(owner=owner, name=name, note=note))


def titles(actor, text: str, **options) -> list[str]:
    return [hit.title for hit in search(actor, text, **options)]


@pytest.fixture
def shelf(alice, actor, now) -> None:
    for name, note in (
        ("华辰精密 MES 二期", "上海 13812345678 li.wei@huachen.com"),
        ("银行系统 Überweisung", "phone +86 (021) 5555-0101"),
        ("Acme Robotics Co., Ltd.", "renewal in spring"),
        ("重庆长安", "华辰的客户"),
    ):
        add(actor(alice), now, alice, name, note)
