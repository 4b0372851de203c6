"""Sums and averages of added numbers over all rows of a list or group, never only the page.

Exact in both databases: SQLite adds whole parts and ten-thousandths apart, as `sums` does.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils.translation import gettext as _

from shangji.lib.money import format_exact, format_short
from shangji.lib.values import dataclass
from shangji.records.description import Field
from shangji.records.kinds import Duration, Money, Number, Percent, Rating, Whole
from shangji.records.kinds.base import FormatContext
from shangji.records.listing.parts import SqlText, parts_of
from shangji.records.listing.parts import together as whole
from shangji.records.listing.query import ListQuery
from shangji.records.listing.sums import sum_sql

#: longer lists show their sums a moment later, when the rows stand there
AT_ONCE = 20_000
#: kinds that are averaged and not added up
_MEANS = (Percent, Rating)
_KINDS = (Number, Money, Whole, Duration)


@dataclass
class NumberSum:
    """The numbers of one field: how many rows have one, and their sum."""

    count: int = 0
    sum: Decimal = Decimal(0)

    @property
    def average(self) -> Decimal | None:
        return self.sum / self.count if self.count else None


@dataclass(frozen=True)
class NumberFigure:
    """The same in words.

    Attributes:
        short: the sum as shown; of percents and ratings the average.
        exact: on hover.
        average: "" where `short` is it.
        of: how many rows have a number, where others have none.
    """

    label: str
    column: str
    short: str
    exact: str
    average: str = ""
    is_mean: bool = False
    apart: str = ""
    of: str = ""


def numbers_of(query: ListQuery) -> list[Field]:
    """The columns of a list that hold added numbers."""
    return [one for one in query.fields if is_added_number(one)]


def is_added_number(one: Field) -> bool:
    """Whether a field's values are added up under lists."""
    return one.is_custom and isinstance(one.kind, _KINDS)


def number_sums(query: ListQuery) -> dict[Any, dict[str, NumberSum]]:
    """Sums by group value and field key, in one query; without groups, of all rows, under None."""
    fields = numbers_of(query)
    by = query.grouping.path if query.group else ""
    found: dict[Any, dict[str, NumberSum]] = {}
    if not fields:
        return found

    def answer() -> list[Any]:
        try:
            text, params = _sql(query, fields, by)
        except EmptyResultSet:
            return []
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            return list(cursor.fetchall())

    for line in query.asked(f"numbers {[one.key for one in fields]} by {by}", answer):
        values = list(line)
        value = query.grouping.bucket(values.pop(0)) if by else None
        sums = found.setdefault(value, {})
        for place, one in enumerate(fields):
            count, large, small = values[3 * place : 3 * place + 3]
            kept = sums.setdefault(one.key, NumberSum())
            kept.count += count
            kept.sum += Decimal(large or 0) + Decimal(small or 0) / 10000
    return found


def all_of(sums: Mapping[Any, Mapping[str, NumberSum]]) -> dict[str, NumberSum]:
    """The sums of all groups as one."""
    found: dict[str, NumberSum] = {}
    for group in sums.values():
        for key, one in group.items():
            kept = found.setdefault(key, NumberSum())
            kept.count += one.count
            kept.sum += one.sum
    return found


def _sql(query: ListQuery, fields: Sequence[Field], by: str) -> SqlText:
    quote = connection.ops.quote_name
    columns = list(dict.fromkeys([*([by] if by else []), *(one.orm for one in fields)]))
    text, params = whole(parts_of(query.description.model, query.actor, query.condition, columns))
    found = [quote(by)] if by else []
    for one in fields:
        found += [f"COUNT({quote(one.orm)})", *sum_sql(quote(one.orm))]
    group = f" GROUP BY {quote(by)}" if by else ""
    return f"SELECT {', '.join(found)} FROM ({text}) few{group}", params  # noqa: S608


def number_figures(
    query: ListQuery, sums: Mapping[str, NumberSum], context: FormatContext, rows: int
) -> list[NumberFigure]:
    """Sums of one group, or of the list, of so many rows, in words; fields without a number are
    left out."""
    return [
        _figure(one, sums[one.key], context, rows)
        for one in numbers_of(query)
        if one.key in sums and sums[one.key].count
    ]


def _figure(one: Field, sums: NumberSum, context: FormatContext, rows: int) -> NumberFigure:
    few = f"{sums.count:,}" if sums.count < rows else ""
    label, mean = str(one.label), sums.average or Decimal(0)
    average = written(one, mean, context)
    if isinstance(one.kind, _MEANS):
        exact = _("average of %(n)s") % {"n": f"{sums.count:,}"}
        return NumberFigure(label, one.key, average, exact, is_mean=True, of=few)
    total = written(one, sums.sum, context)
    exact = total
    if isinstance(one.kind, Money):
        exact = format_exact(sums.sum, one.kind.code or "CNY", context.locale)
    told = _("%(sum)s, average %(average)s of %(n)s") % {
        "sum": exact,
        "average": average,
        "n": f"{sums.count:,}",
    }
    return NumberFigure(label, one.key, total, told, average, of=few)


def written(one: Field, value: Decimal, context: FormatContext) -> str:
    """A sum or average as its field writes numbers; averages of whole numbers to one decimal."""
    kind = one.kind
    if isinstance(kind, Money):
        return format_short(value, kind.code or "CNY", context.locale, keep_decimal=True)
    if isinstance(kind, Duration):
        return kind.text({"v": round(value)}, "v", context)
    places = kind.decimals if isinstance(kind, Number) else 1
    text = Number().text({"v": round(value, max(places, 1))}, "v", context)
    return f"{text}%" if isinstance(kind, Percent) else text
