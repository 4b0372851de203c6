from collections.abc import Iterator

import pytest

from shangji.foundation.search import index
from shangji.foundation.search.index import Searchable, register_search
from shangji.foundation.tests.things import (  # noqa: F401 - fixtures
    Thing,
    django_db_setup,
    tracked,
)


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
            subtitle=lambda thing: f"of {thing.owner_id}",
            url=lambda thing: f"/things/{thing.pk}/",
            label="Things",
            watch=frozenset({"name", "note", "owner"}),
        ),
    )
    yield
