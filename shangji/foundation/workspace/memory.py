"""What a process answers from memory for some seconds: small things that many pages ask for."""

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from django.db import connection

T = TypeVar("T")
#: seconds that only go forward
clock: Callable[[], float] = time.monotonic
_all: WeakSet["Memory[Any]"] = WeakSet()


class Memory(Generic[T]):
    """Values by key, each worked out anew when it is some seconds old.

    What is worked out inside a transaction is not kept, as it may be undone.

    Args:
        seconds: until a change by another process is seen here.
        in_transactions: keep what is worked out there too; for what hardly ever changes and is
            asked again and again by those who write many rows.
    """

    def __init__(self, seconds: float, *, in_transactions: bool = False) -> None:
        self.seconds = seconds
        self.in_transactions = in_transactions
        self._kept: dict[Hashable, tuple[float, T]] = {}
        _all.add(self)

    def get(self, make: Callable[[], T], key: Hashable = None) -> T:
        """The value of a key: from memory while that is young, else made and kept."""
        kept = self._kept.get(key)
        if kept is not None and clock() - kept[0] <= self.seconds:
            return kept[1]
        value = make()
        if self.in_transactions or not connection.in_atomic_block:
            self._kept[key] = (clock(), value)
        return value

    def forget(self) -> None:
        """Work everything out anew, after a change in this process."""
        self._kept.clear()


def forget_all() -> None:
    """Drop what this process remembers of anything (between tests)."""
    for one in _all:
        one.forget()
