"""The editable table of a forecast: rows of lines, columns of periods, read from plain inputs."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.lib.date_reading import parse_date
from shangji.lib.errors import BadInput
from shangji.lib.money import parse_money
from shangji.lib.values import dataclass
from shangji.phases.evaluate.actions.profit import Scenario
from shangji.phases.evaluate.models import ProfitForecast
from shangji.phases.evaluate.rules.cash_plan import (
    COST,
    INCOME,
    MOST_LINES,
    MOST_PERIODS,
    Line,
    Plan,
    plan_from_json,
)
from shangji.phases.evaluate.rules.cash_text import KIND_WORDS
from shangji.phases.evaluate.rules.uncertainty import DISCRETE, Input, Uncertainty
from shangji.phases.evaluate.rules.uncertainty import uncertainty_from_json as stored_uncertainty

#: rows offered for "what moves together"
PAIRS = 3


@dataclass
class Row:
    """A line as it stands in the inputs: all texts, wrong ones included."""

    label: str = ""
    kind: str = INCOME
    cells: list[str] = field(default_factory=list)
    dist: str = ""
    low: str = ""
    mode: str = ""
    high: str = ""
    points: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.label.strip() and not any(cell.strip() for cell in self.cells)


@dataclass
class Grid:
    """The whole form; `errors` by what they belong to."""

    name: str
    currency: str
    period: str
    starts_on: str
    discount_rate: str
    tax_rate: str
    with_risks: bool
    rows: list[Row]
    days: list[str]
    pairs: list[tuple[str, str, str]]
    version: int | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def periods(self) -> int:
        return len(self.days)

    def blame(self, key: str, text: str) -> None:
        self.errors.setdefault(key, []).append(text)

    def add_line(self) -> None:
        if len(self.rows) < MOST_LINES:
            self.rows.append(Row(kind=COST, cells=[""] * self.periods))

    def set_periods(self, count: int) -> None:
        """Widen or narrow the table; what falls off is lost only when it is saved so."""
        count = min(max(count, 1), MOST_PERIODS)
        self.days = (self.days + [""] * count)[:count]
        for row in self.rows:
            row.cells = (row.cells + [""] * count)[:count]

    def paste(self, text: str) -> None:
        """Fill the table from a spreadsheet's rows: a name, perhaps a kind, then amounts."""
        rows = [_pasted(line) for line in text.replace("\r", "").split("\n") if line.strip()]
        if not rows:
            self.blame("paste", _("Nothing was pasted."))
            return
        self.rows = rows[:MOST_LINES]
        self.set_periods(max(len(row.cells) for row in self.rows))


def _pasted(line: str) -> Row:
    label, *cells = (cell.strip() for cell in line.split("\t"))
    kind = ""
    if cells and cells[0].casefold() in KIND_WORDS:
        kind = KIND_WORDS[cells.pop(0).casefold()]
    if not kind:
        amounts = [cell for cell in cells if cell.strip("0.,- −()")]
        negative = [cell for cell in cells if cell[:1] in "-−("]
        kind = COST if amounts and len(negative) == len(amounts) else INCOME
        if kind == COST:
            cells = [cell.strip("-−() ") for cell in cells]
    return Row(label=label[:80], kind=kind, cells=cells[:MOST_PERIODS])


def new_grid(currency: str, starts_on: date, amount: Decimal | None, *, number: int = 1) -> Grid:
    """A scenario over twelve months to begin with: the deal's amount at once, costs to be filled
    in. Only the first one, by `number`, is called after the plan."""
    income = [""] * 12
    if amount is not None:
        income[0] = _grouped(amount)
    return Grid(
        name=_("As planned") if number == 1 else _("Scenario %(n)s") % {"n": number},
        currency=currency,
        period="month",
        starts_on=starts_on.isoformat(),
        discount_rate="10",
        tax_rate="25",
        with_risks=True,
        rows=[
            Row(label=_("Sales"), kind=INCOME, cells=income),
            Row(label=_("Delivery"), kind=COST, cells=[""] * 12),
        ],
        days=[""] * 12,
        pairs=[("", "", "")] * PAIRS,
    )


def grid_of(forecast: ProfitForecast) -> Grid:
    """A stored scenario as texts."""
    plan, unsure = plan_from_json(forecast.plan), stored_uncertainty(forecast.simulation)
    rows = [
        Row(label=one.label, kind=one.kind, cells=[_grouped(v) if v else "" for v in one.values])
        for one in plan.lines
    ]
    for one in unsure.inputs:
        row = rows[one.line]
        row.dist = one.kind
        if one.kind == DISCRETE:
            row.points = ", ".join(f"{value:g}:{weight:g}" for value, weight in one.points)
        else:
            row.low, row.mode, row.high = (f"{v:g}" for v in (one.low, one.mode, one.high))
    pairs = [(str(a), str(b), f"{rho:g}") for a, b, rho in unsure.correlations]
    return Grid(
        name=forecast.name,
        currency=forecast.currency,
        period=forecast.period,
        starts_on=forecast.starts_on.isoformat(),
        discount_rate=_plain(forecast.discount_rate),
        tax_rate=_plain(forecast.tax_rate),
        with_risks=forecast.with_risks,
        rows=rows,
        days=[day.isoformat() for day in plan.days] or [""] * plan.periods,
        pairs=(pairs + [("", "", "")] * PAIRS)[: max(PAIRS, len(pairs))],
        version=forecast.version,
    )


