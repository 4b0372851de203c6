"""Reads of products: the prices of one in further currencies."""

from decimal import Decimal

from shangji.core.products.models import Product, ProductPrice


def prices_of(product: Product) -> list[tuple[str, Decimal]]:
    """Currency and price of a visible product, beside its own, by currency."""
    rows = ProductPrice.objects.filter(product=product).order_by("currency")
    return list(rows.values_list("currency", "price"))
