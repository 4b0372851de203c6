"""Totals in words: one currency, or several at stated rates, the rest kept apart."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from shangji.lib.dates import format_date_short
from shangji.lib.money import Converted, Rate, format_exact, format_short
from shangji.lib.values import dataclass
from shangji.records.description import Total
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.sums import Sums
from shangji.ui.text import percent


@dataclass(frozen=True)
class Figure:
    """One total.

    Attributes:
        short, exact: the amount in the main currency, as shown and on hover.
        apart: what stays in other currencies for want of a rate, "US$86K".
        note: rates that went in, with their days.
        each: the average over rows with an amount, of a plain sum.
        of: how many rows those are, where others have none.
        share: a weighted sum as a share of the plain one, with its words.
    """

    label: str
    column: str
    amount: Decimal
    short: str
    exact: str
    apart: str
    apart_count: int
    note: str
    each: str = ""
    of: str = ""
    share_label: str = ""
    share: str = ""


def figures(
    totals: Sequence[Total],
    sums: Sums,
    rates: Iterable[Rate],
    home: str,
    context: FormatContext,
) -> list[Figure]:
    """Each total in the workspace's currency; in its own when all rows share another one."""
    known = tuple(rates)
    return [_figure(one, totals, sums, known, home, context) for one in totals]


def _share(total: Total, totals: Sequence[Total], converted: Converted, sums: Sums) -> str:
    """A weighted sum as a share of the plain one, over the currencies both are known in."""
    plain = next((one for one in totals if one.path == total.path and not one.percent), None)
    if not total.share or plain is None:
        return ""
    whole = sums.totals[plain.key].convert(converted.currency, converted.used).amount
    return percent(converted.amount / whole) if whole > 0 else ""


def _figure(
    total: Total,
    totals: Sequence[Total],
    sums: Sums,
    rates: tuple[Rate, ...],
    home: str,
    context: FormatContext,
) -> Figure:
    own = sums.totals[total.key]
    used = [code for code, _amount in own if code]
    main = used[0] if len(used) == 1 else home
    converted = own.convert(main, rates if main == home else ())
    apart = " · ".join(
        format_short(amount, code or home, context.locale) for code, amount in converted.apart
    )
    apart_count = sum(sums.counts.get(code, 0) for code in converted.missing)
    filled = sums.filled.get(total.key, {})
    with_one = sum(number for code, number in filled.items() if code not in converted.missing)
    note = ", ".join(
        _("%(currency)s at %(rate)s of %(day)s")
        % {
            "currency": rate.source,
            "rate": f"{rate.rate.normalize():f}",
            "day": format_date_short(rate.on, context.today, context.locale),
        }
        for rate in converted.used
    )
    return Figure(
        label=str(total.label),
        column=total.column or total.key,
        amount=converted.amount,
        short=format_short(converted.amount, main, context.locale, keep_decimal=True),
        exact=format_exact(converted.amount, main, context.locale),
        apart=apart,
        apart_count=apart_count,
        note=note,
        each=format_short(converted.amount / with_one, main, context.locale)
        if with_one > 1 and not total.percent
        else "",
        of=f"{with_one:,}" if with_one < sums.count - apart_count else "",
        share_label=str(total.share),
        share=_share(total, totals, converted, sums),
    )
