"""Exact sums of decimals in both databases.

SQLite keeps decimals as floats, whose sums drift; whole ten-thousandths (the precision of every
amount) add up exactly.
"""

from decimal import Decimal
from typing import Any

from django.db import connection
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


def parts_sql(amount: str) -> tuple[str, str]:
    """SQLite: the whole part of an amount and its ten-thousandths, as whole numbers."""
    whole = f"CAST({amount} AS INTEGER)"
    return whole, f"CAST(ROUND(({amount} - {whole}) * 10000) AS INTEGER)"


def share_sql(number: str, percent: str) -> str:
    """SQLite: a whole number × whole percents ÷ 100, half up to a whole number."""
    return f"CAST(ROUND({number} * {percent} / 100.0) AS INTEGER)"


def weighted_sql(amount: str, percent: str) -> str:
    """An amount × whole percents in ten-thousandths, half up: what one row shows as weighted."""
    if connection.vendor != "sqlite":
        return f"CAST(ROUND({amount} * {percent} * 100) AS BIGINT)"
    whole, part = parts_sql(amount)
    return f"({whole} * {percent} * 100 + {share_sql(part, percent)})"


class Weighted(Func):
    """`weighted_sql` of two columns; nothing where there is no amount."""

    output_field = BigIntegerField()  # type: ignore[assignment]
    arity = 2

    def as_sql(self, compiler: Any, *extra: Any, **more: Any) -> tuple[str, tuple[str | int, ...]]:
        amount, percent = (compiler.compile(one)[0] for one in self.source_expressions)
        return weighted_sql(f"COALESCE({amount}, 0)", percent), ()


def exact(value: int | None) -> Decimal:
    """The decimal of what ExactSum answered; None counts as nothing."""
    return (value or 0) * UNIT
