"""Search over all records, as far as the actor may know of them.

Rights are part of the index query: the owner is a term of each entry, so what the actor may not
see is neither found nor counted and pushes nothing out. Types whose rights are more than an
owner are joined with their own `.visible_to`. What is shown is read through `.visible_to` once
more.

The index is asked once for all types that an owner or a role decides: the answer holds every hit
or, of frequent words, the newest of the type that has most; the other types are then asked
without it. So a search reads a bounded number of entries, however frequent its words.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import field, replace
from typing import Any

from django.core.exceptions import EmptyResultSet

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.search import rules, store
from shangji.foundation.search.index import Searchable, searchable_types
from shangji.foundation.search.models import PinnedRecord, RecentRecord
from shangji.foundation.search.rules import All, Condition, Term
from shangji.lib.values import dataclass

#: newest hits of frequent words that are ordered by closeness; counts stop here: "200+"
LOOK = 200
#: with so few owners an actor's own entries are few: all of them are looked at
FEW_OWNERS = 8

Ref = tuple[str, int]


@dataclass(frozen=True)
class Hit:
    """One record to show."""

    record_type: str
    record_id: int
    title: str
    subtitle: str
    url: str
    icon: str
    label: str


@dataclass
class Group:
    """The hits of one type and how many there are in all."""

    record_type: str
    label: str
    icon: str
    count: int
    is_more: bool = False
    hits: list[Hit] = field(default_factory=list)


@dataclass(frozen=True)
class _Reach:
    """What of some types the actor can find, as parts of one index query.

    Attributes:
        types: the record types of this part.
        scope: terms one of which an entry must hold; None: no condition (sees all).
        where: the same as SQL over the entry table, with parameters.
        body: whether the body may be looked at.
        narrow: whether it holds few entries, those of a few people.
        among: SQL of the visible ids, for a type with its own rule.
    """

    types: tuple[str, ...]
    scope: Condition | None
    where: str
    params: tuple[object, ...]
    body: bool
    narrow: bool = False
    among: store.Among | None = None


@dataclass(frozen=True)
class _Found:
    """What one look into the index found within a reach, newest first."""

    reach: _Reach
    rows: list[store.Found]
    is_all: bool
    is_by_type: bool
    condition: Condition
    titles: Condition


def search(
    actor: Actor, text: str, *, types: Iterable[str] | None = None, limit: int = 20
) -> list[Hit]:
    """The nearest visible records: equal titles, then beginnings, titles, bodies; newest first.

    Args:
        text: anything; an empty list when there is no word in it.
        types: record types to look at; all when left out.
    """
    kinds = _kinds(types)
    found = [one for reach in _reaches(actor, kinds) if (one := _look(reach, text))]
    return _show(actor, kinds, _nearest(found, text, limit), limit)


def search_groups(actor: Actor, text: str, *, each: int = 5, only: str = "") -> list[Group]:
    """Hits by type with counts over visible records only.

    Args:
        each: hits of each type.
        only: a type; the others are counted and show no hits.
    """
    kinds = _kinds(None)
    found = [one for reach in _reaches(actor, kinds) for one in _look_by_type(reach, text)]
    counts = Counter(row[0] for one in found for row in one.rows)
    refs: dict[str, list[Ref]] = {}
    for ref in _nearest(found, text, each):
        refs.setdefault(ref[0], []).append(ref)
    groups = []
    for key, kind in kinds.items():
        if key not in refs:
            continue
        is_shown = only in {"", key}
        hits = _show(actor, kinds, refs[key], each) if is_shown else []
        if hits or not is_shown:
            is_more = counts[key] >= LOOK
            groups.append(Group(key, str(_label(kind)), kind.icon, counts[key], is_more, hits))
    return groups


def pinned_records(actor: Actor) -> list[Hit]:
    """What the actor pinned, the newest first, as far as it is still visible."""
    if actor.user_id is None:
        return []
    pins = PinnedRecord.objects.filter(user_id=actor.user_id).order_by("-at", "-id")
    refs = list(pins.values_list("record_type", "record_id")[:50])
    return _show(actor, _kinds(None), refs, len(refs))


def recent_records(actor: Actor, *, limit: int = 8) -> list[Hit]:
    """What the actor opened last, as far as it is still visible."""
    if actor.user_id is None:
        return []
    visits = (
        RecentRecord.objects.filter(user_id=actor.user_id)
        .order_by("-at")
        .values_list("record_type", "record_id")[: limit * 3]
    )
    return _show(actor, _kinds(None), list(visits), limit)


# ---------------------------------------------------------------------------------------- rights

#: whose rows: ids of owners (None: every row) and whether the open pool is among them
_Owners = tuple[frozenset[int] | None, bool]
_EVERY_ROW: _Owners = (None, True)


def _kinds(types: Iterable[str] | None) -> dict[str, Searchable]:
    kinds = searchable_types()
    if types is None:
        return kinds
    return {key: kinds[key] for key in dict.fromkeys(types) if key in kinds}


def _reaches(actor: Actor, kinds: dict[str, Searchable]) -> list[_Reach]:
    """What the actor's role lets it find, in as few index queries as possible: types that an
    owner or the role decides in one (two where bodies are hidden), others each by itself."""
    kinds = {
        key: kind for key, kind in kinds.items() if kind.title_field not in actor.hidden_fields(key)
    }
    own_rules = [key for key, kind in kinds.items() if not (kind.is_owned or kind.is_reference)]
    # to walk a frequent word's list for a type without entries would cost as much as a search
    there = store.present(own_rules)
    shared: dict[bool, dict[_Owners, list[str]]] = {}
    reaches: list[_Reach] = []
    for key, kind in kinds.items():
        body = actor.hidden_fields(key).isdisjoint(kind.body_fields)
        if key in own_rules:
            if key not in there:
                continue
            owners = _EVERY_ROW if kind.sees_all(actor) else None
            if owners is None:
                reaches += _by_own_rule(actor, key, kind, body)
        else:
            owners = _owners(actor, key, kind)
        if owners is not None:
            shared.setdefault(body, {}).setdefault(owners, []).append(key)
    return [*(_by_owners(rule, body) for body, rule in shared.items()), *reaches]


def _owners(actor: Actor, key: str, kind: Searchable) -> _Owners | None:
    """Whose rows of a type the actor finds; None: nobody's."""
    scope = actor.scope("read", key)
    if scope is Scope.NONE:
        return None
    ids = actor.owner_ids(scope) if kind.is_owned else None
    if ids is None:
        return _EVERY_ROW
    pool = actor.role.grant(key).pool
    return (ids, pool) if ids or pool else None


