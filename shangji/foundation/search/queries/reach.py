"""What an actor can find: rights as parts of the index query."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from django.core.exceptions import EmptyResultSet

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.search import rules, store
from shangji.foundation.search.index import Searchable, searchable_types
from shangji.foundation.search.rules import All, Condition, Term
from shangji.lib.values import dataclass

#: with so few owners an actor's own entries are few: all of them are looked at
FEW_OWNERS = 8


@dataclass(frozen=True)
class Reach:
    """What of some types the actor can find, as parts of one index query.

    Attributes:
        types: the record types of this part.
        scope: terms one of which an entry must hold; None: no condition (sees all).
        where: the same as SQL over the entry table, with parameters.
        body: whether the body may be looked at.
        narrow: whether it holds few entries, those of a few people.
        among: SQL of the visible ids, for a type with its own rule.
        rule: the types by whose rows they are, but for a type with its own rule.
    """

    types: tuple[str, ...]
    scope: Condition | None
    where: str
    params: tuple[object, ...]
    body: bool
    narrow: bool = False
    among: store.Among | None = None
    rule: "Rule" = ()

    def scopes(self) -> dict[str, Condition]:
        """The scope of each type by itself, for few owners."""
        return {
            key: _one_of(_terms_of(key, ids, pool))
            for (ids, pool), keys in self.rule
            for key in keys
        }


#: whose rows: ids of owners (None: every row) and whether the open pool is among them
Owners = tuple[frozenset[int] | None, bool]
_EVERY_ROW: Owners = (None, True)
#: types by whose rows they are
Rule = tuple[tuple[Owners, tuple[str, ...]], ...]


def kinds_of(types: Iterable[str] | None) -> dict[str, Searchable]:
    kinds = searchable_types()
    if types is None:
        return kinds
    return {key: kinds[key] for key in dict.fromkeys(types) if key in kinds}


def reaches(actor: Actor, kinds: dict[str, Searchable]) -> list[Reach]:
    """What the actor's role lets it find, in as few index queries as possible: types that an
    owner or the role decides in one (two where bodies are hidden), others each by itself."""
    kinds = {
        key: kind for key, kind in kinds.items() if kind.title_field not in actor.hidden_fields(key)
    }
    own_rules = [key for key, kind in kinds.items() if not (kind.is_owned or kind.is_reference)]
    # to walk a frequent word's list for a type without entries would cost as much as a search
    there = store.present(own_rules)
    shared: dict[bool, dict[Owners, list[str]]] = {}
    reaches: list[Reach] = []
    for key, kind in kinds.items():
        hidden = actor.hidden_fields(key)
        body = not hidden or hidden.isdisjoint(kind.body_fields)
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
    return [*(_by_owners(_rule(rule.items()), body) for body, rule in shared.items()), *reaches]


def _owners(actor: Actor, key: str, kind: Searchable) -> Owners | None:
    """Whose rows of a type the actor finds; None: nobody's."""
    scope = actor.scope("read", key)
    if scope is Scope.NONE:
        return None
    ids = actor.owner_ids(scope) if kind.is_owned else None
    if ids is None:
        return _EVERY_ROW
    pool = actor.role.grant(key).pool
    return (ids, pool) if ids or pool else None


def _rule(given: Iterable[tuple[Owners, Sequence[str]]]) -> Rule:
    return tuple((owners, tuple(keys)) for owners, keys in given)


@lru_cache(maxsize=100)
def _by_owners(rule: Rule, body: bool) -> Reach:
    scopes: list[Condition] = []
    wheres: list[str] = []
    params: list[object] = []
    for (ids, pool), keys in rule:
        scopes.append(_scope(keys, ids, pool))
        where = f"e.record_type IN ({_marks(keys)})"
        params += keys
        if ids is not None:
            or_pool = " OR e.owner_id IS NULL" if pool else ""
            where += f" AND (e.owner_id IN ({_marks(ids) or 'NULL'}){or_pool})"
            params += sorted(ids)
        wheres.append(f"({where})")
    types = tuple(key for _owners, keys in rule for key in keys)
    owned = [ids for (ids, _pool), _keys in rule if ids is not None]
    narrow = bool(owned) and all(
        len(ids) <= FEW_OWNERS if ids is not None else all(map(_is_reference, keys))
        for (ids, _pool), keys in rule
    )
    every = len(types) == len(searchable_types()) and rule[0][0] == _EVERY_ROW
    scope = None if every else scopes[0] if len(scopes) == 1 else rules.Any(tuple(scopes))
    return Reach(types, scope, " OR ".join(wheres), tuple(params), body, narrow, rule=rule)


def _scope(keys: Sequence[str], ids: frozenset[int] | None, pool: bool) -> Condition:
    by_type = _one_of([rules.type_term(key) for key in keys])
    if ids is None:
        return by_type
    owners = [rules.owner_term(one) for one in sorted(ids)]
    by_owner = _one_of([*owners, rules.owner_term(None)] if pool else owners)
    # an owner's term says already that the type has owners
    if {key for key, kind in searchable_types().items() if kind.is_owned} <= set(keys):
        return by_owner
    if len(ids) <= FEW_OWNERS:  # few short lists, where two long ones would be walked side by side
        return _one_of([term for key in keys for term in _terms_of(key, ids, pool)])
    return All((by_type, by_owner))


def _terms_of(key: str, ids: frozenset[int] | None, pool: bool) -> list[str]:
    if ids is None:
        return [rules.type_term(key)]
    whose: list[int | None] = [*sorted(ids), *([None] if pool else [])]
    return [rules.owner_term(one, key) for one in whose]


def _by_own_rule(actor: Actor, key: str, kind: Searchable, body: bool) -> list[Reach]:
    """One part, or none where the actor sees no row at all."""
    rows = model_queryset(kind.model).visible_to(actor).order_by().values("pk")
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    reach = Reach(
        types=(key,),
        scope=Term((rules.SCOPE,), rules.type_term(key)),
        where=f"e.record_type = %s AND e.record_id IN ({sql})",
        params=(key, *params),
        body=body,
        among=(sql, params),
    )
    return [reach]


def only_types(reach: Reach, keys: Collection[str]) -> Reach:
    """The same reach, of some of its types; it has several, so none with a rule of its own."""
    parts = ((owners, [key for key in types if key in keys]) for owners, types in reach.rule)
    return _by_owners(_rule((owners, kept) for owners, kept in parts if kept), reach.body)


def _is_reference(key: str) -> bool:
    return searchable_types()[key].is_reference


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _one_of(terms: Sequence[str]) -> Condition:
    found = tuple(Term((rules.SCOPE,), term) for term in terms)
    return found[0] if len(found) == 1 else rules.Any(found)


def both(one: Condition, other: Condition | None) -> Condition:
    return one if other is None else All((one, other))
