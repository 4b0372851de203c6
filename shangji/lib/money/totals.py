"""Sharing an amount out and adding amounts up, never two currencies into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import BadInput
from shangji.lib.money.rounding import CONTEXT, EXACT, finite, round_money
from shangji.lib.values import dataclass


def split_amount(
    total: Decimal, weights: Sequence[Decimal | int], decimals: int = 2
) -> list[Decimal]:
    """`total` shared out by `weights` so that the parts add up to it exactly (largest remainder).

    Parts have `decimals` places, or as many as `total` has when those are more. What rounding
    leaves over goes one unit at a time to the largest remainders, the first of equals first. All
    weights zero shares evenly. BadInput without weights or with a negative one.
    """
    if not weights or any(Decimal(weight) < 0 for weight in weights):
        raise BadInput(_("An amount is shared by at least one part, and no part is negative."))
    exponent = finite(total).as_tuple().exponent
    assert isinstance(exponent, int)
    unit = Decimal(1).scaleb(min(-decimals, exponent))
    units = int(CONTEXT.divide(CONTEXT.abs(total), unit))
    exact = [Decimal(weight) for weight in weights]
    scale = Decimal(1).scaleb(min(0, *(int(weight.as_tuple().exponent) for weight in exact)))
    shares = [int(CONTEXT.divide(weight, scale)) for weight in exact]
    if not any(shares):
        shares = [1] * len(shares)
    whole = sum(shares)
    parts = [units * share // whole for share in shares]
    remainders = [units * share % whole for share in shares]
    order = sorted(range(len(parts)), key=lambda place: (-remainders[place], place))
    for place in order[: units - sum(parts)]:
        parts[place] += 1
    signed = -unit if total < 0 else unit
    return [CONTEXT.multiply(signed, Decimal(part)) if part else unit * 0 for part in parts]


@dataclass(frozen=True)
class Rate:
    """On the day `on`, one `source` is `rate` of `target`."""

    source: str
    target: str
    rate: Decimal
    on: date


@dataclass(frozen=True)
class Converted:
    """A total in one currency and what stayed apart for want of a rate.

    `amount` is the sum of each currency's own converted and rounded sum, so the shown parts add
    up to it. `used` are the rates that went in, to be shown beside the figure with their dates.
    """

    amount: Decimal
    currency: str
    apart: Totals
    used: tuple[Rate, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Currencies without a rate, in code order."""
        return tuple(currency for currency, _amount in self.apart)


class Totals:
    """Sums by currency. Never adds two currencies; every operation returns a new value."""

    __slots__ = ("_sums",)

    def __init__(
        self, sums: Mapping[str, Decimal] | Iterable[tuple[str, Decimal]] | None = None
    ) -> None:
        items = sums.items() if isinstance(sums, Mapping) else (sums or ())
        kept: dict[str, Decimal] = {}
        for currency, amount in items:
            code = currency.upper()
            kept[code] = EXACT.add(kept.get(code, Decimal(0)), finite(amount))
        self._sums = dict(sorted(kept.items()))

    def add(self, amount: Decimal, currency: str) -> Totals:
        return Totals([*self._sums.items(), (currency, amount)])

    def __add__(self, other: Totals) -> Totals:
        return Totals([*self._sums.items(), *other._sums.items()])

    def __sub__(self, other: Totals) -> Totals:
        return Totals([*self._sums.items(), *((code, -sum_) for code, sum_ in other)])

    def __iter__(self) -> Iterator[tuple[str, Decimal]]:
        """(currency, sum) in code order, currencies that sum to zero included."""
        return iter(self._sums.items())

    def __getitem__(self, currency: str) -> Decimal:
        return self._sums.get(currency.upper(), Decimal(0))

    def __len__(self) -> int:
        return len(self._sums)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Totals) and self._sums == other._sums

    def __hash__(self) -> int:
        return hash(tuple(self._sums.items()))

    def __repr__(self) -> str:
        return f"Totals({self._sums!r})"

    def convert(self, target: str, rates: Iterable[Rate]) -> Converted:
        """All in `target`, by the given dated rates; of several the latest day's is taken.

        A rate serves in its own direction only: the caller who accepts 1/rate says so by giving
        it. A currency without a rate stays apart, it is never taken 1:1.
        """
        wanted = target.upper()
        table: dict[str, Rate] = {}
        for rate in rates:
            source = rate.source.upper()
            if rate.target.upper() != wanted or not rate.rate.is_finite() or rate.rate <= 0:
                continue
            if source not in table or rate.on > table[source].on:
                table[source] = rate
        amount = Decimal(0)
        apart: list[tuple[str, Decimal]] = []
        used: list[Rate] = []
        for code, sum_ in self:
            if code == wanted:
                amount = EXACT.add(amount, sum_)
            elif code in table:
                part = CONTEXT.multiply(sum_, table[code].rate)
                amount = EXACT.add(amount, round_money(part, wanted))
                used.append(table[code])
            else:
                apart.append((code, sum_))
        return Converted(amount, wanted, Totals(apart), tuple(used))
