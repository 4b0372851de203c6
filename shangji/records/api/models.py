"""Answers kept for requests that may come twice (Idempotency-Key)."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class StoredAnswer(models.Model):
    """What a request with a key was answered; the same request again gets the same answer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # SHA-256 of method, address and body: the same key with another request is a mistake
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    operation = models.CharField(max_length=20, blank=True)
    location = models.CharField(max_length=200, blank=True)
    body = models.BinaryField(default=bytes)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="stored_answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"
