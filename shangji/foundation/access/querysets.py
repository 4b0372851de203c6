"""One way to see: every reader starts from `.visible_to(actor)`."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.scope import Scope

M = TypeVar("M", bound=models.Model)


class RecordQuerySet(models.QuerySet[M]):
    """Rows with an owner, a bin (`deleted_at`) and a record type."""

    #: path from this row to the owner, for types that inherit rights from another row
    owner_path: ClassVar[str] = "owner"

    @property
    def record_type(self) -> str:
        key: str = self.model.record_type  # type: ignore[attr-defined]
        return key

    def alive(self) -> Self:
        return self.filter(deleted_at=None)

    def binned(self) -> Self:
        return self.exclude(deleted_at=None)

    def visible_to(self, actor: Actor) -> Self:
        """Rows outside the bin that the actor may know of."""
        return self.alive().permitted(actor, "read")

    def permitted(self, actor: Actor, verb: str) -> Self:
        """Rows on which the actor may do a verb, the bin included."""
        condition = self.row_condition(actor, verb)
        return self if condition is None else self.filter(condition)

    def visible_of(self, actor: Actor, owners: Iterable[int]) -> Self:
        """Rows of `visible_to` that belong to some people. Where the rule is a set of owners it
        becomes the smaller set: a database cannot see that the pool beside it is then idle."""
        seen = self._owners(actor)
        if seen is None:
            return self.visible_to(actor).filter(**{f"{self.owner_path}__in": sorted(owners)})
        return self.alive().filter(owner__in=sorted(seen.intersection(owners)))

    def visible_parts(self, actor: Actor) -> list[int | None] | None:
        """The owners whose rows `visible_to` gives, None for the open pool: its rows are those
        of `alive` with one of these owners. None where that is not the whole rule."""
        seen = self._owners(actor)
        if seen is None:
            return None
        may_pool = actor.may("read", self.record_type) and self._pool(actor)
        return [*sorted(seen), *([None] if may_pool else [])]

    def _owners(self, actor: Actor) -> frozenset[int] | None:
        """The owners that the row rule names; None where it is another rule, or none."""
        own_rule = type(self).row_condition is not RecordQuerySet.row_condition
        if own_rule or self.owner_path != "owner":
            return None
        return actor.owner_ids(actor.scope("read", self.record_type))

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        """The row rule as a condition; None means every row."""
        scope = actor.scope(verb, self.record_type)
        if scope is Scope.NONE:
            return Q(pk__in=[])
        ids = actor.owner_ids(scope)
        if ids is None:
            return None
        condition = Q(**{f"{self.owner_path}__in": sorted(ids)})
        if verb == "read" and self._pool(actor):
            condition |= Q(**{f"{self.owner_path}__isnull": True})
        return condition

    def allows(self, actor: Actor, verb: str, record: M) -> bool:
        """The row rule for a row in hand, without a query where the owner is on the row."""
        scope = actor.scope(verb, self.record_type)
        ids = actor.owner_ids(scope)
        if ids is None:
            return True
        if self.owner_path != "owner":
            return bool(self.filter(pk=record.pk).permitted(actor, verb).exists())
        owner_id: int | None = record.owner_id  # type: ignore[attr-defined]
        if owner_id is None:
            return verb == "read" and scope > Scope.NONE and self._pool(actor)
        return owner_id in ids

    def _pool(self, actor: Actor) -> bool:
        return actor.role.grant(self.record_type).pool


class ReferenceQuerySet(RecordQuerySet[M]):
    """Rows nobody owns (products, channels, stages): a scope is all or nothing."""

    def owners_seen(self, actor: Actor) -> list[int | None] | None:
        """The owners whose rows `visible_to` gives, the open pool as None. None where an owner
        does not decide, or everybody's rows are seen."""
        own_rule = type(self).row_condition is not RecordQuerySet.row_condition
        ids = actor.owner_ids(actor.scope("read", self.record_type))
        if own_rule or self.owner_path != "owner" or ids is None:
            return None
        pool = [None] if actor.may("read", self.record_type) and self._pool(actor) else []
        return [*sorted(ids), *pool]

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        return None if actor.may(verb, self.record_type) else Q(pk__in=[])

    def allows(self, actor: Actor, verb: str, record: M) -> bool:
        return actor.may(verb, self.record_type)


def model_queryset(model: type[M]) -> Any:
    """The record queryset of a model (typed Any: managers hide the class)."""
    return model._default_manager.all()
