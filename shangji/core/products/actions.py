"""Writes on products: their prices in further currencies hang on them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.products.models import Product, ProductPrice
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.actions import UndoReport
from shangji.foundation.audit.models import Operation
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.audit.registry import Covered
from shangji.lib.currencies import ISO_CODES
from shangji.lib.errors import Invalid

PRICES = "prices"
MOST = 20
#: what the column of a price holds
TOO_LARGE = Decimal(10) ** 14


def set_prices(
    *, actor: Actor, product: Product, prices: Mapping[str, Decimal], now: datetime
) -> Product:
    """Replace the prices in further currencies: ISO code to price of one unit.

    The price in the product's own currency is a field of the product and not among them.
    """
    require(actor, "edit", product)
    _check(product, prices)
    with operation(actor, "product.prices", now=now) as op:
        record = op.lock(product)
        _write(op, record, {code: str(price) for code, price in prices.items()})
        return record


def _check(product: Product, prices: Mapping[str, Decimal]) -> None:
    errors: list[str] = []
    if len(prices) > MOST:
        errors.append(_("At most %(n)s prices.") % {"n": MOST})
    for code, price in prices.items():
        if code not in ISO_CODES:
            errors.append(_("“%(word)s” is not a currency.") % {"word": code})
        elif code == product.currency:
            text = _("The price in %(code)s stands on the product itself.")
            errors.append(text % {"code": code})
        elif not price.is_finite() or not 0 <= price < TOO_LARGE:
            errors.append(_("The price in %(code)s is not one.") % {"code": code})
    if errors:
        raise Invalid({PRICES: errors})


def _stored(product: Product) -> dict[str, str]:
    rows = ProductPrice.objects.filter(product=product).order_by("currency")
    return {code: f"{price.normalize():f}" for code, price in rows.values_list("currency", "price")}


def _write(op: Recorder, product: Product, prices: Mapping[str, str]) -> None:
    before = _stored(product)
    ProductPrice.objects.filter(product=product).delete()
    ProductPrice.objects.bulk_create(
        ProductPrice(product=product, currency=code, price=Decimal(price))
        for code, price in prices.items()
    )
    after = _stored(product)
    if before != after:
        op.note(product, PRICES, before, after)


class UndoPrices:
    """Sets prices in further currencies back; the ledger alone knows columns only."""

    def covers(self, target: Operation) -> Covered:
        return Covered(names=frozenset({PRICES}))

    def run(self, op: Recorder, target: Operation, report: UndoReport) -> None:
        for change in target.changes.filter(record_type=Product.record_type):
            told: list[Any] | None = change.fields.get(PRICES)
            if told is None:
                continue
            record = Product.objects.select_for_update().filter(pk=change.record_id).first()
            if record is None or _stored(record) != told[1]:
                report.leave(change, _("Somebody changed it since."), PRICES)
                continue
            _write(op, record, told[0])
            report.restored += 1
