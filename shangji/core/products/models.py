"""The catalogue: products with a price per currency."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.querysets import ReferenceQuerySet
from shangji.foundation.audit.models import Record, WithCustomValues


class Product(WithCustomValues, Record):
    record_type = "product"

    name = models.CharField(_("Name"), max_length=120)
    code = models.CharField(_("Code"), max_length=60, blank=True)
    series = models.CharField(_("Series"), max_length=60, blank=True)
    unit = models.CharField(_("Unit"), max_length=20, blank=True)
    description = models.TextField(_("Description"), max_length=4000, blank=True)
    is_active = models.BooleanField(_("On sale"), default=True)
    # the list price in the workspace's currency; others in ProductPrice
    price = models.DecimalField(_("Price"), max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(_("Currency"), max_length=3, default="CNY")

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(deleted_at=None), name="product_name_once"
            ),
            models.CheckConstraint(
                condition=Q(price=None) | Q(price__gte=0), name="product_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductPrice(models.Model):
    """The price of a product in one further currency."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    price = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "currency"], name="price_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.price}"
