"""Prices of a product in further currencies: set on its page, taken by lines, taken back."""

from decimal import Decimal
from typing import Any

from shangji.core.opportunities.queries.products import product_choices
from shangji.core.products.factories import make_product
from shangji.core.products.queries import prices_of


def test_it_keeps_a_price_for_each_currency(dana: Any, actor: Any, sign_in: Any) -> None:
    product = make_product(name="Pump", price=Decimal(700))
    client, url = sign_in(dana), f"/products/{product.pk}/prices/"
    wrong = {"currency": ["USD", "CNY", ""], "price": ["a lot", "700", "5"]}
    assert client.post(url, wrong).status_code == 400
    assert client.post(url, {"currency": ["CNY"], "price": ["700"]}).status_code == 400
    assert prices_of(product) == []

    client.post(url, {"currency": ["usd", "EUR", ""], "price": ["99.50", "90", ""]})
    assert dict(prices_of(product)) == {"USD": Decimal("99.5"), "EUR": Decimal(90)}
    choice = next(one for one in product_choices(actor(dana), "USD") if one.pk == product.pk)
    assert choice.price == Decimal("99.5")
    assert b"99.50" in client.get(f"/products/{product.pk}/").content

    told = client.get(f"/products/{product.pk}/history/").content.decode()
    assert "EUR 90, USD 99.5" in told
    client.post("/undo/last/")
    assert prices_of(product) == []
