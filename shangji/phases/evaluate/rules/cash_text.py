"""A forecast as texts of a sheet, one cell each: its lines, how sure they are, what moves together.

    Income Licences: 0; 390 ×11            Licences: PERT 80, 100, 130
    Cost Rollout: 500; 40 ×11              Rollout: 80:30, 100:50, 120:20
                                           Licences ~ Rollout: 0.5

What is read is plain data (lists of dicts, decimals as texts), the same that `…_data` give of a
stored plan: two of them are equal when the sheet changes nothing.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.lib.date_reading import parse_date
from shangji.lib.errors import BadInput
from shangji.lib.money import parse_money
from shangji.phases.evaluate.rules.cash_plan import COST, INCOME, MOST_PERIODS, Line
from shangji.phases.evaluate.rules.uncertainty import DISCRETE, PERT, TRIANGULAR, Input

#: words by which a line's kind is known, in both languages
KIND_WORDS = {
    "income": INCOME,
    "收入": INCOME,
    "cost": COST,
    "costs": COST,
    "成本": COST,
    "支出": COST,
    "费用": COST,
}
_SHAPES = {"pert": PERT, "triangular": TRIANGULAR, "三角分布": TRIANGULAR, "三角": TRIANGULAR}
#: so many equal amounts in a row are written once
_SHORTEN = 3
_TIMES = re.compile(r"(.+?)\s*[×xX*]\s*([0-9]{1,2})")
_NUMBER = r"[0-9]{1,7}(?:\.[0-9]{1,6})?"
_THREE = re.compile(
    rf"(?P<line>.+?):\s*(?P<shape>{'|'.join(_SHAPES)})"
    rf"\s+(?P<low>{_NUMBER})%?\s*,\s*(?P<mode>{_NUMBER})%?\s*,\s*(?P<high>{_NUMBER})%?",
    re.IGNORECASE,
)
_POINT = rf"{_NUMBER}%?\s*:\s*{_NUMBER}"
_OUTCOMES = re.compile(rf"(?P<line>.+?):\s*(?P<points>{_POINT}(?:\s*,\s*{_POINT})*)")
_PAIR = re.compile(r"(?P<one>.+?)\s*~\s*(?P<other>.+?):\s*(?P<rho>[-−]?[0-9](?:\.[0-9]{1,6})?)")
_WIDE = str.maketrans("：；，、～％", ":;,,~%")

Data = list[dict[str, Any]]


def rows_in(text: str) -> list[tuple[int, str]]:
    """Number and text of each line that says something."""
    rows = enumerate((row.strip() for row in text.splitlines()), 1)
    return [(n, row) for n, row in rows if row]


# ---------------------------------------------------------------------------------------- lines


def lines_data(lines: Sequence[Line]) -> Data:
    return [
        {
            "label": " ".join(one.label.split()),
            "kind": one.kind,
            "values": [plain(value) for value in one.values],
        }
        for one in lines
    ]


def lines_of(data: Data) -> tuple[Line, ...]:
    return tuple(
        Line(one["label"], one["kind"], tuple(Decimal(value) for value in one["values"]))
        for one in data
    )


def lines_text(data: Data) -> str:
    """In the reader's language; `read_lines` reads it in either."""
    words = {INCOME: _("Income"), COST: _("Cost")}
    return "\n".join(
        f"{words.get(one['kind'], one['kind'])} {one['label']}: {_amounts(one['values'])}"
        for one in data
    )


def _amounts(values: Sequence[str]) -> str:
    parts: list[str] = []
    place = 0
    while place < len(values):
        count = 1
        while place + count < len(values) and values[place + count] == values[place]:
            count += 1
        same = [f"{values[place]} ×{count}"] if count >= _SHORTEN else [values[place]] * count
        parts += same
        place += count
    return "; ".join(parts)


def read_lines(text: str, locale: str = "en") -> Data:
    """The lines of a cell, shorter ones filled up with nothing. ValueError names the line."""
    found: Data = []
    for n, row in rows_in(text):
        head, colon, tail = row.replace("：", ":").rpartition(":")
        word, _space, label = head.strip().partition(" ")
        kind = KIND_WORDS.get(word.strip().casefold())
        if not colon or kind is None or not label.strip():
            raise ValueError(
                _("Line %(n)s should read like “Income Licences: 0; 390 ×11”.") % {"n": n}
            )
        values = [plain(one) for part in _parts(tail) for one in _amount(n, part, locale)]
        found.append({"label": label.strip()[:80], "kind": kind, "values": values})
    most = max((len(one["values"]) for one in found), default=0)
    if most > MOST_PERIODS:
        raise ValueError(_("A forecast has 1 to %(n)s periods.") % {"n": MOST_PERIODS})
    for one in found:
        one["values"] += ["0"] * (most - len(one["values"]))
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.translate(_WIDE).replace("\t", ";").split(";")]


def _amount(n: int, text: str, locale: str) -> list[Decimal]:
    """One amount, or one as often as "×12" says; nothing stands for zero."""
    times = _TIMES.fullmatch(text)
    amount, count = (times[1], int(times[2])) if times else (text, 1)
    if not amount:
        return [Decimal(0)]
    try:
        return [parse_money(amount, locale)] * count
    except (BadInput, ValueError) as problem:
        raise ValueError(_("Line %(n)s: %(problem)s") % {"n": n, "problem": problem}) from None


# ----------------------------------------------------------------------------- how sure it is


