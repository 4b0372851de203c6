"""The workspace: one row, its currencies with dated rates, its working calendar."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Workspace(models.Model):
    """The one row that says whose Shangji this is."""

    record_type = "workspace"

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(_("Name"), max_length=80, default="Shangji")
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    time_zone = models.CharField(_("Time zone"), max_length=60, default="Asia/Shanghai")
    country = models.CharField(_("Country"), max_length=2, default="CN")
    language = models.CharField(_("Language"), max_length=10, default="zh-hans")
    # 0 is Monday
    working_weekdays = models.JSONField(default=list)
    # [["09:00", "12:00"], ["13:30", "18:00"]]
    working_hours = models.JSONField(default=list)
    is_demo = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="workspace_is_one")
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that differs from weekdays and public holidays."""

    on = models.DateField(unique=True)
    is_working = models.BooleanField()
    note = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering: ClassVar = ["on"]

    def __str__(self) -> str:
        return f"{self.on} {'works' if self.is_working else 'rests'}"


class ExchangeRate(models.Model):
    """What one unit of `currency` is worth in `base` from a day on.

    `base` is the workspace's currency when the rate was written, so that a rate stays true
    when the workspace changes to another currency.
    """

    currency = models.CharField(max_length=3)
    base = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        ordering: ClassVar = ["currency", "-on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "base", "on"], name="rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: 1 {self.currency} = {self.rate} {self.base}"
