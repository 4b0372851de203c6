"""Outgoing mail: one row per message and recipient, kept whatever becomes of it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutgoingMail(models.Model):
    """A mail on its way. The row is written in the transaction of whoever sends it.

    `sending` is committed before the socket opens, so a mail whose worker died is known to be
    in doubt: it becomes `unknown` and nobody but a person sends it again.
    """

    class State(models.TextChoices):
        KEPT = "kept", _("Kept here, not sent")
        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("In doubt")

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    # the same for every attempt, so that a receiver can tell a repeat
    message_id = models.CharField(max_length=200, unique=True)
    unique_key = models.CharField(max_length=200, null=True, unique=True)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State)
    # attempts since a person last asked for it; `requests` counts those askings
    attempts = models.PositiveSmallIntegerField(default=0)
    requests = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    # when somebody last asked for it; patience counts from here
    asked_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="mail_state"),
            models.Index(fields=["created_at"], name="mail_created"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} to {self.to}"

    @property
    def may_be_sent_again(self) -> bool:
        return self.state in {self.State.KEPT, self.State.FAILED, self.State.UNKNOWN}
