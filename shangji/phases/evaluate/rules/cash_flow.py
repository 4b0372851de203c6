"""What a series of payments is worth: NPV, payback, IRR, MIRR.

Flows are floats, the first one at time 0; rates are per period, 0.1 for 10 %. Money is a Decimal
before and after (rules/cash_plan.py): discounting is arithmetic on estimates, not bookkeeping.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from shangji.lib.values import dataclass

#: shares of a year that days are counted in (XNPV's convention)
YEAR_DAYS = 365.0


def npv(rate: float, flows: Sequence[float]) -> float:
    """Σ CF_t / (1 + r)^t, t from 0."""
    factor, total = 1.0, 0.0
    for flow in flows:
        total += flow / factor
        factor *= 1.0 + rate
    return total


def xnpv(rate: float, days: Sequence[date], flows: Sequence[float]) -> float:
    """The same for payments on days: t in years of 365 days after the first; a yearly rate."""
    times = year_fractions(days)
    return float(sum(discounted(rate, flows, times)))


def year_fractions(days: Sequence[date]) -> list[float]:
    """Years of 365 days since the first day."""
    return [(day - days[0]).days / YEAR_DAYS for day in days]


def per_period(yearly: float, periods_a_year: int) -> float:
    """The rate of a period that compounds to a yearly one: (1 + r)^(1/n) − 1."""
    return float((1.0 + yearly) ** (1.0 / periods_a_year) - 1.0)


def discounted(rate: float, flows: Sequence[float], times: Sequence[float]) -> list[float]:
    """Each flow as worth at time 0."""
    return [flow / (1.0 + rate) ** t for flow, t in zip(flows, times, strict=True)]


def payback(flows: Sequence[float], times: Sequence[float] | None = None) -> float | None:
    """When what came in has covered what went out for good, interpolated within the period.

    The last moment at which the running sum turns from below zero; 0.0 when it never is below
    zero, None when it ends below zero.

    Args:
        times: when each flow falls; 0, 1, 2 … when left out.
    """
    at = list(times) if times is not None else [float(t) for t in range(len(flows))]
    total, found = 0.0, 0.0
    for t, flow in enumerate(flows):
        before, total = total, total + flow
        if before < 0.0 <= total:
            found = at[t - 1] + (at[t] - at[t - 1]) * (-before / flow)
    return None if total < 0.0 else found


def sign_changes(flows: Sequence[float]) -> int:
    """How often the flow turns from paying to earning or back; zeros do not count."""
    signs = [flow > 0 for flow in flows if flow != 0]
    return sum(a != b for a, b in pairwise(signs))


@dataclass(frozen=True)
class Irr:
    """The internal rate of return, or why there is none.

    `kind`: "single" with its rate; "several" when the sign changes more than once, so that more
    than one rate may bring the NPV to zero; "none" when it never changes.
    """

    kind: Literal["single", "several", "none"]
    rate: float | None = None


def irr(flows: Sequence[float], times: Sequence[float] | None = None) -> Irr:
    """The rate per period at which the NPV is zero, only where exactly one exists.

    With one change of sign there is exactly one root above −100 % (Descartes). With more,
    libraries return any of the roots: for −100, 230, −132 one says 20 %, another 10 %.
    """
    changes = sign_changes(flows)
    if changes == 0:
        return Irr("none")
    if changes > 1:
        return Irr("several")
    at = times if times is not None else range(len(flows))
    rate = _guess(flows) if times is None else None
    if rate is None or abs(sum(discounted(rate, flows, list(at)))) > 1e-9 * _size(flows):
        rate = _bisect(flows, list(at))
    return Irr("none") if rate is None else Irr("single", rate)


def _guess(flows: Sequence[float]) -> float | None:
    import pyxirr  # noqa: PLC0415 - loaded by the first forecast, not by every process

    found: float | None = pyxirr.irr(list(flows), silent=True)
    return found if found is not None and found > -1.0 else None


def _size(flows: Sequence[float]) -> float:
    return max(1.0, sum(abs(flow) for flow in flows))


def _bisect(flows: Sequence[float], times: Sequence[float]) -> float | None:
    """The one root by halving; None outside −99.9999 % to a million percent."""

    def worth(rate: float) -> float:
        return sum(discounted(rate, flows, times))

    high = 10_000.0
    for low in (-0.999999, -0.99, -0.9, -0.5):
        try:
            sign = worth(low) > 0
            break
        except (OverflowError, ZeroDivisionError):
            # many periods at almost −100 %: begin where floats still reach
            continue
    if sign == (worth(high) > 0):
        return None
    for _step in range(200):
        middle = (low + high) / 2
        if (worth(middle) > 0) == sign:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def mirr(flows: Sequence[float], finance: float, reinvest: float) -> float | None:
    """MIRR: what is paid is financed at one rate, what is earned is reinvested at another.

    (Σ earned at the end / −Σ paid at the start)^(1/n) − 1; None without both.
    """
    last = len(flows) - 1
    paid = sum(flow / (1.0 + finance) ** t for t, flow in enumerate(flows) if flow < 0)
    earned = sum(flow * (1.0 + reinvest) ** (last - t) for t, flow in enumerate(flows) if flow > 0)
    if paid >= 0 or earned <= 0 or last < 1:
        return None
    return float((earned / -paid) ** (1.0 / last) - 1.0)


def after_tax(profits: Sequence[float], rate: float) -> list[float]:
    """The tax of each period: a share of its profit, losses before it carried forward."""
    taxes, carried = [], 0.0
    for profit in profits:
        carried += profit
        taxes.append(max(0.0, carried) * rate)
        carried = min(0.0, carried)
    return taxes


def npv_profile(
    flows: Sequence[float], times: Sequence[float], rates: Sequence[float]
) -> list[tuple[float, float]]:
    """(rate, NPV) along several rates: what is shown where no single IRR exists."""
    return [(rate, sum(discounted(rate, flows, times))) for rate in rates]


def zero_rates(profile: Sequence[tuple[float, float]]) -> list[float]:
    """Rates at which a profile crosses zero, interpolated: the several roots, in words."""
    found = []
    for (a, left), (b, right) in pairwise(profile):
        if left == 0:
            found.append(a)
        elif left * right < 0:
            found.append(a + (b - a) * left / (left - right))
    return found
