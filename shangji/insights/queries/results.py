"""Results: what was won and lost, by owner, team, product, quarter, customer, channel."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.choices import INDUSTRIES
from shangji.core.opportunities.models import Opportunity, OpportunityLine
from shangji.core.opportunities.queries.channels import channels
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.people.models import Team
from shangji.insights.rules import Line
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.sums import ExactSum, exact

CLOSED = Q(status__in=("won", "lost"))


@dataclass(frozen=True)
class Dimension:
    """A way to cut the results: ORM paths and how a row of their values is named."""

    key: str
    label: Any
    paths: tuple[str, ...]
    name: Callable[[tuple[Any, ...]], tuple[str, str]]
    #: cut by the date of closing: open opportunities have no place in it
    closed_only: bool = False


def _nobody(name: Any, empty: Any) -> str:
    return str(name) if name not in (None, "") else gettext(str(empty))


def _team(values: tuple[Any, ...]) -> tuple[str, str]:
    return str(values[0] or ""), _nobody(values[1], _("No team"))


def _quarter(values: tuple[Any, ...]) -> tuple[str, str]:
    year, quarter = values
    return (f"{year}-{quarter}", f"{year} Q{quarter}") if year else ("", gettext("Not closed"))


def _industry(values: tuple[Any, ...]) -> tuple[str, str]:
    labels = {one.value: str(one.label) for one in INDUSTRIES}
    return values[0] or "", labels.get(values[0] or "", gettext("No industry"))


def _channel(values: tuple[Any, ...]) -> tuple[str, str]:
    chinese = (get_language() or "").startswith("zh")
    names = {one.pk: one.name_zh if chinese else one.name_en for one in channels()}
    return str(values[0] or ""), names.get(values[0], gettext("No channel"))


DIMENSIONS: dict[str, Dimension] = {
    one.key: one
    for one in (
        Dimension("team", _("Team"), ("owner__team_id", "owner__team__name"), _team),
        Dimension(
            "region",
            _("Region"),
            ("owner__team_id", "owner__team__name"),
            _team,
        ),
        Dimension(
            "owner",
            _("Owner"),
            ("owner_id", "owner__name"),
            lambda v: (str(v[0] or ""), _nobody(v[1], _("Open pool"))),
        ),
        Dimension("product", _("Product"), (), lambda v: ("", "")),
        Dimension(
            "quarter", _("Quarter of closing"), ("year", "quarter"), _quarter, closed_only=True
        ),
        Dimension("channel", _("Channel"), ("channel_id",), _channel),
        Dimension("industry", _("Industry"), ("account__industry",), _industry),
        Dimension(
            "customer",
            _("Customer"),
            ("account_id", "account__name"),
            lambda v: (str(v[0] or ""), _nobody(v[1], _("No customer"))),
        ),
    )
}


def results(
    actor: Actor, *, by: str, first: date | None = None, last: date | None = None
) -> tuple[list[Line], Line]:
    """Lines by a dimension and their total, over all visible opportunities.

    Args:
        by: a key of DIMENSIONS.
        first, last: days of closing, both included; open ones then stay out.
    """
    dimension = DIMENSIONS.get(by)
    if dimension is None:
        raise Invalid({"by": [gettext("There is no such cut.")]})
    rows: QuerySet[Any] = model_queryset(Opportunity).visible_to(actor)
    if first is not None:
        rows = rows.filter(CLOSED, closed_on__gte=first)
    if last is not None:
        rows = rows.filter(CLOSED, closed_on__lte=last)
    if dimension.closed_only:
        rows = rows.filter(CLOSED)
    if by == "product":
        lines = _by_product(rows)
    else:
        lines = _by_paths(rows, dimension)
        if by == "region":
            lines = _to_regions(lines)
    total = Line("", gettext("All"))
    for line in _by_paths(rows, Dimension("all", "", (), lambda v: ("", ""))):
        _merge(total, line)
    return lines, total


def _by_paths(rows: QuerySet[Any], dimension: Dimension) -> list[Line]:
    if dimension.key == "quarter":
        rows = rows.annotate(year=ExtractYear("closed_on"), quarter=ExtractQuarter("closed_on"))
    grouped = (
        rows.order_by()
        .values(*dimension.paths, "currency", "status")
        .annotate(n=Count("pk"), value=ExactSum("amount"))
        .values_list(*dimension.paths, "currency", "status", "n", "value")
    )
    lines: dict[str, Line] = {}
    for *values, currency, status, n, value in grouped:
        key, label = dimension.name(tuple(values))
        _add(lines.setdefault(key, Line(key, label)), status, currency, n, exact(value))
    return _sorted(lines, by_key=dimension.closed_only)


def _by_product(rows: QuerySet[Any]) -> list[Line]:
    """Won value is that of the product's lines; an opportunity counts once per product."""
    grouped = (
        OpportunityLine.objects.filter(opportunity__in=rows)
        .order_by()
        .values("product_id", "product__name", "opportunity__currency", "opportunity__status")
        .annotate(n=Count("opportunity_id", distinct=True), value=ExactSum("total"))
    )
    lines: dict[str, Line] = {}
    for row in grouped:
        key = str(row["product_id"] or "")
        label = _nobody(row["product__name"], _("Other"))
        _add(
            lines.setdefault(key, Line(key, label)),
            row["opportunity__status"],
            row["opportunity__currency"],
            row["n"],
            exact(row["value"]),
        )
    return _sorted(lines)


def _to_regions(lines: list[Line]) -> list[Line]:
    """Fold teams into the topmost team above each (one below a single root)."""
    parents = {
        team.pk: (team.parent_id, team.name) for team in Team.objects.filter(deleted_at=None)
    }
    roots = [pk for pk, (parent, _name) in parents.items() if parent is None]
    single = roots[0] if len(roots) == 1 else None
    folded: dict[str, Line] = {}
    for line in lines:
        at = int(line.key) if line.key else None
        while at in parents and parents[at][0] not in (None, single):
            at = parents[at][0]
        label = parents[at][1] if at in parents else line.label
        _merge(folded.setdefault(str(at or ""), Line(str(at or ""), label)), line)
    return _sorted(folded)


def _add(line: Line, status: str, currency: str, n: int, value: Decimal) -> None:
    setattr(line, status, getattr(line, status) + n)
    if status == "won":
        line.value[currency] = line.value.get(currency, Decimal(0)) + value


def _merge(into: Line, line: Line) -> None:
    into.open += line.open
    into.won += line.won
    into.lost += line.lost
    for currency, value in line.value.items():
        into.value[currency] = into.value.get(currency, Decimal(0)) + value


def _sorted(lines: dict[str, Line], *, by_key: bool = False) -> list[Line]:
    """By key (quarters), else by won value of the largest currency, then count."""
    if by_key:
        return [lines[key] for key in sorted(lines)]
    return sorted(lines.values(), key=lambda one: (-max(one.value.values(), default=0), -one.total))
