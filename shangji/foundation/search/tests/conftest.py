from collections.abc import Callable, Iterator, Sequence

import pytest

from shangji.foundation.access.actor import Actor
from shangji.foundation.search import index
from shangji.foundation.search.index import Searchable, register_search
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
