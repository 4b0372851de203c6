"""Accounts: companies and persons we sell to."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shangji.foundation.audit.models import OwnedRecord, WithCustomValues
from shangji.lib.text import company_key, domain_of


class Account(WithCustomValues, OwnedRecord):
    """A customer, prospect or former customer 客户."""

    record_type = "account"

    name = models.CharField(_("Name"), max_length=200)
    # normalised name for matching: company suffixes, width and case taken off
    name_key = models.CharField(max_length=200, editable=False)
    kind = models.CharField(_("Kind"), max_length=10, default="company")
    lifecycle = models.CharField(_("Lifecycle"), max_length=10, default="prospect")
    industry = models.CharField(_("Industry"), max_length=30, blank=True)
    size = models.CharField(_("Size"), max_length=12, blank=True)
    employees = models.PositiveIntegerField(_("Employees"), null=True)
    revenue = models.DecimalField(_("Yearly revenue"), max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")
    founded_year = models.PositiveSmallIntegerField(_("Founded"), null=True)
    country = models.CharField(_("Country"), max_length=60, blank=True)
    province = models.CharField(_("Province"), max_length=40, blank=True)
    city = models.CharField(_("City"), max_length=60, blank=True)
    address = models.CharField(_("Address"), max_length=200, blank=True)
    credit_code = models.CharField(_("Unified social credit code"), max_length=18, blank=True)
    website = models.CharField(_("Website"), max_length=300, blank=True)
    domain = models.CharField(max_length=200, blank=True, editable=False)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    tags = models.JSONField(_("Tags"), default=list)
    description = models.TextField(_("Description"), max_length=10000, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name_key"], name="account_name_key"),
            models.Index(fields=["owner", "name"], name="account_owner_name"),
            models.Index(fields=["name"], name="account_name"),
            models.Index(
                fields=["external_system", "external_id"],
                name="account_external",
                condition=~Q(external_id=""),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(deleted_at=None) & ~Q(credit_code=""),
                name="account_credit_code_once",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")), name="account_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the matching keys beside what they come from."""
        self.name_key = company_key(self.name)[:200]
        self.domain = domain_of(self.website)[:200]
        fields = kwargs.get("update_fields")
        if isinstance(fields, list | tuple):
            extra = {"name": "name_key", "website": "domain"}
            kwargs["update_fields"] = [*fields, *(extra[f] for f in fields if f in extra)]
        super().save(*args, **kwargs)  # type: ignore[arg-type]
