"""Likely duplicates: while somebody types, and as a queue of suspected pairs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.values import dataclass
from shangji.records.description import RecordDescription
from shangji.records.duplicates.keeping import alike, current_rule
from shangji.records.duplicates.models import DuplicateKey, DuplicatePair
from shangji.records.duplicates.rules import LONGEST, together
from shangji.records.kinds.link import record_url

#: hits shown while somebody types
LIMIT = 5
#: pairs on one page of the queue
PAGE = 30
#: typed names shorter than this begin too many
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """One likely duplicate. Of one the reader may not see: only that it is there (`pk` 0, no
    title), why, and whom to ask ("" for an administrator)."""

    pk: int
    title: str
    url: str
    why: str
    ask: str = ""
    score: int = 0


@dataclass(frozen=True)
class Side:
    """One record of a pair."""

    pk: int
    title: str
    url: str
    owner: str


@dataclass(frozen=True)
class Pair:
    """Two visible records that are likely one, why, and how sure that is."""

    pk: int
    score: int
    why: tuple[str, ...]
    sides: tuple[Side, Side]
    may_merge: bool


def similar(
    actor: Actor, description: RecordDescription, values: Mapping[str, Any], pk: int | None
) -> list[Hit]:
    """Records like the one being typed: visible ones first, the surest first.

    What the reader may not see is told of without any of its fields; what is hidden from the
    reader's role is not compared.
    """
    duplicates = description.duplicates
    if duplicates is None:
        return []
    hidden = actor.hidden_fields(description.type)
    keys = duplicates.typed(values)
    found = alike(description, {0: keys}, current_rule(description), hidden=hidden)[0]
    found.pop(pk or 0, None)
    seen = _seen(actor, description, found)
    hits = [
        Hit(
            other,
            seen[other],
            record_url(description.slug, other),
            why(description, reasons, hidden),
            score=together(reasons.values()),
        )
        for other, reasons in found.items()
        if other in seen
    ]
    hits.sort(key=lambda hit: -hit.score)
    unseen = {other: reasons for other, reasons in found.items() if other not in seen}
    hits += _beginning(actor, description, keys, {*found, pk or 0}, LIMIT - len(hits))
    return (hits[:LIMIT] + _masked(description, unseen, hidden))[: LIMIT + 1]


def _seen(actor: Actor, description: RecordDescription, ids: Collection[int]) -> dict[int, str]:
    if description.title in actor.hidden_fields(description.type):
        return {}
    rows = model_queryset(description.model).visible_to(actor).filter(pk__in=list(ids))
    return dict(rows.values_list("pk", description.title))


def _beginning(
    actor: Actor,
    description: RecordDescription,
    keys: Collection[tuple[str, str]],
    known: Collection[int],
    limit: int,
) -> list[Hit]:
    """Visible records whose name begins with what was typed so far."""
    name = next((key for kind, key in keys if kind == "name"), "")[:LONGEST]
    if limit < 1 or len(name) < SHORTEST:
        return []
    rows = DuplicateKey.objects.filter(record_type=description.type, kind="name")
    rows = rows.filter(key__gte=name, key__lt=name + "\U0010ffff").exclude(record_id__in=known)
    visible = model_queryset(description.model).visible_to(actor).values("pk")
    ids = list(
        rows.filter(record_id__in=visible)
        .order_by("key")
        .values_list("record_id", flat=True)[:limit]
    )
    titles = _seen(actor, description, ids)
    return [
        Hit(pk, titles[pk], record_url(description.slug, pk), _("similar name"))
        for pk in ids
        if pk in titles
    ]


def _masked(
    description: RecordDescription, unseen: Mapping[int, Mapping[str, int]], hidden: Collection[str]
) -> list[Hit]:
    """One line for all that the reader may not see: why, and whom to ask."""
    if not unseen:
        return []
    best = max(unseen, key=lambda pk: together(unseen[pk].values()))
    owner_id = (
        model_queryset(description.model).filter(pk=best).values_list("owner_id", flat=True).first()
    )
    users = get_user_model().objects.filter(pk=owner_id, is_active=True)
    name = users.values_list("name", flat=True).first() or ""
    score = together(unseen[best].values())
    return [Hit(0, "", "", why(description, unseen[best], hidden), ask=name, score=score)]


def why(
    description: RecordDescription, reasons: Mapping[str, int], hidden: Collection[str] = ()
) -> str:
    """Signals in words, without those that read a field hidden from the reader."""
    return ", ".join(words_of(description, list(reasons), hidden))


def words_of(
    description: RecordDescription, keys: Sequence[str], hidden: Collection[str] = ()
) -> list[str]:
    assert description.duplicates is not None
    signals = [description.duplicates.signal(key) for key in keys]
    return [str(one.words) for one in signals if one is not None and one.field not in hidden]


# ---------------------------------------------------------------------------------------- queue


def count_pairs(actor: Actor, description: RecordDescription) -> int:
    """Open pairs the actor sees."""
    rows = DuplicatePair.objects.all().of(actor, description.type)
    return int(rows.filter(state=DuplicatePair.OPEN).count())


def pairs(
    actor: Actor,
    description: RecordDescription,
    *,
    state: str = DuplicatePair.OPEN,
    page: int = 1,
    about: int | None = None,
) -> tuple[list[Pair], bool]:
    """Suspected pairs of which the actor sees both records, the surest first; and whether more
    follow.

    Args:
        about: only pairs with this record.
    """
    rows = DuplicatePair.objects.all().of(actor, description.type).filter(state=state)
    if about is not None:
        rows = rows.filter(low_id=about) | rows.filter(high_id=about)
    first = (page - 1) * PAGE
    found = list(rows.order_by("-score", "id")[first : first + PAGE + 1])
    sides = _sides(actor, description, {pk for row in found for pk in (row.low_id, row.high_id)})
    hidden = actor.hidden_fields(description.type)
    told = [
        Pair(
            row.pk,
            row.score,
            tuple(words_of(description, [key for key, _points in row.reasons], hidden)),
            (sides[row.low_id][0], sides[row.high_id][0]),
            sides[row.low_id][1] and sides[row.high_id][1],
        )
        for row in found[:PAGE]
        if row.low_id in sides and row.high_id in sides
    ]
    return told, len(found) > PAGE


def _sides(
    actor: Actor, description: RecordDescription, ids: Collection[int]
) -> dict[int, tuple[Side, bool]]:
    """Visible records by id, each with whether the actor may change it."""
    rows = model_queryset(description.model).visible_to(actor).filter(pk__in=list(ids))
    may = set(rows.permitted(actor, "edit").values_list("pk", flat=True))
    shown = rows.values_list("pk", description.title, "owner__name")
    return {
        pk: (Side(pk, str(title), record_url(description.slug, pk), owner or ""), pk in may)
        for pk, title, owner in shown
    }
