"""The rule of a type as JSON, and how sure several signs make together."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from shangji.lib.likeness import asked_halves, halves, likeness
from shangji.lib.values import dataclass
from shangji.records.duplicates.description import Duplicates, Key

VERSION = 1
#: names are alike from so many percent on, unless an administrator says otherwise
LIKENESS = 85
LEAST, MOST = 60, 99
LONGEST = 200


@dataclass(frozen=True)
class Rule:
    """What counts for one type: keys of signals, and from which likeness names are near."""

    on: frozenset[str]
    likeness: int = LIKENESS


def default_rule(duplicates: Duplicates) -> Rule:
    return Rule(frozenset(one.key for one in duplicates.signals))


def dump(rule: Rule) -> dict[str, Any]:
    return {"version": VERSION, "on": sorted(rule.on), "likeness": rule.likeness}


def load(data: Any, duplicates: Duplicates) -> Rule:
    """A stored rule. ValueError for what is none, so that it is shown as broken."""
    if not isinstance(data, Mapping) or data.get("version") != VERSION:
        raise ValueError("version")
    on, percent = data.get("on"), data.get("likeness")
    if not isinstance(on, list) or not all(isinstance(one, str) for one in on):
        raise ValueError("on")
    if type(percent) is not int or not LEAST <= percent <= MOST:
        raise ValueError("likeness")
    # a signal that a release took away counts nothing
    return Rule(frozenset(one.key for one in duplicates.signals) & frozenset(on), percent)


def stored_keys(keys: Iterable[Key], near: Collection[str]) -> set[Key]:
    """Keys as they stand in the table: those compared by likeness with their halves."""
    found: set[Key] = set()
    for kind, key in keys:
        key = key[:LONGEST]
        found.add((kind, key))
        if kind in near:
            scope, _bar, text = key.rpartition("|")
            found |= {(kind + mark, f"{scope}|{half}") for mark, half in halves(text)}
    return found


def asked_keys(keys: Iterable[Key], near: Collection[str]) -> set[Key]:
    """Keys under which records like these stand in the table."""
    found: set[Key] = set()
    for kind, key in keys:
        key = key[:LONGEST]
        found.add((kind, key))
        if kind in near:
            scope, _bar, text = key.rpartition("|")
            found |= {(kind + mark, f"{scope}|{half}") for mark, half in asked_halves(text)}
    return found


def near_percent(one: Iterable[str], other: Iterable[str], least: int) -> int:
    """The highest likeness of keys within one scope ("12|zhangsan": the part before the bar)."""
    best = 0
    for mine in one:
        scope, _bar, text = mine.rpartition("|")
        for theirs in other:
            their_scope, _bar, their_text = theirs.rpartition("|")
            if scope == their_scope:
                best = max(best, likeness(text, their_text, least))
    return best if best >= least else 0


def together(points: Iterable[int]) -> int:
    """How sure several signs make, in percent: each takes its share of what doubt is left."""
    doubt = 1.0
    for one in points:
        doubt *= 1 - one / 100
    return round(100 * (1 - doubt))
