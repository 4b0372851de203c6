"""Reads of products: the prices of one in further currencies."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from shangji.core.products.models import Product, ProductPrice
from shangji.foundation.access.actor import Actor


def told_prices(actor: Actor, values: Sequence[Mapping[str, str]]) -> list[str]:
    """Noted prices by currency as history tells them: "EUR 1500, USD 1750"."""
    return [", ".join(f"{code} {price}" for code, price in sorted(one.items())) for one in values]


def prices_of(product: Product) -> list[tuple[str, Decimal]]:
    """Currency and price of a visible product, beside its own, by currency."""
    rows = ProductPrice.objects.filter(product=product).order_by("currency")
    return list(rows.values_list("currency", "price"))
