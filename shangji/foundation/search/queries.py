"""Search over all records, as far as the actor may know of them.

Rights are part of the index query: the owner is a term of each entry, so what the actor may not
see is neither found nor counted and pushes nothing out. Types whose rights are more than an
owner are joined with their own `.visible_to`. What is shown is read through `.visible_to` once
more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.search import rules, store
from shangji.foundation.search.index import Searchable, searchable_types
from shangji.foundation.search.models import RecentRecord
from shangji.foundation.search.rules import All, Condition, Term
from shangji.lib.text import query_terms

#: counts stop here and are shown as "2,000+"
COUNT_LIMIT = 2000
#: candidates that are ordered by closeness before the best are shown
CANDIDATES = 60

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
    """What of the types the actor can find, as parts of an index query.

    Attributes:
        types: the record types of this part.
        scope: terms one of which an entry must hold; None: no condition (sees all).
        where: the same as SQL over the entry table, with parameters.
        body: whether the body may be looked at.
        among: SQL of the visible ids, for a type with its own rule.
    """

    types: tuple[str, ...]
    scope: Condition | None
    where: str
    params: tuple[object, ...]
    body: bool
    among: tuple[str, Sequence[object]] | None = None


def search(
    actor: Actor, text: str, *, types: Iterable[str] | None = None, limit: int = 20
) -> list[Hit]:
    """The nearest visible records: equal titles, then beginnings, titles, bodies; newest first.

    Args:
        text: anything; an empty list when there is no word in it.
        types: record types to look at; all when left out.
    """
    kinds = _kinds(types)
    reaches = _reaches(actor, kinds)
    return _show(actor, kinds, _nearest(reaches, text, limit), limit)


def search_groups(actor: Actor, text: str, *, each: int = 5) -> list[Group]:
    """Hits by type with counts over visible records only, the fullest of hits first."""
    kinds = _kinds(None)
    counts: dict[str, int] = {}
    reaches = _reaches(actor, kinds)
    for reach in reaches:
        condition = _condition(reach, text, body=reach.body)
        if condition is not None:
            counts |= _counts(condition, reach)
    groups = []
    for key, kind in kinds.items():
        if counts.get(key):
            hits = search(actor, text, types=[key], limit=each)
            is_more = counts[key] >= COUNT_LIMIT
            groups.append(Group(key, str(_label(kind)), kind.icon, counts[key], is_more, hits))
    return [group for group in groups if group.hits]


def _counts(condition: Condition, reach: _Reach) -> dict[str, int]:
    """Counts by type in one query; type by type only where there are very many."""
    counts = store.count_by_type(condition, COUNT_LIMIT, among=reach.among)
    if sum(counts.values()) < COUNT_LIMIT or len(reach.types) == 1:
        return counts
    for key in reach.types:
        one = All((condition, Term((rules.SCOPE,), rules.type_term(key))))
        counts |= store.count_by_type(one, COUNT_LIMIT)
    return counts


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


def _kinds(types: Iterable[str] | None) -> dict[str, Searchable]:
    kinds = searchable_types()
    if types is None:
        return kinds
    return {key: kinds[key] for key in dict.fromkeys(types) if key in kinds}


def _reaches(actor: Actor, kinds: dict[str, Searchable]) -> list[_Reach]:
    """Types grouped by what the actor's role lets it see: as few index queries as possible."""
    grouped: dict[tuple[Any, ...], list[str]] = {}
    reaches: list[_Reach] = []
    # to walk a frequent word's list for a type without entries would cost as much as a search
    there = store.present([key for key, kind in kinds.items() if not kind.is_owned])
    for key, kind in kinds.items():
        body = actor.hidden_fields(key).isdisjoint(kind.body_fields)
        scope = actor.scope("read", key)
        if not kind.is_owned:
            if key in there:
                reaches.append(_own_rule(actor, key, kind, body))
        elif scope is not Scope.NONE:
            pool = actor.role.grant(key).pool
            grouped.setdefault((actor.owner_ids(scope), pool, body), []).append(key)
    every = len(searchable_types())
    for (ids, pool, body), keys in grouped.items():
        # one rule for every type there is: then the type need not be asked for
        reaches.append(_by_owner(keys, ids, pool, body, every_type=len(keys) == every))
    return reaches


