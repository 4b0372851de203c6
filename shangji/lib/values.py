"""Dataclasses that cost a start a fifth of the library's: one method each is compiled, not six.

`dataclasses` writes up to six methods for every class and compiles them: 0.6 ms a class, of which
Shangji has 300. Here only `__init__` is written; what compares, hashes and shows a value is shared
(docs/decisions/0018-value-objects.md). Fields, `replace`, `asdict` and the
rest of the library work as ever.

`frozen` makes a value hashable, and mypy refuses to assign to its fields; nothing is checked while
the program runs, and making one takes a third of the time (0.17 of 0.55 µs for four fields).
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # what checkers know by that name
else:
    import dataclasses

    def dataclass(cls: type | None = None, /, *, frozen: bool = False) -> Any:
        """As `dataclasses.dataclass`, of which it takes `frozen` only."""

        def made(cls: type) -> type:
            own = cls.__dict__
            if cls.__doc__ is None:
                cls.__doc__ = cls.__name__  # or the library works the signature out for it
            given = {name for name in ("__repr__", "__eq__", "__hash__") if name in own}
            dataclasses.dataclass(repr=False, eq=False)(cls)
            if "__repr__" not in given:
                cls.__repr__ = _shown
            if "__eq__" not in given:
                cls.__eq__ = _equal
            if "__hash__" not in given:
                cls.__hash__ = _hashed if frozen else None
            return cls

        return made if cls is None else made(cls)


def _compared(cls: Any) -> Any:
    """What compares and hashes a value of the class: its fields, read at once."""
    found = cls.__dict__.get("__compared__")
    if found is None:
        names = [one.name for one in cls.__dataclass_fields__.values() if one.compare]
        names = names or ["__class__"]
        found = cls.__compared__ = attrgetter(*names, *names[: len(names) == 1])
    return found


def _equal(self: Any, other: Any) -> Any:
    if self.__class__ is not other.__class__:
        return NotImplemented
    read = _compared(self.__class__)
    return self is other or read(self) == read(other)


def _hashed(self: Any) -> int:
    return hash(_compared(self.__class__)(self))


def _shown(self: Any) -> str:
    shown = (one.name for one in self.__dataclass_fields__.values() if one.repr)
    parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
    return f"{self.__class__.__qualname__}({parts})"