def _by_owners(rule: dict[_Owners, list[str]], body: bool) -> _Reach:
    scopes: list[Condition] = []
    wheres: list[str] = []
    params: list[object] = []
    for (ids, pool), keys in rule.items():
        scopes.append(_scope(keys, ids, pool))
        where = f"e.record_type IN ({_marks(keys)})"
        params += keys
        if ids is not None:
            or_pool = " OR e.owner_id IS NULL" if pool else ""
            where += f" AND (e.owner_id IN ({_marks(ids) or 'NULL'}){or_pool})"
            params += sorted(ids)
        wheres.append(f"({where})")
    types = tuple(key for keys in rule.values() for key in keys)
    owned = [ids for ids, _pool in rule if ids is not None]
    narrow = bool(owned) and all(
        len(ids) <= FEW_OWNERS if ids is not None else all(map(_is_reference, keys))
        for (ids, _pool), keys in rule.items()
    )
    every = len(types) == len(searchable_types()) and list(rule) == [_EVERY_ROW]
    scope = None if every else scopes[0] if len(scopes) == 1 else rules.Any(tuple(scopes))
    return _Reach(types, scope, " OR ".join(wheres), tuple(params), body, narrow)


def _scope(keys: Sequence[str], ids: frozenset[int] | None, pool: bool) -> Condition:
    by_type = _one_of([rules.type_term(key) for key in keys])
    if ids is None:
        return by_type
    owners = [rules.owner_term(one) for one in sorted(ids)]
    by_owner = _one_of([*owners, rules.owner_term(None)] if pool else owners)
    # an owner's term says already that the type has owners
    if {key for key, kind in searchable_types().items() if kind.is_owned} <= set(keys):
        return by_owner
    return All((by_type, by_owner))


def _by_own_rule(actor: Actor, key: str, kind: Searchable, body: bool) -> list[_Reach]:
    """One part, or none where the actor sees no row at all."""
    rows = model_queryset(kind.model).visible_to(actor).order_by().values("pk")
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    reach = _Reach(
        types=(key,),
        scope=Term((rules.SCOPE,), rules.type_term(key)),
        where=f"e.record_type = %s AND e.record_id IN ({sql})",
        params=(key, *params),
        body=body,
        among=(sql, params),
    )
    return [reach]


