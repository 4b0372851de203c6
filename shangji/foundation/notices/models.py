"""Notices: what somebody should know, told in the words of whoever reads it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from shangji.foundation.notices.rules import render


class Notice(models.Model):
    """One notice to one person. Texts are message ids with parameters."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=60)
    title_id = models.CharField(max_length=300)
    body_id = models.CharField(max_length=600, blank=True)
    params = models.JSONField(default=dict)
    # a path on this server
    url = models.CharField(max_length=500, blank=True)
    unique_key = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # when the daily mail told of it
    digest_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "unique_key"], name="notice_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notice_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notice_unread"),
            models.Index(
                fields=["created_at"],
                condition=Q(read_at=None, digest_at=None),
                name="notice_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}"

    @property
    def title(self) -> str:
        """In the language that is switched on now."""
        return render(self.title_id, self.params)

    @property
    def body(self) -> str:
        return render(self.body_id, self.params)