def _by_owner(
    keys: Sequence[str], ids: frozenset[int] | None, pool: bool, body: bool, *, every_type: bool
) -> _Reach:
    parts: list[Condition] = []
    where: list[str] = []
    params: list[object] = []
    if not every_type:
        parts.append(_one_of([rules.type_term(key) for key in keys]))
        where.append(f"e.record_type IN ({', '.join(['%s'] * len(keys))})")
        params += keys
    if ids is not None:
        owners = sorted(ids)
        parts.append(_one_of([rules.owner_term(i) for i in owners] + (["o0"] if pool else [])))
        marks = ", ".join(["%s"] * len(owners)) or "NULL"
        where.append(f"(e.owner_id IN ({marks}){' OR e.owner_id IS NULL' if pool else ''})")
        params += owners
    scope = None if not parts else parts[0] if len(parts) == 1 else All(tuple(parts))
    return _Reach(tuple(keys), scope, " AND ".join(where) or "1 = 1", tuple(params), body)


def _own_rule(actor: Actor, key: str, kind: Searchable, body: bool) -> _Reach:
    rows = model_queryset(kind.model).visible_to(actor).order_by().values("pk")
    sql, params = rows.query.sql_with_params()
    return _Reach(
        types=(key,),
        scope=Term((rules.SCOPE,), rules.type_term(key)),
        where=f"e.record_type = %s AND e.record_id IN ({sql})",
        params=(key, *params),
        body=body,
        among=(sql, params),
    )


def _one_of(terms: Sequence[str]) -> Condition:
    found = tuple(Term((rules.SCOPE,), term) for term in terms)
    return found[0] if len(found) == 1 else rules.Any(found)


# ---------------------------------------------------------------------------------------- finding


def _condition(reach: _Reach, text: str, *, body: bool) -> Condition | None:
    words = rules.words_condition(text, body=body)
    if words is None or reach.scope is None:
        return words
    return All((words, reach.scope))


def _nearest(reaches: Sequence[_Reach], text: str, limit: int) -> list[Ref]:
    """References in order of closeness, a little more than `limit`."""
    if not query_terms(text[: rules.MAX_QUERY]):
        return []
    wanted = max(CANDIDATES, limit * 2)
    found: dict[Ref, str] = {}
    key = rules.title_key(text[: rules.MAX_QUERY])
    for reach in reaches:
        _take(found, store.begins(key, limit, reach.where, reach.params))
    for body in (False, True):
        if len(found) >= limit:
            break
        for reach in reaches:
            condition = _condition(reach, text, body=body and reach.body)
            if condition is not None and (reach.body or not body):
                _take(found, store.find(condition, wanted, among=reach.among))
    order = {ref: place for place, ref in enumerate(found)}
    return sorted(found, key=lambda ref: (rules.closeness(found[ref], text), order[ref]))


def _take(found: dict[Ref, str], rows: Sequence[store.Found]) -> None:
    for record_type, record_id, title in rows:
        found.setdefault((record_type, record_id), title)


# ---------------------------------------------------------------------------------------- showing


def _show(actor: Actor, kinds: dict[str, Searchable], refs: Sequence[Ref], limit: int) -> list[Hit]:
    """The first `limit` references that are visible, in their order; one query per type."""
    wanted = [ref for ref in refs if ref[0] in kinds][: limit * 2]
    records: dict[Ref, Any] = {}
    for key in dict.fromkeys(ref[0] for ref in wanted):
        ids = [ref[1] for ref in wanted if ref[0] == key]
        for record in kinds[key].rows().visible_to(actor).filter(pk__in=ids):
            records[key, record.pk] = record
    shown = [ref for ref in wanted if ref in records][:limit]
    return [_hit(kinds[ref[0]], ref, records[ref]) for ref in shown]


def _hit(kind: Searchable, ref: Ref, record: Any) -> Hit:
    return Hit(
        record_type=ref[0],
        record_id=ref[1],
        title=str(kind.title(record)),
        subtitle=str(kind.subtitle(record)),
        url=kind.url(record),
        icon=kind.icon,
        label=str(_label(kind)),
    )


def _label(kind: Searchable) -> Any:
    return kind.label or kind.model._meta.verbose_name_plural
