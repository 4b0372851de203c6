"""Pipelines, their stages, and the reasons for winning and losing: rows the user shapes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record
from shangji.lib.phases import PHASE_KEYS


class Pipeline(Record):
    record_type = "pipeline"

    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    is_default = models.BooleanField(default=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_pipeline"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Stage(Record):
    """A stage 阶段 of a pipeline, in exactly one phase 环节."""

    record_type = "stage"
    OPEN, WON, LOST = "open", "won", "lost"

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    key = models.SlugField(max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    phase = models.CharField(_("Phase"), max_length=10)
    kind = models.CharField(_("Kind"), max_length=4, default=OPEN)
    position = models.PositiveSmallIntegerField(default=0)
    probability = models.PositiveSmallIntegerField(_("Default win rate"), default=0)
    forecast = models.CharField(_("Forecast category"), max_length=10, default="pipeline")
    # working days without a customer touch before the opportunity counts as stale; 0: never
    stale_days = models.PositiveSmallIntegerField(_("Stale after working days"), default=10)
    entry_criteria = models.TextField(_("Entry criteria"), max_length=2000, blank=True)
    exit_criteria = models.TextField(_("Exit criteria"), max_length=2000, blank=True)
    is_active = models.BooleanField(_("In use"), default=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pipeline__position", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pipeline", "key"], name="stage_key_once"),
            models.CheckConstraint(
                condition=Q(probability__lte=100), name="stage_probability_percent"
            ),
            models.CheckConstraint(condition=Q(phase__in=PHASE_KEYS), name="stage_phase_known"),
            models.CheckConstraint(
                condition=Q(kind__in=("open", "won", "lost")), name="stage_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Reason(Record):
    """Why something was won or lost, in two levels."""

    record_type = "reason"

    outcome = models.CharField(_("Outcome"), max_length=4)  # won, lost
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    key = models.SlugField(max_length=40)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    needs_note = models.BooleanField(_("Asks for a note"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["outcome", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outcome", "key"], name="reason_key_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en
