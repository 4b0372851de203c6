"""One training from looks to a model or to the reason why there is none.

Imports numpy and scikit-learn: import this module inside a function, in the worker.
"""

from collections.abc import Callable
from dataclasses import field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shangji.lib.values import dataclass
from shangji.phases.evaluate.rules.drift import level_drift, moved_features
from shangji.phases.evaluate.rules.learning import (
    Fitted,
    columns,
    exported,
    fit,
    test_against,
)
from shangji.phases.evaluate.rules.measures import Measures
from shangji.phases.evaluate.rules.prediction import calibrated
from shangji.phases.evaluate.rules.table import LEAST_CLOSED, LEAST_EACH, Table

#: the newest share of looks is the test, never learned from while testing
TESTED_SHARE: Final = 0.3
LEAST_TESTED_EACH: Final = 10
LEARNED, BASE_RATE, REFUSED = "learned", "base_rate", "refused"


@dataclass(frozen=True)
class Trained:
    """What came of a training.

    Attributes:
        outcome: learned, base_rate (nothing beats it) or refused (too few).
        why: "", "too_few", "too_short" (no later time to test on) or "no_gain".
        card: JSON for the model card; weights: JSON for predictions, {} unless learned.
    """

    outcome: str
    why: str
    card: dict[str, Any] = field(default_factory=dict)
    weights: dict[str, Any] = field(default_factory=dict)


def train(
    table: Table,
    *,
    deals: int,
    won: int,
    horizon: float | None,
    split_at: float | None = None,
    told: Callable[[str], None] = lambda step: None,
) -> Trained:
    """Learn, test on what came later, and learn anew from all when the test was passed.

    Args:
        deals, won: closed opportunities in the history, and won ones.
        horizon: days within which "won" counts; None: won in the end, seen from the opening.
        split_at: where the test begins (days since 1970); else the newest 30 % of looks.
        told: hears what is being done, for progress.
    """
    if deals < LEAST_CLOSED or min(won, deals - won) < LEAST_EACH:
        return Trained(REFUSED, "too_few")
    at = np.frombuffer(table.at, dtype=np.float64)
    hits = np.frombuffer(table.won, dtype=np.int8)
    learned, later, begins = _split(at, horizon, split_at)
    if not (_mixed(hits[learned], LEAST_EACH) and _mixed(hits[later], LEAST_TESTED_EACH)):
        share = float(hits.mean()) if len(hits) else won / deals
        return Trained(BASE_RATE, "too_short", {"base": share})
    told("learn")
    first = fit(table, learned, at_opening=horizon is None)
    told("test")
    measures = test_against(first, table, learned, later)
    card = {
        "base": float(hits.mean()),
        "rows": len(at),
        "learned": _part(table, learned),
        "tested": {**_part(table, later), "begins": begins},
        "test": _measured(measures),
        "drift": {
            "level": level_drift(hits[learned].astype(float), hits[later].astype(float)),
            "features": moved_features(table, learned, later, first.spec),
        },
    }
    if not measures.beats_base_rate:
        return Trained(BASE_RATE, "no_gain", card)
    told("learn_all")
    every = np.arange(len(at))
    final = fit(table, every, at_opening=horizon is None)
    weights = exported(final, table)
    card["effects"] = _effects(final, table, weights)
    return Trained(LEARNED, "", card, weights)


def _split(
    at: NDArray[np.float64], horizon: float | None, split_at: float | None
) -> tuple[NDArray[np.intp], NDArray[np.intp], float]:
    """Rows to learn from and rows to test on; between them lies the horizon, so that every
    outcome learned from was known before the first tested look."""
    if not len(at):
        return np.array([], dtype=np.intp), np.array([], dtype=np.intp), 0.0
    begins = float(np.quantile(at, 1 - TESTED_SHARE)) if split_at is None else split_at
    gap = horizon or 0.0
    return np.flatnonzero(at < begins - gap), np.flatnonzero(at >= begins), begins


def _mixed(hits: NDArray[np.int8], least: int) -> bool:
    won = int(hits.sum())
    return min(won, len(hits) - won) >= least


def _part(table: Table, rows: NDArray[np.intp]) -> dict[str, Any]:
    at = np.frombuffer(table.at, dtype=np.float64)[rows]
    deals = np.frombuffer(table.deal, dtype=np.int64)[rows]
    hits = np.frombuffer(table.won, dtype=np.int8)[rows]
    return {
        "rows": len(rows),
        "deals": len(np.unique(deals)),
        "won": int(hits.sum()),
        "from": float(at.min()),
        "to": float(at.max()),
    }


def _measured(measures: Measures) -> dict[str, Any]:
    return {
        "auc": list(measures.auc),
        "brier": measures.brier,
        "base_brier": measures.base_brier,
        "base": measures.base,
        "gain": list(measures.gain),
        "ece": measures.ece,
        "bins": measures.bins,
        "score": list(measures.score_auc) if measures.score_auc else None,
        "score_count": measures.score_count,
    }


def _effects(fitted: Fitted, table: Table, weights: dict[str, Any]) -> list[dict[str, Any]]:
    """What each feature does, in percent points against the average opportunity: a number from
    one deviation below its mean to one above, a level as it is, with how often it was seen."""
    calibration, middle = weights["calibration"], weights["intercept"]
    average = calibrated(calibration, middle)
    found: list[dict[str, Any]] = []
    counts = np.asarray(columns(fitted.spec, table, np.arange(len(table))).sum(axis=0)).ravel()
    place = 0
    for name, (mean, deviation, missing) in fitted.spec.numbers.items():
        weight = float(fitted.weights[place])
        place += 2 if missing else 1
        low, high = (calibrated(calibration, middle + sign * weight) for sign in (-1, 1))
        found.append(
            {
                "term": name,
                "low": mean - deviation,
                "high": mean + deviation,
                "points": 100 * (high - low),
            }
        )
    for name, places in fitted.spec.levels.items():
        names = {code: level for level, code in table.levels[name].items()}
        centre = weights["categories"][name]["centre"]
        for code, at in places.items():
            share = float(fitted.weights[place + at]) - centre
            found.append(
                {
                    "term": name,
                    "value": names[code],
                    "n": int(counts[place + at]),
                    "points": 100 * (calibrated(calibration, middle + share) - average),
                }
            )
        place += len(places)
    return sorted(found, key=lambda one: -abs(one["points"]))
