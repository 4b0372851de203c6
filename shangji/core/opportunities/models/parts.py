"""What hangs on an opportunity: people with roles, competitors, product lines."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models.opportunity import Opportunity
from shangji.core.products.models import Product
from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record, WithCustomValues


class OpportunityPerson(models.Model):
    """A contact with a role in the decision and a stance towards us."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="people")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="roles")
    role = models.CharField(max_length=12)
    stance = models.CharField(max_length=10, default="unknown")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opportunity", "contact"], name="person_once")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.role}"


class Competitor(WithCustomValues, Record):
    """A company we lose to, or win against."""

    record_type = "competitor"

    name = models.CharField(_("Name"), max_length=120)
    website = models.CharField(_("Website"), max_length=300, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(deleted_at=None), name="competitor_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OpportunityCompetitor(models.Model):
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="competitors"
    )
    competitor = models.ForeignKey(Competitor, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["opportunity", "competitor"], name="competitor_once_per_deal"
            )
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} {self.competitor_id}"


class OpportunityLine(models.Model):
    """One product line; when there are any, the opportunity's amount is their sum."""

    #: so they come from the opportunity whose amount a merge takes
    merge_follows: ClassVar[dict[str, str]] = {"opportunity": "amount"}

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, default=1)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    # percent off, 0 to 100
    discount = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    total = models.DecimalField(max_digits=18, decimal_places=4)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100), name="line_discount_percent"
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="line_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name
