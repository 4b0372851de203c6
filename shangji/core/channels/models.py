"""Channels, and the dated touches that stay on the identity line for ever."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.models import Account
from shangji.core.contacts.models import Contact
from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record


class Channel(Record):
    """Where opportunities come from: the six of the practice and a company's own."""

    record_type = "channel"

    key = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    # web, mail, search, event, referral, media, other
    kind = models.CharField(_("Kind"), max_length=12, default="other")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Touch(models.Model):
    """One dated touch; never changed, never overwritten.

    `opportunity_id` is kept by the opportunity (first and last touch) and as a plain id here:
    channels stand below opportunities.
    """

    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.CASCADE, related_name="touches"
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.CASCADE, related_name="touches"
    )
    opportunity_id = models.BigIntegerField(null=True)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=120, blank=True)
    medium = models.CharField(max_length=60, blank=True)
    campaign = models.CharField(max_length=120, blank=True)
    page = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=200, blank=True)
    is_machine = models.BooleanField(default=False)
    at = models.DateTimeField()
    operation_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opportunity_id", "at"], name="touch_opportunity"),
            models.Index(fields=["contact", "at"], name="touch_contact"),
            models.Index(fields=["channel", "at"], name="touch_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.at:%Y-%m-%d}"