def _only(reach: _Reach, keys: Sequence[str]) -> _Reach:
    """The same reach, of some of its types."""
    return replace(
        reach,
        types=tuple(keys),
        scope=_both(_one_of([rules.type_term(key) for key in keys]), reach.scope),
        where=f"e.record_type IN ({_marks(keys)}) AND ({reach.where})",
        params=(*keys, *reach.params),
    )


def _is_reference(key: str) -> bool:
    return searchable_types()[key].is_reference


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _one_of(terms: Sequence[str]) -> Condition:
    found = tuple(Term((rules.SCOPE,), term) for term in terms)
    return found[0] if len(found) == 1 else rules.Any(found)


def _both(one: Condition, other: Condition | None) -> Condition:
    return one if other is None else All((one, other))


# ---------------------------------------------------------------------------------------- finding


def _look(reach: _Reach, text: str) -> _Found | None:
    """The newest entries of a reach that hold the words; None when there are no words."""
    words = rules.words_condition(text, body=reach.body)
    in_title = rules.words_condition(text, body=False)
    if words is None or in_title is None:
        return None
    condition, titles = _both(words, reach.scope), _both(in_title, reach.scope)
    look = store.find(condition, LOOK, among=reach.among, narrow=reach.narrow)
    return _Found(reach, *look, condition, titles)


def _look_by_type(reach: _Reach, text: str) -> list[_Found]:
    """The same so that no type pushes out another: while there is more than a look holds, the
    type with most is looked at by itself and the others without it."""
    found: list[_Found] = []
    while (one := _look(reach, text)) is not None:
        if one.is_all or one.is_by_type or len(reach.types) == 1:
            return [*found, one]
        most = Counter(row[0] for row in one.rows).most_common(1)[0][0]
        alone = _only(reach, [most])
        if all(row[0] == most for row in one.rows):
            found.append(replace(one, reach=alone))
        elif (its := _look(alone, text)) is not None:
            found.append(its)
        reach = _only(reach, [key for key in reach.types if key != most])
    return found


def _nearest(found: Sequence[_Found], text: str, each: int) -> list[Ref]:
    """References in order of closeness; of each type the first `each` matter."""
    typed = rules.title_key(text[: rules.MAX_QUERY])
    rank: dict[Ref, int] = {}
    in_title: set[Ref] = set()
    for one in found:
        reach = one.reach
        here = _ranked(one.rows, typed)
        if not one.is_all:  # the newest: what begins with the words may be older
            here |= _ranked(store.begins(typed, LOOK, reach.where, reach.params), typed)
        if one.titles != one.condition and _bodies_matter(here, each):
            titles = store.find(one.titles, LOOK, among=reach.among, narrow=reach.narrow).rows
            here |= _ranked(titles, typed)
            in_title |= {row[:2] for row in titles}
        rank |= here
    return sorted(rank, key=lambda ref: (rank[ref], ref not in in_title))


def _ranked(rows: Sequence[store.Found], typed: str) -> dict[Ref, int]:
    return {row[:2]: rules.closeness(row[2], typed) for row in rows}


def _bodies_matter(rank: dict[Ref, int], each: int) -> bool:
    """Whether a hit that may be one of its body only could be among the first of its type."""
    kinds = searchable_types()
    near = Counter(ref[0] for ref, at in rank.items() if at < rules.ELSEWHERE)
    return any(
        at == rules.ELSEWHERE and near[ref[0]] < each and kinds[ref[0]].body_fields
        for ref, at in rank.items()
    )


# ---------------------------------------------------------------------------------------- showing


def _show(actor: Actor, kinds: dict[str, Searchable], refs: Sequence[Ref], limit: int) -> list[Hit]:
    """The first `limit` references that are visible, in their order; one query per type."""
    wanted = [ref for ref in refs if ref[0] in kinds][: limit * 2]
    shown: dict[Ref, tuple[str, str]] = {}
    for key in dict.fromkeys(ref[0] for ref in wanted):
        ids = [ref[1] for ref in wanted if ref[0] == key]
        for pk, lines in kinds[key].show(actor, ids).items():
            shown[key, pk] = lines
    return [_hit(kinds[ref[0]], ref, *shown[ref]) for ref in wanted if ref in shown][:limit]


def _hit(kind: Searchable, ref: Ref, title: str, subtitle: str) -> Hit:
    return Hit(
        record_type=ref[0],
        record_id=ref[1],
        title=title,
        subtitle=subtitle,
        url=kind.url(ref[1]),
        icon=kind.icon,
        label=str(_label(kind)),
    )


def _label(kind: Searchable) -> Any:
    return kind.label or kind.model._meta.verbose_name_plural
