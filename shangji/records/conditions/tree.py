"""The typed tree: comparisons joined by all, any and not."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.records.kinds.base import Asked

MAX_CONDITIONS = 30
MAX_VALUE = 500
MAX_DEPTH = 5
#: operators that take no operand
BARE = frozenset({"empty", "filled"})


@dataclass(frozen=True)
class Condition:
    """One comparison. `text` is its form in addresses and stored views.

    `field` is a key, or a path over links: `account.industry` is the industry of the account.
    """

    field: str
    operator: str
    value: str = ""

    @property
    def text(self) -> str:
        return f"{self.field}.{self.operator}.{self.value}"

    def asked(self, actor: Actor, now: datetime | None = None) -> Asked:
        """What it asks of its field, in the language of this request."""
        return Asked(self.operator, self.value, actor, get_language() or "en", now)


@dataclass(frozen=True)
class All:
    """Every part holds; without parts, always."""

    parts: tuple["Node", ...] = ()

    @property
    def text(self) -> str:
        return f"all{_inner(self.parts)}"


@dataclass(frozen=True)
class AnyOf:
    """At least one part holds; without parts, never."""

    parts: tuple["Node", ...] = ()

    @property
    def text(self) -> str:
        return f"any{_inner(self.parts)}"


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: "Node"

    @property
    def text(self) -> str:
        return f"not{_inner((self.part,))}"


#: marks of groups in addresses; inside a group a comparison writes them as %28, %29, %25
_MARKS = str.maketrans({"%": "%25", "(": "%28", ")": "%29"})


def _inner(parts: Sequence["Node"]) -> str:
    """Parts of a group as its text holds them: `(stage.is.4)(any(owner.in.me)(tags.has.east))`."""
    return "".join(
        f"({part.text.translate(_MARKS) if isinstance(part, Condition) else part.text})"
        for part in parts
    )


Node = Condition | All | AnyOf | Not

#: where a node stands: (2, 1) is the first part of the second one
Place = tuple[int, ...]


def parts_of(node: Node) -> tuple[Node, ...]:
    """The parts of a group; a comparison has none."""
    if isinstance(node, Condition):
        return ()
    return (node.part,) if isinstance(node, Not) else node.parts


def conditions_of(node: Node) -> list[Condition]:
    """Every comparison in the tree, from left to right."""
    if isinstance(node, Condition):
        return [node]
    return [one for part in parts_of(node) for one in conditions_of(part)]
