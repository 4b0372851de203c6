"""A field that an administrator added to a record type."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record


class CustomFieldQuerySet(ReferenceQuerySet["CustomField"]):
    """Settings: whoever may change fields sees and changes all of them."""

    def allows(self, actor: Actor, verb: str, record: "CustomField") -> bool:
        return actor.can("settings.fields")


class SequenceNumber(models.Model):
    """The last number given by a field of numbers, for one year or for ever ("")."""

    key = models.CharField(max_length=8)
    period = models.CharField(max_length=4, blank=True)
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "period"], name="sequence_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.period} {self.last}"


class CustomField(Record):
    """What the values of a key mean. The key and the kind never change; the rest may."""

    record_type = "custom_field"
    #: PURGING: in the bin for good, its values are on their way out
    DRAFT, PUBLISHED, PURGING = "draft", "published", "purging"
    NO_INDEX, WAITING, READY, FAILED = "", "waiting", "ready", "failed"

    of_type = models.CharField(max_length=40, editable=False)
    key = models.CharField(max_length=8, unique=True, editable=False)
    kind = models.CharField(_("Kind"), max_length=20, editable=False)
    # {"version": 1, …}: see records.custom.catalogue
    settings = models.JSONField(_("Settings"), default=dict)
    label_zh = models.CharField(_("Chinese name"), max_length=60)
    label_en = models.CharField(_("English name"), max_length=60)
    help_zh = models.CharField(_("Chinese help"), max_length=200, blank=True)
    help_en = models.CharField(_("English help"), max_length=200, blank=True)
    group = models.CharField(_("Heading"), max_length=40, blank=True)
    position = models.PositiveIntegerField(_("Place"), default=0)
    state = models.CharField(_("State"), max_length=10, default=DRAFT)
    is_required = models.BooleanField(_("Needed"), default=False)
    in_create = models.BooleanField(_("In the short form"), default=False)
    # {"version": 1, "shown": tree or null, "needed": tree or null}: see records.custom.when
    rules = models.JSONField(_("Conditions"), default=dict)
    # a text as a person would type it
    default = models.CharField(_("Default"), max_length=500, blank=True)
    is_unique = models.BooleanField(_("No value twice"), default=False)
    is_indexed = models.BooleanField(_("Quick to filter and sort"), default=False)
    # what became of the index last
    index_state = models.CharField(max_length=8, blank=True, default=NO_INDEX, editable=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["of_type", "position", "id"]
        indexes: ClassVar = [models.Index(fields=["of_type", "position"], name="field_of_type")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_zh if _reads_chinese() else self.label_en

    @property
    def help(self) -> str:
        return (self.help_zh if _reads_chinese() else self.help_en) or self.help_zh or self.help_en

    @property
    def is_purging(self) -> bool:
        return self.state == self.PURGING

    @property
    def is_published(self) -> bool:
        return self.state == self.PUBLISHED and self.deleted_at is None


class UniqueTogetherQuerySet(ReferenceQuerySet["UniqueTogether"]):
    """As with fields."""

    def allows(self, actor: Actor, verb: str, record: "UniqueTogether") -> bool:
        return actor.can("settings.fields")


class UniqueTogether(Record):
    """Fields of a type that no two living records have the same in, all of them filled."""

    record_type = "unique_together"

    of_type = models.CharField(max_length=40, editable=False)
    # keys of fields, built-in and added, in the order of the type: ["account", "t8f3k2bc"]
    keys = models.JSONField(default=list, editable=False)
    # what became of the index last, as a field's own
    index_state = models.CharField(max_length=8, blank=True, default="waiting", editable=False)

    objects = UniqueTogetherQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["of_type", "id"]

    def __str__(self) -> str:
        return " + ".join(self.keys)


def _reads_chinese() -> bool:
    return (get_language() or "").startswith("zh")
