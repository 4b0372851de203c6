"""Contacts: people, how to reach them, and what they agreed to."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.models import Account
from shangji.foundation.audit.models import OwnedRecord, WithCustomValues


class Contact(WithCustomValues, OwnedRecord):
    """A person 联系人; the account is optional, so a captured person is a contact at once."""

    record_type = "contact"

    name = models.CharField(_("Name"), max_length=120)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="contacts"
    )
    job_title = models.CharField(_("Job title"), max_length=80, blank=True)
    department = models.CharField(_("Department"), max_length=80, blank=True)
    # the first of each kind among the contact's points, kept here for lists
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    email = models.CharField(_("Mail"), max_length=254, blank=True)
    wechat = models.CharField(_("WeChat"), max_length=60, blank=True)
    lifecycle = models.CharField(_("Lifecycle"), max_length=10, default="prospect")
    gender = models.CharField(_("Gender"), max_length=10, blank=True)
    birthday = models.DateField(_("Birthday"), null=True)
    education = models.CharField(_("Education"), max_length=20, blank=True)
    province = models.CharField(_("Province"), max_length=40, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    tags = models.JSONField(_("Tags"), default=list)
    description = models.TextField(_("Description"), max_length=10000, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "name"], name="contact_owner_name"),
            models.Index(fields=["name"], name="contact_name"),
            models.Index(fields=["account"], name="contact_account"),
            models.Index(
                fields=["external_system", "external_id"],
                name="contact_external",
                condition=~Q(external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """One phone number or mail address of a contact; `key` is its form for matching."""

    PHONE, MAIL = "phone", "mail"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=5)
    value = models.CharField(max_length=254)
    key = models.CharField(max_length=254)
    label = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["kind", "position", "id"]
        indexes: ClassVar = [models.Index(fields=["kind", "key"], name="point_key")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "kind", "key"], name="point_once")
        ]

    def __str__(self) -> str:
        return self.value


class Consent(models.Model):
    """One statement of consent per channel; append-only, the newest counts."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=12)  # mail, phone, sms, wechat, post
    given = models.BooleanField()
    text_version = models.CharField(max_length=60)
    source = models.CharField(max_length=200)
    at = models.DateTimeField()
    operation_id = models.BigIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.channel}: {'yes' if self.given else 'no'}"
