"""Counts and sums by stage, owner and currency, kept by triggers in each transaction."""

from typing import ClassVar

from django.db import models


class StageTotal(models.Model):
    """One line of the roll-up. Written by database triggers (rollup.py), read by boards.

    `owner_id` 0 is the open pool. `amount_e4` and `weighted_e4` (amount × probability) are
    sums in ten-thousandths over rows outside the bin; `without_step` counts rows with no
    next step.
    """

    stage_id = models.BigIntegerField()
    owner_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    count = models.BigIntegerField(default=0)
    amount_e4 = models.BigIntegerField(default=0)
    weighted_e4 = models.BigIntegerField(default=0)
    without_step = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage_id", "owner_id", "currency"], name="stage_total_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}/{self.owner_id} {self.currency}: {self.count}"
