"""Exact sums of decimals in both databases.

SQLite keeps decimals as floats, whose sums drift; whole ten-thousandths (the precision of every
amount) add up exactly.
"""

from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, Func, Sum

UNIT = Decimal("0.0001")


class _TenThousandths(Func):
    """A decimal as a whole number of ten-thousandths."""

    output_field = BigIntegerField()  # type: ignore[assignment]
    template = "CAST(ROUND(COALESCE(%(expressions)s, 0) * 10000) AS BIGINT)"


class ExactSum(Sum):
    """SUM of a four-decimal column in ten-thousandths; `exact(value)` reads the answer."""

    def __init__(self, path: str, **extra: Any) -> None:
        super().__init__(_TenThousandths(F(path)), output_field=BigIntegerField(), **extra)


def exact(value: int | None) -> Decimal:
    """The decimal of what ExactSum answered; None counts as nothing."""
    return (value or 0) * UNIT
