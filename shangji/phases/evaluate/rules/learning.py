"""Training a win model: logistic regression, calibrated, tested on what came later.

Imports numpy and scikit-learn at its top: import this module inside a function, in the worker.
"""

from math import isnan
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.measures import Measures, base_rate, measure
from shangji.phases.evaluate.rules.story import AT_OPENING
from shangji.phases.evaluate.rules.table import Table

Floats = NDArray[np.float64]
#: a level seen less often than this while learning counts as "any other"
RAREST_LEVEL: Final = 20
MOST_LEVELS: Final = 150
#: newer looks weigh more: half as much after so many days
RECENCY_DAYS: Final = 180.0
STRENGTH: Final = 0.3  # C of scikit-learn: smaller pulls effects harder towards none
#: isotonic calibration needs many; with fewer a curve of two numbers (Platt) errs less
ISOTONIC_WON, ISOTONIC_ROWS = 1000, 10_000
FOLDS_FEW, FOLDS_MANY, MANY_ROWS = 5, 2, 30_000
MOST_ROWS: Final = 250_000


@dataclass(frozen=True)
class Spec:
    """How looks become columns: learned on the learning part, applied to any."""

    numbers: dict[str, tuple[float, float, bool]]  # mean, deviation, whether it can be missing
    levels: dict[str, dict[int, int]]  # code -> column of its category
    medians: dict[str, float]


@dataclass(frozen=True)
class Fitted:
    """A fitted regression: log odds = columns · weights + intercept, then calibrated."""

    spec: Spec
    weights: Floats
    intercept: float
    calibration: dict[str, Any]
    means: Floats

    def chances(self, table: Table, rows: NDArray[np.intp]) -> Floats:
        """Chances of winning of these rows, 0.01 to 0.99."""
        odds = columns(self.spec, table, rows) @ self.weights + self.intercept
        return np.clip(_apply(self.calibration, odds), 0.01, 0.99)


def fit(table: Table, rows: NDArray[np.intp], *, at_opening: bool, seed: int = 0) -> Fitted:
    """Learn from these rows."""
    rows = _at_most(table, rows, MOST_ROWS)
    won = _won(table, rows)
    spec = specify(table, rows, at_opening=at_opening)
    matrix = columns(spec, table, rows)
    deals = np.unique(np.frombuffer(table.deal, dtype=np.int64)[rows], return_inverse=True)[1]
    recency = _recency(table, rows)
    # looks at one opportunity are no news to one another: together they count as one
    recency *= (int(deals.max()) + 1) / recency.sum()
    weights, intercept = _regress(matrix, won, recency)
    folds = FOLDS_MANY if len(rows) > MANY_ROWS else FOLDS_FEW
    # the same opportunity is never on both sides: a fold is a share of the opportunities
    fold = np.random.default_rng(seed).permutation(int(deals.max()) + 1)[deals] % folds
    odds = np.zeros(len(rows))
    for number in range(folds):
        away = fold == number
        if won[~away].min(initial=1.0) == won[~away].max(initial=0.0) or not away.any():
            continue
        other, offset = _regress(matrix[~away], won[~away], recency[~away])
        odds[away] = matrix[away] @ other + offset
    means = np.asarray(matrix.mean(axis=0)).ravel()
    return Fitted(spec, weights, intercept, _calibrate(odds, won, recency), means)


def specify(table: Table, rows: NDArray[np.intp], *, at_opening: bool) -> Spec:
    """Which columns there are: what never varies, or is seen too rarely, is none."""
    medians: dict[str, float] = {}
    amount = _number(table, "amount", rows)
    currency = np.frombuffer(table.codes["currency"], dtype=np.int32)[rows]
    for name, code in table.levels["currency"].items():
        known = amount[(currency == code) & ~np.isnan(amount)]
        if len(known) >= RAREST_LEVEL:
            medians[name] = float(np.median(known))
    numbers: dict[str, tuple[float, float, bool]] = {}
    for name in table.numbers:
        if at_opening and name not in AT_OPENING:
            continue
        values = _values(table, name, rows, medians)
        known = values[~np.isnan(values)]
        if len(known) < RAREST_LEVEL:
            continue
        deviation = float(known.std())
        missing = len(values) - len(known) >= RAREST_LEVEL
        if deviation > 1e-9 or missing:
            numbers[name] = (float(known.mean()), max(deviation, 1e-6), missing)
    levels: dict[str, dict[int, int]] = {}
    for name in table.codes:
        if name == "currency" or (at_opening and name not in AT_OPENING):
            continue
        codes = np.frombuffer(table.codes[name], dtype=np.int32)[rows]
        counts = np.bincount(codes, minlength=1)
        common = [int(code) for code in np.argsort(-counts, kind="stable")[:MOST_LEVELS]]
        kept = [code for code in common if counts[code] >= RAREST_LEVEL]
        if len(kept) > 1 or (kept and counts[kept[0]] < len(rows)):
            levels[name] = {code: place for place, code in enumerate(kept)}
    return Spec(numbers, levels, medians)


def columns(spec: Spec, table: Table, rows: NDArray[np.intp]) -> csr_matrix:
    """The looks as numbers: standardised, a mark where missing, one column per level."""
    dense = []
    for name, (mean, deviation, missing) in spec.numbers.items():
        values = _values(table, name, rows, spec.medians)
        unknown = np.isnan(values)
        dense.append(np.where(unknown, 0.0, (values - mean) / deviation))
        if missing:
            dense.append(unknown.astype(float))
    parts = [csr_matrix(np.column_stack(dense))] if dense else []
    for name, places in spec.levels.items():
        codes = np.frombuffer(table.codes[name], dtype=np.int32)[rows]
        place_of = np.full(max(int(codes.max(initial=0)), *places) + 1, -1)
        for code, place in places.items():
            place_of[code] = place
        at = place_of[codes]
        known = np.flatnonzero(at >= 0)
        ones = np.ones(len(known))
        parts.append(csr_matrix((ones, (known, at[known])), shape=(len(rows), len(places))))
    return csr_matrix(hstack(parts)) if parts else csr_matrix((len(rows), 0))


