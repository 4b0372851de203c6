"""Counts and exact sums of a list, by currency and by group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Any, Protocol

from django.db import connection

from shangji.lib.money import Totals
from shangji.lib.values import dataclass
from shangji.records.conditions import Node
from shangji.records.description import Total
from shangji.records.listing.parts import SqlText
from shangji.records.sums import parts_sql, share_sql


@dataclass
class Sums:
    """How many rows, and each total's sums by currency, of a list or one of its groups."""

    count: int = 0
    totals: dict[str, Totals] = field(default_factory=dict)
    #: rows per currency, for "1 in US$ kept apart"
    counts: dict[str, int] = field(default_factory=dict)
    #: those of them with an amount, by total: what an average is over
    filled: dict[str, dict[str, int]] = field(default_factory=dict)


class RollUp(Protocol):
    """What a type keeps in sum, for one reader; None where the rows must be looked at."""

    def count(self, conditions: Sequence[Node]) -> int | None: ...

    def sums(self, conditions: Sequence[Node]) -> Sums | None: ...


def columns_of(by: Sequence[str], totals: Sequence[Total]) -> list[str]:
    """The ORM paths that `sums_sql` adds up or groups by; the id where there is none."""
    wanted = [*by]
    for one in totals:
        wanted += [path for path in (one.currency, one.path, one.percent) if path]
    return list(dict.fromkeys(wanted)) or ["pk"]


def sums_sql(inner: SqlText, by: Sequence[str], totals: Sequence[Total]) -> SqlText:
    """One line per group and currency over rows read with `columns_of`."""
    text, params = inner
    quote = connection.ops.quote_name
    keys = keys_of(by, totals)
    found = [*(quote(key) for key in keys), "COUNT(*)"]
    for one in totals:
        found += sum_sql(quote(one.path), quote(one.percent) if one.percent else "")
        found.append(f"COUNT({quote(one.path)})")
    group = f" GROUP BY {', '.join(quote(key) for key in keys)}" if keys else ""
    return f"SELECT {', '.join(found)} FROM ({text}) few{group}", params  # noqa: S608


def keys_of(by: Sequence[str], totals: Sequence[Total]) -> list[str]:
    """What a line is told apart by: groups, then currencies."""
    return list(dict.fromkeys([*by, *(one.currency for one in totals)]))


def sum_sql(amount: str, percent: str = "") -> list[str]:
    """Exact sums: on SQLite, whose decimals are floats, whole parts and ten-thousandths apart.

    What a percent weighs is rounded to four decimals row by row, as `weighted_sql` does; the
    sum stands for a hundred times as much.
    """
    if connection.vendor != "sqlite":
        return [f"SUM(ROUND({amount} * {percent}, 2))" if percent else f"SUM({amount})", "0"]
    whole, part = parts_sql(amount)
    if not percent:
        return [f"SUM({whole})", f"SUM({part})"]
    return [f"SUM({whole} * {percent})", f"SUM({share_sql(part, percent)} * 100)"]


def read_lines(
    rows: Iterable[Sequence[Any]], by: Sequence[str], totals: Sequence[Total]
) -> list[Mapping[str, Any]]:
    """The answer of `sums_sql` with names."""
    names = [*keys_of(by, totals), "n"]
    for one in totals:
        names += [f"sum_{one.key}", f"part_{one.key}", f"filled_{one.key}"]
    return [dict(zip(names, row, strict=True)) for row in rows]


def read_sums(lines: Iterable[Mapping[str, Any]], totals: Sequence[Total]) -> Sums:
    """Lines of several currencies as one."""
    result = Sums()
    sums: dict[str, list[tuple[str, Decimal]]] = {one.key: [] for one in totals}
    for line in lines:
        result.count += line["n"]
        for one in totals:
            value = line[f"sum_{one.key}"]
            if value is None:
                continue
            amount = Decimal(value) + Decimal(line[f"part_{one.key}"] or 0) / 10000
            code = line[one.currency] or ""
            sums[one.key].append((code, amount / 100 if one.percent else amount))
            filled = result.filled.setdefault(one.key, {})
            filled[code] = filled.get(code, 0) + line[f"filled_{one.key}"]
        if totals:
            code = line[totals[0].currency] or ""
            result.counts[code] = result.counts.get(code, 0) + line["n"]
    result.totals = {key: Totals(pairs) for key, pairs in sums.items()}
    return result


def together(result: Sums, parts: Iterable[Sums]) -> Sums:
    """The sums of groups added to one."""
    for part in parts:
        result.count += part.count
        for code, number in part.counts.items():
            result.counts[code] = result.counts.get(code, 0) + number
        for key, totals in part.totals.items():
            result.totals[key] = result.totals.get(key, Totals()) + totals
        for key, numbers in part.filled.items():
            filled = result.filled.setdefault(key, {})
            for code, number in numbers.items():
                filled[code] = filled.get(code, 0) + number
    return result
