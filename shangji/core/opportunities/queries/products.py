"""Products to choose from, with the price of a currency."""

from decimal import Decimal

from shangji.core.products.models import Product, ProductPrice
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class ProductChoice:
    """`price` in the asked currency; None where the catalogue has none."""

    pk: int
    name: str
    price: Decimal | None


def product_choices(actor: Actor, currency: str, limit: int = 500) -> list[ProductChoice]:
    """Products on sale, by name, with their price in a currency."""
    rows = list(
        model_queryset(Product).visible_to(actor).filter(is_active=True).order_by("name")[:limit]
    )
    prices = dict(
        ProductPrice.objects.filter(
            product__in=[row.pk for row in rows], currency=currency
        ).values_list("product_id", "price")
    )
    if "price" in actor.hidden_fields(Product.record_type):
        return [ProductChoice(row.pk, row.name, None) for row in rows]
    return [
        ProductChoice(
            row.pk, row.name, row.price if row.currency == currency else prices.get(row.pk)
        )
        for row in rows
    ]