def test_against(
    fitted: Fitted, table: Table, learned: NDArray[np.intp], later: NDArray[np.intp]
) -> Measures:
    """How the model does on what came later, beside the base rate of what it learned from."""
    base = base_rate(_won(table, learned), _recency(table, learned), _won(table, later))
    deals = np.frombuffer(table.deal, dtype=np.int64)[later]
    scores = np.frombuffer(table.score, dtype=np.float32)[later].astype(float)
    return measure(
        fitted.chances(table, later), _won(table, later), deals=deals, base=base, scores=scores
    )


def exported(fitted: Fitted, table: Table) -> dict[str, Any]:
    """The model as JSON, as rules/prediction.py reads it."""
    place, total = 0, fitted.intercept
    numbers: dict[str, Any] = {}
    categories: dict[str, Any] = {}
    for name, (mean, deviation, missing) in fitted.spec.numbers.items():
        weight, absent, centre = float(fitted.weights[place]), 0.0, 0.0
        centre = weight * float(fitted.means[place])
        place += 1
        if missing:
            absent = float(fitted.weights[place])
            centre += absent * float(fitted.means[place])
            place += 1
        total += centre
        numbers[name] = {
            "mean": mean,
            "std": deviation,
            "weight": weight,
            "missing": absent,
            "centre": centre,
        }
    for name, places in fitted.spec.levels.items():
        names = {code: level for level, code in table.levels[name].items()}
        found = fitted.weights[place : place + len(places)]
        centre = float(found @ fitted.means[place : place + len(places)])
        place += len(places)
        total += centre
        levels = {names[code]: float(found[at]) for code, at in places.items()}
        categories[name] = {"levels": levels, "centre": centre}
    return {
        "version": 1,
        "intercept": total,
        "numbers": numbers,
        "categories": categories,
        "medians": fitted.spec.medians,
        "calibration": fitted.calibration,
    }


def _won(table: Table, rows: NDArray[np.intp]) -> Floats:
    return np.frombuffer(table.won, dtype=np.int8)[rows].astype(float)


def _number(table: Table, name: str, rows: NDArray[np.intp]) -> Floats:
    return np.frombuffer(table.numbers[name], dtype=np.float32)[rows].astype(float)


def _values(table: Table, name: str, rows: NDArray[np.intp], medians: dict[str, float]) -> Floats:
    values = _number(table, name, rows)
    if name != "amount":
        return values
    by_code = np.full(max(len(table.levels["currency"]), 1), np.nan)
    for currency, code in table.levels["currency"].items():
        by_code[code] = medians.get(currency, np.nan)
    found: Floats = values - by_code[np.frombuffer(table.codes["currency"], dtype=np.int32)[rows]]
    return found


def _recency(table: Table, rows: NDArray[np.intp]) -> Floats:
    at = np.frombuffer(table.at, dtype=np.float64)[rows]
    found: Floats = np.exp2((at - at.max(initial=0.0)) / RECENCY_DAYS)
    return found


def _at_most(table: Table, rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """Whole opportunities, evenly picked, when there are more looks than needed."""
    if len(rows) <= most:
        return rows
    deals = np.frombuffer(table.deal, dtype=np.int64)[rows]
    every = len(rows) / most
    order = np.unique(deals, return_inverse=True)[1]
    kept: NDArray[np.intp] = rows[np.floor(order / every) != np.floor((order - 1) / every)]
    return kept


def _regress(matrix: csr_matrix, won: Floats, weight: Floats) -> tuple[Floats, float]:
    if matrix.shape[1] == 0:
        share = float(np.average(won, weights=weight))
        return np.zeros(0), float(np.log(share / (1 - share)))
    model = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-4)
    model.fit(matrix, won, sample_weight=weight)
    return model.coef_[0], float(model.intercept_[0])


def _calibrate(odds: Floats, won: Floats, weight: Floats) -> dict[str, Any]:
    if won.sum() >= ISOTONIC_WON and len(won) >= ISOTONIC_ROWS:
        curve = IsotonicRegression(y_min=0.001, y_max=0.999, out_of_bounds="clip")
        curve.fit(odds, won, sample_weight=weight)
        xs, ys = curve.X_thresholds_, curve.y_thresholds_
        return {"kind": "isotonic", "x": xs.tolist(), "y": ys.tolist()}
    if float(odds.std()) < 1e-9:
        return {"kind": "platt", "slope": 1.0, "offset": 0.0}
    line = LogisticRegression(C=1e6, max_iter=300)
    line.fit(odds[:, None], won, sample_weight=weight / weight.mean())
    slope, offset = float(line.coef_[0, 0]), float(line.intercept_[0])
    if isnan(slope) or slope <= 0:  # out of fold it knew nothing: leave the base rate
        share = float(np.average(won, weights=weight))
        return {"kind": "platt", "slope": 0.0, "offset": float(np.log(share / (1 - share)))}
    return {"kind": "platt", "slope": slope, "offset": offset}


def _apply(calibration: dict[str, Any], odds: Floats) -> Floats:
    found: Floats
    if calibration["kind"] == "platt":
        found = 1 / (1 + np.exp(-(calibration["slope"] * odds + calibration["offset"])))
    else:
        found = np.interp(odds, calibration["x"], calibration["y"])
    return found
