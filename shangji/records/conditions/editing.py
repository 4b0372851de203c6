"""Changing a tree by places: (2, 1) is the first part of the second part; () is the whole.

Groups left without parts go: nobody means "any of nothing".
"""

from collections.abc import Sequence
from dataclasses import replace

from shangji.records.conditions.tree import All, AnyOf, Node, Not, Place, parts_of


def root_of(conditions: Sequence[Node]) -> All | AnyOf:
    """A list's conditions as one group: "match any" is a single group of that kind."""
    if len(conditions) == 1 and isinstance(conditions[0], AnyOf | All):
        return conditions[0]
    return All(tuple(conditions))


def conditions_in(root: All | AnyOf) -> tuple[Node, ...]:
    """The group as a list's conditions."""
    if isinstance(root, All):
        return root.parts
    return (root,) if root.parts else ()


def part_at(root: Node, place: Place) -> Node | None:
    """The node at a place; None where there is none."""
    found: Node = root
    for number in place:
        parts = parts_of(found)
        if not 0 < number <= len(parts):
            return None
        found = parts[number - 1]
    return found


def put(root: Node, place: Place, node: Node | None) -> Node | None:
    """The tree with another node at a place; None takes the part out."""
    if not place:
        return node
    parts = list(parts_of(root))
    at = place[0] - 1
    if not 0 <= at < len(parts):
        return root
    changed = put(parts[at], place[1:], node)
    parts[at : at + 1] = [] if changed is None else [changed]
    return _with(root, tuple(parts))


def add(root: Node, place: Place, node: Node) -> Node:
    """The tree with one more part in the group at a place; the whole where that is no group."""
    group = part_at(root, place)
    if not isinstance(group, All | AnyOf):
        return add(root, (), node) if place else AnyOf((root, node))
    grown = replace(group, parts=(*group.parts, node))
    return put(root, place, grown) or grown


def flip(root: Node, place: Place) -> Node:
    """All becomes any, and any all, at a place."""
    group = part_at(root, place)
    if not isinstance(group, All | AnyOf):
        return root
    other: Node = AnyOf(group.parts) if isinstance(group, All) else All(group.parts)
    return put(root, place, other) or other


def invert(root: Node, place: Place) -> Node:
    """A part becomes what does not hold, and back."""
    part = part_at(root, place)
    if part is None or not place:
        return root
    return put(root, place, part.part if isinstance(part, Not) else Not(part)) or root


def read_place(text: str) -> Place:
    """`2.1` as a place; anything else is the whole."""
    numbers = text[:40].split(".")
    if not all(one.isdecimal() and len(one) < 4 for one in numbers):
        return ()
    return tuple(int(one) for one in numbers)


def write_place(place: Place) -> str:
    return ".".join(str(one) for one in place)


def _with(node: Node, parts: tuple[Node, ...]) -> Node | None:
    if not parts:
        return None
    if isinstance(node, Not):
        return Not(parts[0])
    assert isinstance(node, All | AnyOf)
    return replace(node, parts=parts)
