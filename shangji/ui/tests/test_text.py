"""Initials, rates and signs as people read them."""

from decimal import Decimal

import pytest

from shangji.ui.text import initials, percent, signed_number


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("林悦", "林"),
        ("欧阳修", "欧阳"),
        ("Lin Yue", "LY"),
        ("Mary-Jane van Dyke", "MD"),
        ("alice", "A"),
        ("  ", "?"),
        ("—", "?"),
    ],
)
def test_it_marks_a_person(name: str, mark: str) -> None:
    assert initials(name) == mark


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (Decimal("0.41"), "41%"),
        (Decimal("0.415"), "42%"),
        (Decimal("0.095"), "9.5%"),
        (Decimal("0.05"), "5%"),
        (Decimal("0.0996"), "10%"),
        (0, "0%"),
        (1, "100%"),
        (Decimal("-0.12"), "−12%"),
        (None, ""),
    ],
)
def test_it_shows_rates_whole_and_small_ones_with_a_decimal(
    rate: Decimal | int | None, shown: str
) -> None:
    assert percent(rate) == shown


def test_it_signs_gains_and_losses() -> None:
    assert [signed_number(value) for value in (8, -5, 0)] == ["+8", "−5", "0"]
    assert percent(Decimal("0.12"), signed=True) == "+12%"
