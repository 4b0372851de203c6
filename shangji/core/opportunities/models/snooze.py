"""Things to do that somebody put off."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Snooze(models.Model):
    """One row of somebody's queue, hidden until a day. `subject` is "opportunity:12:step"."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=60)
    until_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "subject"], name="snooze_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject} until {self.until_on}"
