"""Who can deliver: skills, people with hours per week, absences, and the hours they gave away."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record, WithCustomValues


class Skill(WithCustomValues, Record):
    record_type = "skill"

    name = models.CharField(_("Skill"), max_length=80)
    # what a 1, 3 and 5 can do, so that levels mean the same to everybody
    anchors = models.TextField(_("What the levels mean"), max_length=2000, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), condition=Q(deleted_at=None), name="skill_once")
        ]

    def __str__(self) -> str:
        return self.name


class Specialist(WithCustomValues, Record):
    """A person who delivers, with or without an account here."""

    record_type = "specialist"

    name = models.CharField(_("Name"), max_length=80)
    job = models.CharField(_("Job"), max_length=80, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # of a full week; holidays and make-up days scale it by worked days
    hours_per_week = models.DecimalField(_("Hours per week"), max_digits=5, decimal_places=2)
    cost_per_hour = models.DecimalField(
        _("Cost per hour"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    starts_on = models.DateField(_("Available from"), null=True, blank=True)
    ends_on = models.DateField(_("Available until"), null=True, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(hours_per_week__gte=0, hours_per_week__lte=168),
                name="specialist_hours_of_a_week",
            ),
            models.CheckConstraint(
                condition=Q(cost_per_hour=None) | Q(cost_per_hour__gte=0),
                name="specialist_cost_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="specialist_from_to",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SpecialistSkill(WithCustomValues, Record):
    """What a person can do, and how well: 1 beginner to 5 leading."""

    record_type = "specialist_skill"

    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="people")
    level = models.PositiveSmallIntegerField(_("Level"))
    proof = models.CharField(_("Proof"), max_length=200, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["specialist_id", "skill_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["specialist", "skill"],
                condition=Q(deleted_at=None),
                name="specialist_skill_once",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="specialist_skill_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specialist_id} {self.skill_id} {self.level}"


class Absence(WithCustomValues, Record):
    """Days a person is away: leave, training, another project."""

    record_type = "absence"

    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="absences")
    reason = models.CharField(_("Reason"), max_length=120)
    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("To"))

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts_on__lte=F("ends_on")), name="absence_from_to")
        ]

    def __str__(self) -> str:
        return self.reason


class SpecialistWeek(models.Model):
    """The hours of a person already given away in a week: folded from bookings.

    The database refuses more than the week holds, so two bookings at once cannot both take the
    last hours. `ceiling` is what the week held when it was last booked; when hours are cut
    later the page says so, and nothing breaks.
    """

    specialist = models.ForeignKey(Specialist, on_delete=models.CASCADE, related_name="weeks")
    # its Monday
    week = models.DateField()
    booked = models.DecimalField(max_digits=6, decimal_places=2)
    ceiling = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["specialist", "week"], name="specialist_week_once"),
            models.CheckConstraint(
                condition=Q(booked__gte=0, booked__lte=F("ceiling")),
                name="specialist_week_never_double_booked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.specialist_id} {self.week}: {self.booked}/{self.ceiling}"
