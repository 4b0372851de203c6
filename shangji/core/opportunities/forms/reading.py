"""Reads what forms of the opportunity pages send; saves nothing."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.core.opportunities.actions.parts import Line
from shangji.core.opportunities.models import Reason
from shangji.core.opportunities.queries.products import ProductChoice
from shangji.lib.date_reading import parse_date
from shangji.lib.errors import Invalid
from shangji.lib.money import parse_money
from shangji.lib.values import dataclass

MAX_LINES = 200


def read_id(data: Mapping[str, Any], key: str) -> int | None:
    """A number of a row; None for nothing. Invalid for anything else."""
    text = str(data.get(key, "")).strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Invalid({key: [_("Choose from the list.")]})
    return int(text)


def read_date(data: Mapping[str, Any], key: str) -> date | None:
    """A day as people write it; None for nothing. Invalid names what is expected."""
    text = str(data.get(key, "")).strip()
    if not text:
        return None
    try:
        return parse_date(text[:40])
    except ValueError as error:
        raise Invalid({key: [str(error)]}) from None


def read_time(data: Mapping[str, Any], key: str) -> time | None:
    """A time of day such as 10:30; None for nothing."""
    text = str(data.get(key, "")).strip()
    if not text:
        return None
    try:
        return time.fromisoformat(text[:8])
    except ValueError:
        raise Invalid({key: [_("Should be a time such as 10:30.")]}) from None


def read_reason(data: Mapping[str, Any]) -> Reason | None:
    """The chosen reason; None for none chosen."""
    pk = read_id(data, "reason")
    return None if pk is None else Reason.objects.filter(pk=pk, deleted_at=None).first()


@dataclass(frozen=True)
class LineRow:
    """A row of the lines form as typed, to be shown again with what is wrong with it."""

    product: str = ""
    name: str = ""
    quantity: str = "1"
    price: str = ""
    discount: str = ""
    error: str = ""


def line_rows(data: QueryDict) -> list[LineRow]:
    """The rows as typed, empty ones left out."""
    columns = [
        data.getlist(key)[:MAX_LINES]
        for key in ("product", "name", "quantity", "price", "discount")
    ]
    rows = []
    for product, name, quantity, price, discount in zip(*columns, strict=False):
        if any(text.strip() for text in (product, name, price)):
            rows.append(LineRow(product, name, quantity, price, discount))
    return rows


def read_lines(rows: list[LineRow], products: Mapping[int, ProductChoice]) -> list[Line]:
    """Product lines of typed rows; name and price come from the product where left empty.

    Invalid names the first row that does not read.

    Args:
        products: those that may be chosen, by id.
    """
    lines = []
    for number, row in enumerate(rows, 1):
        try:
            product = products[int(row.product)] if row.product.strip() else None
            price = product.price if product and product.price is not None else Decimal(0)
            lines.append(
                Line(
                    name=row.name.strip() or (product.name if product else ""),
                    quantity=_number(row.quantity or "1"),
                    unit_price=_number(row.price) if row.price.strip() else price,
                    discount=_number(row.discount.rstrip("%％ ") or "0"),
                    product_id=product.pk if product else None,
                )
            )
        except (ValueError, ArithmeticError, KeyError):
            text = _("Line %(n)s: check quantity, price, discount.") % {"n": number}
            raise Invalid({"lines": [text]}) from None
    return lines


def _number(text: str) -> Decimal:
    return parse_money(text, get_language() or "en")
