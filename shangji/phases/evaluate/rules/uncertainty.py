"""How sure each line of a forecast is: distributions in percent of the plan, and what moves
together. Read from stored JSON and checked here; drawn in rules/simulation.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass

VERSION = 1
PERT, TRIANGULAR, DISCRETE = "pert", "triangular", "discrete"
KINDS = (PERT, TRIANGULAR, DISCRETE)
#: twice what is asked for: the median of a wide forecast then holds within a percent
DRAWS, SEED = 20_000, 2026
MOST_PERCENT = 1000.0


@dataclass(frozen=True)
class Input:
    """One line's outcome as percent of what is planned: 100 is as planned.

    `points` are (percent, weight) of a discrete one; `low`, `mode`, `high` serve the others.
    """

    line: int
    kind: str
    low: float = 100.0
    mode: float = 100.0
    high: float = 100.0
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Uncertainty:
    """Inputs by line; `correlations` are (line, line, rho), rho of the Gaussian copula."""

    inputs: tuple[Input, ...] = ()
    correlations: tuple[tuple[int, int, float], ...] = ()
    draws: int = DRAWS
    seed: int = SEED


@dataclass(frozen=True)
class Event:
    """A risk in the forecast's currency: happens with a chance (0 to 1) and then costs a loss."""

    label: str
    chance: float
    loss: float


def check_uncertainty(given: Uncertainty, lines: Sequence[str]) -> None:
    """Each distribution holds and the correlations can all be true at once. Invalid else."""
    errors: list[str] = []
    for one in given.inputs:
        if not 0 <= one.line < len(lines):
            errors.append(_("An uncertainty belongs to no line."))
            continue
        errors += _faults(one, lines[one.line])
    known = {one.line for one in given.inputs}
    for a, b, rho in given.correlations:
        if a == b or a not in known or b not in known:
            errors.append(_("What moves together should be two different uncertain lines."))
        elif not -1 < rho < 1:
            errors.append(_("A correlation lies between −1 and 1."))
    if not errors and not is_possible(correlation_rows(given)):
        errors.append(_("These correlations contradict one another; weaken one of them."))
    if errors:
        raise Invalid({"simulation": errors})


def _faults(one: Input, label: str) -> list[str]:
    name = {"name": label}
    if one.kind == DISCRETE:
        if not 1 <= len(one.points) <= 12:
            return [_("“%(name)s”: give 1 to 12 outcomes, such as 80:30, 100:50, 120:20.") % name]
        values = [value for value, _weight in one.points]
        weights = [weight for _value, weight in one.points]
        if any(not 0 <= value <= MOST_PERCENT for value in values) or any(
            not 0 < weight <= 1e6 for weight in weights
        ):
            return [_("“%(name)s”: outcomes are 0 to 1000 percent, weights above zero.") % name]
        return []
    if one.kind not in KINDS:
        return [_("“%(name)s”: choose a distribution from the list.") % name]
    if not 0 <= one.low <= one.mode <= one.high <= MOST_PERCENT:
        return [_("“%(name)s”: lowest ≤ most likely ≤ highest, 0 to 1000 percent.") % name]
    return []


def correlation_rows(given: Uncertainty) -> list[list[float]]:
    """The correlation matrix of the inputs, in their order."""
    place = {one.line: n for n, one in enumerate(given.inputs)}
    size = len(given.inputs)
    rows = [[1.0 if a == b else 0.0 for b in range(size)] for a in range(size)]
    for a, b, rho in given.correlations:
        if a in place and b in place:
            rows[place[a]][place[b]] = rows[place[b]][place[a]] = rho
    return rows


def is_possible(rows: Sequence[Sequence[float]]) -> bool:
    """Whether a matrix can be one of correlations: positive definite (Cholesky exists)."""
    size = len(rows)
    lower = [[0.0] * size for _row in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = rows[i][j] - sum(lower[i][k] * lower[j][k] for k in range(j))
            if i == j:
                if rest <= 1e-9:
                    return False
                lower[i][i] = rest**0.5
            else:
                lower[i][j] = rest / lower[j][j]
    return True


def uncertainty_to_json(given: Uncertainty) -> dict[str, Any]:
    return {
        "version": VERSION,
        "draws": given.draws,
        "seed": given.seed,
        "inputs": [
            {
                "line": one.line,
                "kind": one.kind,
                "low": one.low,
                "mode": one.mode,
                "high": one.high,
                "points": [list(point) for point in one.points],
            }
            for one in given.inputs
        ],
        "correlations": [list(one) for one in given.correlations],
    }


def uncertainty_from_json(data: Any) -> Uncertainty:
    """From stored JSON; nothing stored is no uncertainty. ValueError says what does not hold."""
    if data in ({}, None):
        return Uncertainty()
    if not isinstance(data, Mapping) or data.get("version") != VERSION:
        raise ValueError("version: should be 1")
    try:
        inputs = tuple(
            Input(
                int(one["line"]),
                str(one["kind"]),
                float(one["low"]),
                float(one["mode"]),
                float(one["high"]),
                tuple((float(value), float(weight)) for value, weight in one["points"]),
            )
            for one in data["inputs"]
        )
        pairs = tuple((int(a), int(b), float(rho)) for a, b, rho in data["correlations"])
        return Uncertainty(inputs, pairs, int(data["draws"]), int(data["seed"]))
    except (KeyError, TypeError) as problem:
        raise ValueError(f"inputs: {problem}") from None
