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
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from functools import cached_property

from shangji.foundation.access.actor import Actor
from shangji.foundation.search import rules, store
from shangji.foundation.search.index import searchable_types
from shangji.foundation.search.queries.hits import Hit, Ref, label_of, shown
from shangji.foundation.search.queries.reach import Reach, both, kinds_of, only_types, reaches
from shangji.foundation.search.rules import Condition
from shangji.lib.values import dataclass

#: newest hits of frequent words that are ordered by closeness; counts stop here: "100+"
LOOK = 100
#: the same where nothing is counted and so few hits are asked for
QUICK, FEW_HITS = 40, 20


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
class _Found:
    """What one look into the index found within a reach, newest first.

    Attributes:
        cut: the types that have more hits than were read, as far as this look can tell.
        opening: what else begins with the words.
        size: the most it reads.
        apart: titles and types, where it read so many of each type.
    """

    reach: Reach
    rows: list[store.Found]
    cut: set[str]
    opening: list[store.Found]
    size: int
    condition: Condition
    titles: Condition
    apart: store.Apart | None = None

    @cached_property
    def by_type(self) -> Counter[str]:
        return Counter(row[0] for row in self.rows)


def search(
    actor: Actor, text: str, *, types: Iterable[str] | None = None, limit: int = 20
) -> list[Hit]:
    """The nearest visible records: equal titles, then beginnings, titles, bodies; newest first.

    Args:
        text: anything; an empty list when there is no word in it.
        types: record types to look at; all when left out.
    """
    kinds = kinds_of(types)
    size = min(QUICK, LOOK) if limit <= FEW_HITS else LOOK
    found = [one for reach in reaches(actor, kinds) if (one := _look(reach, text, size))]
    return shown(actor, kinds, _nearest(found, text, limit), limit)


def search_groups(actor: Actor, text: str, *, each: int = 5, only: str = "") -> list[Group]:
    """Hits by type with counts over visible records only.

    Args:
        each: hits of each type.
        only: a type; the others are counted and show no hits.
    """
    kinds = kinds_of(None)
    found = [one for reach in reaches(actor, kinds) for one in _look_by_type(reach, text)]
    counts = Counter(row[0] for one in found for row in one.rows)
    refs: dict[str, list[Ref]] = {}
    for ref in _nearest(found, text, each):
        refs.setdefault(ref[0], []).append(ref)
    groups = []
    for key, kind in kinds.items():
        if key not in refs:
            continue
        is_shown = only in {"", key}
        hits = shown(actor, kinds, refs[key], each) if is_shown else []
        if hits or not is_shown:
            is_more = any(key in one.cut for one in found)
            count = counts[key] // 10 * 10 if is_more and counts[key] >= 10 else counts[key]
            groups.append(Group(key, str(label_of(kind)), kind.icon, count, is_more, hits))
    return groups


def _look(
    reach: Reach,
    text: str,
    size: int,
    begins: list[store.Found] | None = None,
    *,
    apart: bool = False,
) -> _Found | None:
    """The newest entries of a reach that hold the words; None when there are no words.

    Args:
        begins: entries that begin with the words, where a wider look found them already.
        apart: read so many of each type.
    """
    words = rules.words_condition(text, body=reach.body)
    in_title = rules.words_condition(text, body=False)
    if words is None or in_title is None:
        return None
    condition, titles = both(words, reach.scope), both(in_title, reach.scope)
    # of the newest alone what begins with the words may be missing, since it may be older
    opening = None if begins is not None else store.Opening(_typed(text), reach.where, reach.params)
    by_type = store.Apart(words, reach.scopes()) if apart else None
    look = store.find(
        condition,
        size,
        among=reach.among,
        narrow=reach.narrow,
        opening=opening,
        apart=by_type,
    )
    if begins is not None:
        look = look._replace(opening=[row for row in begins if row[0] in reach.types])
    in_titles = replace(by_type, words=in_title) if by_type is not None else None
    return _Found(reach, *look, size, condition, titles, in_titles)


def _typed(text: str) -> str:
    return rules.title_key(text[: rules.MAX_QUERY])


def _look_by_type(reach: Reach, text: str) -> list[_Found]:
    """The same so that no type pushes out another: while there is more than a look holds, the
    types that fill it are done with, or the one that has most is looked at by itself, and the
    others are looked at without them."""
    if store.finds_apart(narrow=reach.narrow):
        its_all = _look(reach, text, LOOK, apart=True)
        return [] if its_all is None else [its_all]
    found: list[_Found] = []
    begins: list[store.Found] | None = None
    while (one := _look(reach, text, LOOK, begins)) is not None:
        if not one.cut or len(reach.types) == 1:
            return [*found, one]
        begins = one.opening
        full = [key for key, count in one.by_type.items() if count * 2 >= LOOK]
        done = full or [one.by_type.most_common(1)[0][0]]
        part = only_types(reach, done)
        if full:
            rows = [row for row in one.rows if row[0] in full]
            its_own = [row for row in begins if row[0] in full]
            found.append(replace(one, reach=part, rows=rows, cut=set(full), opening=its_own))
        elif (its := _look(part, text, LOOK, begins)) is not None:
            found.append(its)
        rest = [key for key in reach.types if key not in done]
        if not rest:
            break
        reach = only_types(reach, rest)
    return found


def _nearest(found: Sequence[_Found], text: str, each: int) -> list[Ref]:
    """References in order of closeness; of each type the first `each` matter."""
    typed = _typed(text)
    rank: dict[Ref, int] = {}
    in_title: set[Ref] = set()
    for one in found:
        reach = one.reach
        here = _ranked([*one.rows, *one.opening], typed)
        if one.titles != one.condition and _bodies_matter(here, each, not one.cut):
            titles = store.find(
                one.titles, one.size, among=reach.among, narrow=reach.narrow, apart=one.apart
            ).rows
            here |= _ranked(titles, typed)
            in_title |= {row[:2] for row in titles}
        rank |= here
    return sorted(rank, key=lambda ref: (rank[ref], ref not in in_title))


def _ranked(rows: Sequence[store.Found], typed: str) -> dict[Ref, int]:
    return {row[:2]: rules.closeness(row[2], typed) for row in rows}


def _bodies_matter(rank: dict[Ref, int], each: int, is_all: bool) -> bool:
    """Whether a hit that may be one of its body only could stand before another of its type."""
    kinds = searchable_types()
    near = Counter(ref[0] for ref, at in rank.items() if at < rules.ELSEWHERE)
    far = Counter(ref[0] for ref, at in rank.items() if at == rules.ELSEWHERE)
    return any(
        count > is_all and near[key] < each and kinds[key].body_fields for key, count in far.items()
    )