def read_grid(data: QueryDict) -> Grid:
    """The form as it was sent, nothing checked yet."""
    count = min(_count(data, "rows"), MOST_LINES)
    periods = min(max(_count(data, "periods"), 1), MOST_PERIODS)
    rows = [
        Row(
            label=data.get(f"label-{n}", "")[:80],
            kind=data.get(f"kind-{n}", INCOME),
            cells=[data.get(f"cell-{n}-{t}", "")[:40] for t in range(periods)],
            dist=data.get(f"dist-{n}", ""),
            low=data.get(f"low-{n}", "")[:20],
            mode=data.get(f"mode-{n}", "")[:20],
            high=data.get(f"high-{n}", "")[:20],
            points=data.get(f"points-{n}", "")[:200],
        )
        for n in range(count)
    ]
    return Grid(
        name=data.get("name", "")[:80],
        currency=data.get("currency", "").strip().upper()[:3],
        period=data.get("period", "month"),
        starts_on=data.get("starts_on", "")[:10],
        discount_rate=data.get("discount_rate", "")[:20],
        tax_rate=data.get("tax_rate", "")[:20],
        with_risks=bool(data.get("with_risks")),
        rows=rows,
        days=[data.get(f"day-{t}", "")[:10] for t in range(periods)],
        pairs=[
            (data.get(f"pair-a-{n}", ""), data.get(f"pair-b-{n}", ""), data.get(f"pair-r-{n}", ""))
            for n in range(PAIRS)
        ],
        version=_count(data, "version") or None,
    )


def scenario_of(grid: Grid) -> Scenario | None:
    """The scenario the inputs say; None with `grid.errors` where one cannot be read."""
    lines: list[Line] = []
    inputs: list[Input] = []
    place: dict[str, int] = {}
    for n, row in enumerate(grid.rows):
        if row.is_blank:
            continue
        place[str(n)] = len(lines)
        amounts = tuple(_amount(grid, n, t, cell) for t, cell in enumerate(row.cells))
        lines.append(Line(row.label.strip(), row.kind, amounts))
        if row.dist:
            inputs.append(_input(grid, row, len(lines) - 1))
    days = tuple(_day(grid, t, text) for t, text in enumerate(grid.days))
    starts_on = days[0] if grid.period == "dates" and days else _start(grid)
    scenario = Scenario(
        name=grid.name,
        currency=grid.currency,
        period=grid.period,
        starts_on=starts_on,
        discount_rate=_rate(grid, "discount_rate", grid.discount_rate),
        tax_rate=_rate(grid, "tax_rate", grid.tax_rate),
        with_risks=grid.with_risks,
        plan=Plan(tuple(lines), days if grid.period == "dates" else ()),
        uncertainty=Uncertainty(tuple(inputs), _pairs(grid, place)),
    )
    return None if grid.errors else scenario


def _pairs(grid: Grid, place: Mapping[str, int]) -> tuple[tuple[int, int, float], ...]:
    found = []
    for a, b, text in grid.pairs:
        if not text.strip():
            continue
        if a not in place or b not in place:
            grid.blame("simulation", _("What moves together should be two of the lines above."))
            continue
        found.append((place[a], place[b], float(_decimal(grid, "simulation", text))))
    return tuple(found)


def _input(grid: Grid, row: Row, line: int) -> Input:
    if row.dist == DISCRETE:
        points = []
        for part in row.points.replace("，", ",").split(","):
            value, _colon, weight = part.replace("：", ":").partition(":")
            if value.strip():
                pair = (_decimal(grid, "simulation", value), _decimal(grid, "simulation", weight))
                points.append((float(pair[0]), float(pair[1])))
        return Input(line, row.dist, points=tuple(points))
    low, mode, high = (
        float(_decimal(grid, "simulation", text or "100")) for text in (row.low, row.mode, row.high)
    )
    return Input(line, row.dist, low, mode, high)


def _amount(grid: Grid, n: int, t: int, text: str) -> Decimal:
    if not text.strip():
        return Decimal(0)
    try:
        return parse_money(text, get_language() or "en")
    except (BadInput, ValueError) as problem:
        where = _("Line %(line)s, period %(period)s") % {"line": n + 1, "period": t + 1}
        grid.blame("plan", f"{where}: {problem}")
        return Decimal(0)


def _decimal(grid: Grid, key: str, text: str) -> Decimal:
    try:
        found = Decimal(text.strip().rstrip("%％").replace("−", "-"))
        if found.is_finite():
            return found
    except ArithmeticError:
        pass
    grid.blame(key, _("“%(text)s” is not a number.") % {"text": text[:20]})
    return Decimal(1)


def _rate(grid: Grid, key: str, text: str) -> Decimal:
    found = _decimal(grid, key, text or "0")
    if found != round(found, 4):
        grid.blame(key, _("At most %(n)s decimals.") % {"n": 4})
    return found


def _day(grid: Grid, t: int, text: str) -> date:
    if grid.period != "dates":
        return date.min
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        grid.blame("plan", _("Column %(n)s needs a day.") % {"n": t + 1})
        return date.min
    return found


def _start(grid: Grid) -> date:
    try:
        return date.fromisoformat(grid.starts_on)
    except ValueError:
        grid.blame("starts_on", _("Say when the first period begins."))
        return date.min


def _count(data: QueryDict, key: str) -> int:
    text = data.get(key, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _grouped(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def column_heads(grid: Grid, starts: Sequence[date]) -> list[dict[str, Any]]:
    """What stands over each column."""
    return [{"n": t, "day": starts[t] if t < len(starts) else None} for t in range(grid.periods)]
