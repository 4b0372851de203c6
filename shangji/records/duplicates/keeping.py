"""Keep keys and pairs up to date: in the transaction that changed the records, and by a job."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.jobs.queue import enqueue
from shangji.records.description import RecordDescription, by_type, describe
from shangji.records.duplicates.description import Duplicates, Key
from shangji.records.duplicates.models import DuplicateKey, DuplicatePair, DuplicateRule
from shangji.records.duplicates.rules import (
    Rule,
    asked_keys,
    default_rule,
    load,
    near_percent,
    stored_keys,
    together,
)

CHUNK = 200
#: a key that more records share than this tells nothing (a switchboard, a half of a common name)
CROWD = 60
#: after a larger change all are looked through by a job, in steps
AT_ONCE = 2000
#: keys asked about in one query
ASKED = 400

Found = dict[int, dict[str, int]]


def current_rule(description: RecordDescription) -> Rule:
    """The rule of a type; the default where none is stored or the stored one is broken."""
    duplicates = description.duplicates
    assert duplicates is not None
    row = DuplicateRule.objects.filter(of_type=description.type, deleted_at=None).first()
    if row is not None:
        try:
            return load(row.definition, duplicates)
        except ValueError:
            pass  # shown as broken where rules are set
    return default_rule(duplicates)


def near_kinds(duplicates: Duplicates) -> frozenset[str]:
    """Kinds of keys that are compared by likeness."""
    return frozenset(one.near for one in duplicates.signals if one.near)


def after_change(recorder: Recorder, records: list[Record]) -> None:
    """Hook of the ledger: keys and pairs of records whose keys may have changed."""
    description = by_type(records[0].record_type)
    if description is None or description.duplicates is None:
        return
    watch = description.duplicates.watch
    changed = {
        change.record_id
        for change in recorder.changes
        if change.record_type == description.type
        and (change.kind != "updated" or not watch.isdisjoint(change.fields))
    }
    matters: list[Any] = [one for one in records if one.pk in changed]
    gone = [one.pk for one in matters if one.deleted_at is not None]
    if gone:
        forget(description.type, gone)
    made = {
        change.record_id
        for change in recorder.changes
        if change.record_type == description.type and change.kind == "created"
    }
    alive = [one for one in matters if one.deleted_at is None]
    if len(alive) > AT_ONCE:
        look_again(description.type, f"operation:{recorder.id}")
        return
    keep(description, alive, recorder.now, fresh=all(one.pk in made for one in alive))


def look_again(record_type: str, occasion: str) -> None:
    """Have a job write all keys and pairs of a type anew. Call inside a transaction."""
    enqueue(
        "records.find_duplicates",
        params={"record_type": record_type},
        unique_key=f"duplicates:{record_type}:{occasion}",
    )


def forget(record_type: str, ids: Sequence[int]) -> None:
    """Records that went to the bin have no keys, and are suspected of nothing."""
    for part in _parts(ids):
        DuplicateKey.objects.filter(record_type=record_type, record_id__in=part).delete()
        either = Q(low_id__in=part) | Q(high_id__in=part)
        DuplicatePair.objects.filter(either, of_type=record_type, state="open").delete()


def keep(
    description: RecordDescription, records: Sequence[Any], now: datetime, *, fresh: bool = False
) -> int:
    """Write keys of living records anew and look for others like them. How many pairs.

    Args:
        fresh: they were just made: there is nothing of them yet.
    """
    duplicates = description.duplicates
    assert duplicates is not None
    if not records:
        return 0
    rule, near, found = current_rule(description), near_kinds(duplicates), 0
    for part in _parts(records):
        keys = duplicates.keys(part)
        ids = [one.pk for one in part]
        if not fresh:
            DuplicateKey.objects.filter(record_type=description.type, record_id__in=ids).delete()
        DuplicateKey.objects.bulk_create(
            DuplicateKey(record_type=description.type, record_id=pk, kind=kind, key=key)
            for pk in ids
            for kind, key in sorted(stored_keys(keys.get(pk, ()), near))
        )
        own = {pk: keys.get(pk, set()) for pk in ids}
        found += _keep_pairs(description, own, rule, now, fresh=fresh)
    return found


def _keep_pairs(
    description: RecordDescription,
    keys: Mapping[int, set[Key]],
    rule: Rule,
    now: datetime,
    *,
    fresh: bool,
) -> int:
    pairs: dict[tuple[int, int], dict[str, int]] = {}
    for pk, found in alike(description, keys, rule).items():
        for other, reasons in found.items():
            pairs[min(pk, other), max(pk, other)] = reasons
    if fresh and not pairs:
        return 0
    ids = list(keys)
    either = Q(low_id__in=ids) | Q(high_id__in=ids)
    known = {
        (row.low_id, row.high_id): row
        for row in DuplicatePair.objects.filter(either, of_type=description.type)
    }
    stale = [row.pk for pair, row in known.items() if pair not in pairs and row.state == "open"]
    if stale:
        DuplicatePair.objects.filter(pk__in=stale).delete()
    new = []
    for (low, high), reasons in pairs.items():
        score = together(reasons.values())
        told = [[key, points] for key, points in reasons.items()]
        row = known.get((low, high))
        if row is None:
            new.append(
                DuplicatePair(
                    of_type=description.type, low_id=low, high_id=high, score=score,
                    reasons=told, created_at=now, updated_at=now,
                )
            )  # fmt: skip
        elif (row.score, row.reasons) != (score, told):
            DuplicatePair.objects.filter(pk=row.pk).update(score=score, reasons=told)
    DuplicatePair.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def alike(
    description: RecordDescription,
    keys: Mapping[int, Collection[Key]],
    rule: Rule,
    *,
    hidden: Collection[str] = (),
) -> dict[int, Found]:
    """Living records that are like some: points by signal, by id, by id.

    Args:
        keys: keys by record id; 0 stands for one that is being typed.
        hidden: fields that the reader may not know of: signals that read them tell nothing.
    """
    duplicates = description.duplicates
    assert duplicates is not None
    signals = [s for s in duplicates.signals if s.key in rule.on and s.field not in hidden]
    exact = {one.key: one for one in signals if not one.near}
    near = {one.near: one for one in signals if one.near}
    # by likeness as well where equality is switched off: equal names are most alike
    asked = {pk: asked_keys(some, near) for pk, some in keys.items()}
    wanted = {key for some in asked.values() for key in some}
    kinds = {*exact, *near, *(kind + mark for kind in near for mark in "<>")}
    holders = _holders(description.type, {key for key in wanted if key[0] in kinds})
    found: dict[int, Found] = {pk: {} for pk in keys}
    close: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for pk, some in asked.items():
        for kind, key in some:
            for other in holders.get((kind, key), ()):
                if other == pk:
                    continue
                if kind in exact:
                    found[pk].setdefault(other, {})[kind] = exact[kind].points
                if kind.rstrip("<>") in near:
                    close[pk][kind.rstrip("<>")].add(other)
    _weigh_near(description.type, keys, close, near, exact, rule, found)
    return found


def _weigh_near(
    record_type: str,
    keys: Mapping[int, Collection[Key]],
    close: Mapping[int, Mapping[str, set[int]]],
    near: Mapping[str, Any],
    exact: Mapping[str, Any],
    rule: Rule,
    found: dict[int, Found],
) -> None:
    """Compare the names of those that share a half; one query for all."""
    others = {pk for some in close.values() for ids in some.values() for pk in ids}
    texts: dict[tuple[int, str], list[str]] = defaultdict(list)
    for part in _parts(sorted(others), ASKED):
        rows = DuplicateKey.objects.filter(
            record_type=record_type, record_id__in=part, kind__in=list(near)
        )
        for pk, kind, key in rows.values_list("record_id", "kind", "key"):
            texts[pk, kind].append(key)
    for pk, some in close.items():
        for kind, ids in some.items():
            mine = [key for its, key in keys[pk] if its == kind]
            for other in ids:
                if kind in found[pk].get(other, {}):
                    continue  # equal says it already
                percent = near_percent(mine, texts[other, kind], rule.likeness)
                if percent:
                    signal = near[kind]
                    points = signal.points * percent // 100
                    found[pk].setdefault(other, {})[signal.key] = points


def _holders(record_type: str, keys: Collection[Key]) -> dict[Key, list[int]]:
    """Ids by key; keys that a crowd shares are left out."""
    found: dict[Key, list[int]] = defaultdict(list)
    for part in _parts(sorted(keys), ASKED):
        by_kind: dict[str, list[str]] = defaultdict(list)
        for kind, key in part:
            by_kind[kind].append(key)
        wanted = Q(pk__in=[])
        for kind, some in by_kind.items():
            wanted |= Q(record_type=record_type, kind=kind, key__in=some)
        rows = DuplicateKey.objects.filter(wanted).values_list("kind", "key", "record_id")
        for kind, key, pk in rows[: CROWD * len(part) * 2 + 1]:
            found[kind, key].append(pk)
    return {key: ids for key, ids in found.items() if len(ids) <= CROWD}


def fill(record_type: str, after: int, now: datetime) -> tuple[int, int]:
    """Keys and pairs of the next records by id. How many, and where to go on; -1 at the end."""
    description = describe(record_type)
    rows = description.model._default_manager.filter(pk__gt=after, deleted_at=None)
    records = list(rows.order_by("pk")[:CHUNK])
    keep(description, records, now)
    return len(records), records[-1].pk if len(records) == CHUNK else -1


def _parts(some: Iterable[Any], size: int = CHUNK) -> Iterable[list[Any]]:
    items = list(some)
    for start in range(0, len(items), size):
        yield items[start : start + size]
