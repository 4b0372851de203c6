"""Keys by which candidates are found, suspected pairs, and the rule of each type."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet, model_queryset
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.registry import tracked_model

#: who may change the rules
RIGHT = "settings.workspace"


class DuplicateKey(models.Model):
    """One key of one living record: its normalised name, a phone, a half of a name."""

    #: kept by the hook of the ledger, whatever is merged
    merge_stays: ClassVar[frozenset[str]] = frozenset({"record_id"})

    record_type = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=210)

    class Meta:
        constraints: ClassVar = [
            # covers the look-up by key
            models.UniqueConstraint(
                fields=["record_type", "kind", "key", "record_id"], name="duplicate_key_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["record_type", "record_id"], name="duplicate_key_record")
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id} {self.kind}"


class PairQuerySet(RecordQuerySet[Any]):
    """A pair is seen by whoever sees both records, and judged by whoever may change both."""

    def of(self, actor: Actor, record_type: str) -> "PairQuerySet":
        """Pairs of one type that the actor sees."""
        return self.alive().filter(_both(actor, record_type, "read"), of_type=record_type)

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        types = DuplicatePair.objects.values_list("of_type", flat=True).distinct()
        found = Q(pk__in=[])
        for record_type in types:
            found |= Q(of_type=record_type) & _both(actor, record_type, verb)
        return found

    def allows(self, actor: Actor, verb: str, record: "DuplicatePair") -> bool:
        model = tracked_model(record.of_type)
        if model is None:
            return False
        rows = model_queryset(model).permitted(actor, "read" if verb == "read" else "edit")
        return bool(rows.filter(pk__in=[record.low_id, record.high_id]).count() == 2)


def _both(actor: Actor, record_type: str, verb: str) -> Q:
    model = tracked_model(record_type)
    if model is None:
        return Q(pk__in=[])
    rows = model_queryset(model).alive().permitted(actor, "read" if verb == "read" else "edit")
    # looked up by id: a list of all ids would be long
    low, high = (rows.filter(pk=OuterRef(side)) for side in ("low_id", "high_id"))
    return Q(Exists(low)) & Q(Exists(high))


class DuplicatePair(Record):
    """Two records that are likely one. `reasons` is [[signal, percent], …]."""

    record_type = "duplicate_pair"
    OPEN, APART = "open", "apart"

    of_type = models.CharField(max_length=40)
    # the smaller and the larger id
    low_id = models.BigIntegerField()
    high_id = models.BigIntegerField()
    # 0 to 100
    score = models.PositiveSmallIntegerField()
    reasons: Any = models.JSONField(default=list)
    # apart: somebody said that they are not the same
    state = models.CharField(max_length=5, default=OPEN)

    objects = PairQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["of_type", "low_id", "high_id"], name="duplicate_pair_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["of_type", "state", "-score", "id"], name="duplicate_pair_queue"),
            models.Index(fields=["of_type", "high_id"], name="duplicate_pair_high"),
        ]

    def __str__(self) -> str:
        return f"{self.of_type} {self.low_id} ~ {self.high_id}"


class RuleQuerySet(RecordQuerySet[Any]):
    """Seen and changed by whoever holds the right."""

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        return None if actor.can(RIGHT) else Q(pk__in=[])

    def allows(self, actor: Actor, verb: str, record: "DuplicateRule") -> bool:
        return actor.can(RIGHT)


class DuplicateRule(Record):
    """What counts as a duplicate of a type; see rules.py for `definition`."""

    record_type = "duplicate_rule"

    of_type = models.CharField(max_length=40, unique=True)
    definition = models.JSONField(default=dict)

    objects = RuleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.of_type
