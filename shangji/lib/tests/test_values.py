"""Value objects do what the library's dataclasses do, with one method compiled."""

from dataclasses import field, replace

import pytest

from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Price:
    amount: int
    currency: str = "CNY"
    note: str = field(default="", compare=False, repr=False)


@dataclass
class Basket:
    prices: list[Price] = field(default_factory=list)


@dataclass(frozen=True)
class Special(Price):
    until: str = ""

    def __repr__(self) -> str:
        return "special"


def test_it_compares_hashes_and_shows_by_fields() -> None:
    assert Price(5) == Price(5, note="seen") != Price(6)
    assert {Price(5), Price(5, note="seen")} == {Price(5)}
    assert repr(Price(5, note="seen")) == "Price(amount=5, currency='CNY')"
    assert replace(Price(5), currency="EUR") == Price(5, "EUR")


def test_it_tells_classes_apart() -> None:
    assert Special(5) != Price(5)
    assert Special(5, until="May") != Special(5, until="June")
    assert repr(Special(5)) == "special"


def test_what_can_change_has_no_hash() -> None:
    assert Basket() == Basket([])
    assert Basket().prices is not Basket().prices
    with pytest.raises(TypeError):
        hash(Basket())
