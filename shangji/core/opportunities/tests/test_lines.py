"""Product lines: the amount is their sum, exactly."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.core.opportunities.actions import edit_opportunity, set_lines
from shangji.core.opportunities.actions.parts import Line
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import OpportunityLine
from shangji.core.opportunities.rules import line_total, weighted
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.queries import last_undoable
from shangji.lib.errors import Invalid


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "decimals", "total"),
    [
        ("3", "100", "33.33", 2, "200.01"),
        ("1", "100", "33.33", 2, "66.67"),
        ("1", "0.05", "10", 2, "0.05"),
        ("1", "50000", "10", 0, "45000"),
        ("1", "999", "33.33", 0, "666"),
        ("7", "1.2345", "0", 3, "8.642"),
        ("2", "80", "100", 2, "0.00"),
        ("999999999", "9999.9999", "0.0001", 2, "9999989890000.11"),
    ],
)
def test_it_rounds_a_line_half_up_to_its_currency(
    quantity: str, price: str, discount: str, decimals: int, total: str
) -> None:
    found = line_total(
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        discount=Decimal(discount),
        decimals=decimals,
    )
    assert found == Decimal(total)


@given(
    st.decimals(Decimal("0.0001"), Decimal(10**9), places=4),
    st.decimals(0, Decimal(10**13), places=4),
    st.decimals(0, 100, places=4),
    st.sampled_from([0, 2, 3]),
)
def test_it_is_never_further_than_half_a_unit_from_exact(
    quantity: Decimal, price: Decimal, discount: Decimal, decimals: int
) -> None:
    total = line_total(quantity=quantity, unit_price=price, discount=discount, decimals=decimals)
    exact = Fraction(quantity) * Fraction(price) * (100 - Fraction(discount)) / 100
    assert abs(Fraction(total) - exact) * 2 <= Fraction(1, 10**decimals)


def test_it_weighs_to_four_decimals() -> None:
    assert weighted(Decimal("0.01"), 33) == Decimal("0.0033")
    assert weighted(None, 50) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "amount"), [("CNY", "200.01"), ("JPY", "201"), ("KWD", "200.010")]
)
def test_it_makes_the_amount_the_sum_of_the_lines(
    alice: Any, actor: Any, now: Any, currency: str, amount: str
) -> None:
    record = make_opportunity(alice, currency=currency)
    lines = [Line("Licence", Decimal(1), Decimal(100), Decimal("33.33"))] * 3
    record = set_lines(actor=actor(alice), opportunity=record, lines=lines, now=now)
    rows = OpportunityLine.objects.filter(opportunity=record)
    assert record.amount == Decimal(amount) == sum(row.total for row in rows)
    with pytest.raises(Invalid):
        edit_opportunity(actor=actor(alice), record=record, values={"amount": Decimal(5)}, now=now)
    record = set_lines(actor=actor(alice), opportunity=record, lines=[], now=now)
    assert record.amount == Decimal(amount), "without lines the amount stays and is free again"
    edit_opportunity(actor=actor(alice), record=record, values={"amount": Decimal(5)}, now=now)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        Line("A", Decimal(0), Decimal(1)),
        Line("A", Decimal(1), Decimal(-1)),
        Line("A", Decimal(1), Decimal(1), Decimal(101)),
        Line(" ", Decimal(1), Decimal(1)),
        Line("A", Decimal(10**8), Decimal(10**12)),
    ],
)
def test_it_refuses_lines_that_are_none(alice: Any, actor: Any, now: Any, line: Line) -> None:
    record = make_opportunity(alice)
    with pytest.raises(Invalid):
        set_lines(actor=actor(alice), opportunity=record, lines=[line], now=now)


def test_it_takes_lines_and_amount_back_together(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    record = make_opportunity(alice, amount=Decimal(5))
    for price in (100, 250):
        lines = [Line("Licence", Decimal(2), Decimal(price))]
        record = set_lines(actor=me, opportunity=record, lines=lines, now=now)
    report = undo_operation(actor=me, target=last_undoable(me), now=now)
    record.refresh_from_db()
    assert (report.left, record.amount) == ([], Decimal(200))
    assert [one.total for one in OpportunityLine.objects.all()] == [Decimal(200)]
