"""How far a right reaches over rows."""

from enum import IntEnum


class Scope(IntEnum):
    """Ordered: each scope contains the ones before it."""

    NONE = 0
    OWN = 1
    TEAM = 2
    TREE = 3
    ALL = 4
