"""Several processes begin with the slow files, each with its share: a long test that begins last
leaves the others idle. The rest stays in its order, and the tests of a file stay together."""

from itertools import groupby
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


@pytest.hookimpl(trylast=True)  # after pytest-django, which puts tests without a database last
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    slow = {item.path for item in items if item.get_closest_marker("slow") and not _empties(item)}
    files = [item.path if item.path in slow and not _empties(item) else None for item in items]
    items[:] = dealt(items, files, workers)


def _empties(item: pytest.Item) -> bool:
    """Whether it leaves emptied tables behind: those stay where pytest-django puts them."""
    mark = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or (mark and mark.kwargs.get("transaction")))


def dealt(items: list[T], slow: list[Path | None], workers: int) -> list[T]:
    """The same items in an order that xdist cuts into `workers` runs of one length, each of which
    begins with some of the slow files; `slow` has the file of an item, None of a quick one."""
    if workers < 2:
        return items
    rest = [item for item, file in zip(items, slow, strict=True) if file is None]
    first: list[list[T]] = [[] for _worker in range(workers)]
    runs = groupby(zip(slow, items, strict=True), key=lambda pair: pair[0])
    files = [[item for _file, item in run] for file, run in runs if file is not None]
    for place, file in enumerate(files):
        first[place % workers] += file
    found: list[T] = []
    for number, begin in enumerate(first, 1):
        room = max(0, len(items) * number // workers - len(found) - len(begin))
        found += [*begin, *rest[:room]]
        del rest[:room]
    return found + rest
