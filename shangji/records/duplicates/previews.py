"""A rule as its page shows it, and how many pairs it would find."""

from datetime import datetime
from typing import Any

from django.db.models import Count

from shangji.foundation.audit.models import Change
from shangji.lib.values import dataclass
from shangji.records.description import RecordDescription
from shangji.records.duplicates.description import Signal
from shangji.records.duplicates.keeping import CROWD, alike, current_rule
from shangji.records.duplicates.models import DuplicateKey, DuplicateRule
from shangji.records.duplicates.rules import Rule, load

#: records looked at for a count of near names; beyond that it says "at least"
LOOKED_AT = 5000
CHUNK = 500
VERSIONS = 20


@dataclass(frozen=True)
class Line:
    """One signal in a form."""

    signal: Signal
    is_on: bool


@dataclass(frozen=True)
class Shown:
    """A rule in a form. `broken`: the stored one cannot be read, the default holds."""

    lines: tuple[Line, ...]
    likeness: int
    has_near: bool
    broken: bool = False


@dataclass(frozen=True)
class Preview:
    """How many pairs a rule finds: all in all, and by signal. `at_least`: there may be more."""

    total: int
    by_signal: tuple[tuple[str, int], ...]
    at_least: bool


@dataclass(frozen=True)
class Version:
    """One version of a rule: who set it, and when."""

    number: int
    at: datetime
    by: str


def shown_rule(description: RecordDescription, rule: Rule | None = None) -> Shown:
    """A rule as a form shows it; without one the rule in force."""
    duplicates = description.duplicates
    assert duplicates is not None
    broken = False
    if rule is None:
        rule = current_rule(description)
        row = DuplicateRule.objects.filter(of_type=description.type).first()
        try:
            broken = row is not None and not load(row.definition, duplicates)
        except ValueError:
            broken = True
    lines = tuple(Line(one, one.key in rule.on) for one in duplicates.signals)
    return Shown(lines, rule.likeness, any(one.near for one in duplicates.signals), broken)


def preview(description: RecordDescription, rule: Rule) -> Preview:
    """Pairs a rule would find among the records there are; nothing is written."""
    duplicates = description.duplicates
    assert duplicates is not None
    ids = _suspects(description, rule)
    found: dict[tuple[int, int], set[str]] = {}
    for start in range(0, min(len(ids), LOOKED_AT), CHUNK):
        part = ids[start : start + CHUNK]
        keys: dict[int, set[tuple[str, str]]] = {pk: set() for pk in part}
        rows = DuplicateKey.objects.filter(record_type=description.type, record_id__in=part)
        for pk, kind, key in rows.values_list("record_id", "kind", "key"):
            if not kind.endswith(("<", ">")):
                keys[pk].add((kind, key))
        for pk, others in alike(description, keys, rule).items():
            for other, reasons in others.items():
                found.setdefault((min(pk, other), max(pk, other)), set()).update(reasons)
    by_signal = tuple(
        (str(one.words), sum(one.key in reasons for reasons in found.values()))
        for one in duplicates.signals
        if one.key in rule.on
    )
    return Preview(len(found), by_signal, len(ids) > LOOKED_AT)


def _suspects(description: RecordDescription, rule: Rule) -> list[int]:
    """Records that share a key with another, as far as the rule compares it."""
    duplicates = description.duplicates
    assert duplicates is not None
    on = [one for one in duplicates.signals if one.key in rule.on]
    kinds = {one.key for one in on if not one.near}
    kinds |= {one.near + mark for one in on if one.near for mark in ("", "<", ">")}
    rows = DuplicateKey.objects.filter(record_type=description.type, kind__in=kinds)
    shared = (
        rows.values("kind", "key")
        .annotate(n=Count("id"))
        .filter(n__gt=1, n__lte=CROWD)
        .values_list("kind", "key")
    )
    ids: set[int] = set()
    keys: dict[str, list[str]] = {}
    for kind, key in shared[: LOOKED_AT * 2]:
        keys.setdefault(kind, []).append(key)
    for kind, some in keys.items():
        for start in range(0, len(some), CHUNK):
            part = some[start : start + CHUNK]
            ids.update(rows.filter(kind=kind, key__in=part).values_list("record_id", flat=True))
    return sorted(ids)


def rule_versions(description: RecordDescription) -> list[Version]:
    """Who set the rule of a type and when, the newest first."""
    row: Any = DuplicateRule.objects.filter(of_type=description.type).first()
    if row is None:
        return []
    changes = Change.objects.filter(record_type="duplicate_rule", record_id=row.pk)
    lines = changes.order_by("-id").values_list(
        "version", "operation__at", "operation__actor__name"
    )
    return [Version(number, at, by or "") for number, at, by in lines[:VERSIONS]]