def inputs_data(inputs: Sequence[Input], lines: Data) -> Data:
    """Each input with its line by name, by "#2" where two lines have one name."""
    return [
        {"line": line_name(one.line, lines), "kind": one.kind}
        | (
            {"points": [[f"{v:g}", f"{w:g}"] for v, w in one.points]}
            if one.kind == DISCRETE
            else {"low": f"{one.low:g}", "mode": f"{one.mode:g}", "high": f"{one.high:g}"}
        )
        for one in inputs
    ]


def inputs_text(data: Data) -> str:
    words = {PERT: "PERT", TRIANGULAR: _("Triangular")}
    rows = []
    for one in data:
        if one["kind"] == DISCRETE:
            told = ", ".join(f"{value}:{weight}" for value, weight in one["points"])
        else:
            told = f"{words[one['kind']]} {one['low']}, {one['mode']}, {one['high']}"
        rows.append(f"{one['line']}: {told}")
    return "\n".join(rows)


def read_inputs(text: str) -> Data:
    """Percents of the plan by line. ValueError names the line of the cell."""
    found: Data = []
    for n, row in rows_in(text):
        three = _THREE.fullmatch(row.translate(_WIDE))
        some = None if three else _OUTCOMES.fullmatch(row.translate(_WIDE))
        if three:
            numbers = {key: f"{float(three[key]):g}" for key in ("low", "mode", "high")}
            kind = _SHAPES[three["shape"].casefold()]
            found.append({"line": three["line"].strip(), "kind": kind, **numbers})
        elif some:
            pairs = [part.replace("%", "").split(":") for part in some["points"].split(",")]
            points = [[f"{float(value):g}", f"{float(weight):g}"] for value, weight in pairs]
            found.append({"line": some["line"].strip(), "kind": DISCRETE, "points": points})
        else:
            raise ValueError(
                _("Line %(n)s should read like “Licences: PERT 80, 100, 130”.") % {"n": n}
            )
    return found


def inputs_of(data: Data, lines: Data) -> tuple[Input, ...]:
    """ValueError names a line that is not there."""
    found = []
    for one in data:
        place = line_place(one["line"], lines)
        if one["kind"] == DISCRETE:
            points = tuple((float(value), float(weight)) for value, weight in one["points"])
            found.append(Input(place, DISCRETE, points=points))
        else:
            low, mode, high = (float(one[key]) for key in ("low", "mode", "high"))
            found.append(Input(place, one["kind"], low, mode, high))
    return tuple(found)


# ------------------------------------------------------------------------- what moves together


def pairs_data(pairs: Sequence[tuple[int, int, float]], lines: Data) -> Data:
    return [
        {"one": line_name(a, lines), "other": line_name(b, lines), "rho": f"{rho:g}"}
        for a, b, rho in pairs
    ]


def pairs_text(data: Data) -> str:
    return "\n".join(f"{one['one']} ~ {one['other']}: {one['rho']}" for one in data)


def read_pairs(text: str) -> Data:
    """ValueError names the line of the cell."""
    found: Data = []
    for n, row in rows_in(text):
        pair = _PAIR.fullmatch(row.translate(_WIDE))
        if pair is None:
            raise ValueError(_("Line %(n)s should read like “Licences ~ Rollout: 0.5”.") % {"n": n})
        rho = float(pair["rho"].replace("−", "-"))
        found.append(
            {"one": pair["one"].strip(), "other": pair["other"].strip(), "rho": f"{rho:g}"}
        )
    return found


def pairs_of(data: Data, lines: Data) -> tuple[tuple[int, int, float], ...]:
    """ValueError names a line that is not there."""
    return tuple(
        (line_place(one["one"], lines), line_place(one["other"], lines), float(one["rho"]))
        for one in data
    )


# ----------------------------------------------------------------------------------------- days


def days_text(days: Sequence[str]) -> str:
    return "; ".join(days)


def read_days(text: str) -> list[str]:
    """Days as ISO texts. ValueError says which one is none."""
    found = []
    for n, part in enumerate((part for part in _parts(text.replace("\n", ";")) if part), 1):
        try:
            day: date | None = parse_date(part)
        except ValueError:
            day = None
        if day is None:
            raise ValueError(_("Column %(n)s needs a day.") % {"n": n})
        found.append(day.isoformat())
    return found


# -------------------------------------------------------------------------------- names of lines


def line_name(place: int, lines: Data) -> str:
    """A line by its name, by "#2" where two have the same."""
    if not 0 <= place < len(lines):
        return f"#{place + 1}"
    label: str = lines[place]["label"]
    return label if Counter(one["label"] for one in lines)[label] == 1 else f"#{place + 1}"


def line_place(name: str, lines: Data) -> int:
    """The line of a name or number. ValueError when there is none, or more than one."""
    wanted = _folded(name)
    places = [n for n, one in enumerate(lines) if _folded(one["label"]) == wanted]
    number = name.removeprefix("#")
    if not places and name.startswith("#") and number.isdecimal() and len(number) < 3:
        places = [n for n in range(len(lines)) if n + 1 == int(number)]
    if len(places) == 1:
        return places[0]
    if places:
        raise ValueError(
            _("Two lines are called “%(name)s”; name them by number, such as #2.") % {"name": name}
        )
    raise ValueError(_("There is no line “%(name)s”.") % {"name": name[:40]})


def _folded(name: str) -> str:
    return name.translate(_WIDE).casefold()


def plain(value: Decimal) -> str:
    """A decimal without an exponent and without zeros at the end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
