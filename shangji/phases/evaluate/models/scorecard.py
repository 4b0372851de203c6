"""Scorecards: what is asked of an opportunity, how much each answer weighs, in versions."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record


class Scorecard(Record):
    """A set of weighted criteria; people work on the draft, publishing makes a version of it.

    The default card gives opportunities their score and grade; other cards are for comparing.
    """

    record_type = "scorecard"

    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    # what is being worked on: a document of rules/scorecards.py, checked on save and on load
    draft: Any = models.JSONField(default=dict)
    is_default = models.BooleanField(_("Gives the score"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True, deleted_at=None),
                name="one_default_scorecard",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class ScorecardVersion(models.Model):
    """A published state of a card; never changed. Assessments keep the one they were made with."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition: Any = models.JSONField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["scorecard", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="scorecard_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id} v{self.number}"
