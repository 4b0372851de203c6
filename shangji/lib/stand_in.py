"""A module that a library imports and hardly uses, replaced while the library is loaded."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def standing_in(name: str, **values: Any) -> Iterator[None]:
    """Let `name` be a module of the given values, unless it is loaded already."""
    parts = name.split(".")
    made = [".".join(parts[: end + 1]) for end in range(len(parts))]
    made = [one for one in made if one not in sys.modules]
    for one in made:
        sys.modules[one] = ModuleType(one)
    if made:
        sys.modules[name].__dict__.update(values)
    try:
        yield
    finally:
        for one in made:
            del sys.modules[one]
