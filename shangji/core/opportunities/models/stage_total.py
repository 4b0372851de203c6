"""Counts and sums by owner, stage, outcome and currency, kept by triggers in each transaction."""

from typing import ClassVar

from django.db import models


class StageTotal(models.Model):
    """One line of the roll-up. Written by database triggers (rollup.py), read by boards and lists.

    `owner_id` 0 is the open pool. `filled` counts rows with an amount. `amount_e4` and
    `weighted_e4` (amount × probability) are sums in ten-thousandths over rows outside the bin;
    `without_step` counts rows with no next step, `without_step_e4` sums their amounts.
    """

    #: worked out from other tables: a whole export leaves it out
    derived = True

    owner_id = models.BigIntegerField()
    stage_id = models.BigIntegerField()
    # beside the stage: what was won keeps its outcome in the stages of maintain
    status = models.CharField(max_length=4, default="open")
    currency = models.CharField(max_length=3)
    count = models.BigIntegerField(default=0)
    filled = models.BigIntegerField(default=0)
    amount_e4 = models.BigIntegerField(default=0)
    weighted_e4 = models.BigIntegerField(default=0)
    without_step = models.BigIntegerField(default=0)
    without_step_e4 = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            # the owner first: a person's lines lie together
            models.UniqueConstraint(
                fields=["owner_id", "stage_id", "status", "currency"], name="stage_total_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}/{self.owner_id} {self.status} {self.currency}: {self.count}"
