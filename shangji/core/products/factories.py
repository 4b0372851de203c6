"""Products for tests and samples."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from shangji.core.products.models import Product

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_numbers = count(1)


def make_product(*, now: datetime = NOW, **values: Any) -> Product:
    """One product of the catalogue."""
    values.setdefault("name", f"Product {next(_numbers)}")
    values.setdefault("price", Decimal(100))
    return Product.objects.create(created_at=now, updated_at=now, **values)
