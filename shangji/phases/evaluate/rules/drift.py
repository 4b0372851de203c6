"""Whether the world moved since a model learned: the share won, and what opportunities are like.

Imports numpy at its top: import this module inside a function, in the worker.
"""

from math import erfc, log, sqrt
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shangji.phases.evaluate.rules.learning import Spec
from shangji.phases.evaluate.rules.table import Table

#: the share won moved: unlikely by chance, and by so many percent points
LEVEL_P, LEVEL_POINTS = 0.01, 2.0
#: a feature moved: population stability index over this (0.2 is the usual line)
MOVED_PSI: Final = 0.2
MOST_NAMED: Final = 5
#: counts that only ever grow: that they moved says nothing
GROWING: Final = frozenset({"earlier_wins"})


def level_drift(before: NDArray[np.float64], after: NDArray[np.float64]) -> dict[str, Any]:
    """The share won before and after, with counts; `moved` when it is no accident."""
    n, m = len(before), len(after)
    first, second = float(before.mean()), float(after.mean())
    pooled = (before.sum() + after.sum()) / (n + m)
    error = sqrt(max(pooled * (1 - pooled), 1e-12) * (1 / n + 1 / m))
    p = erfc(abs(second - first) / error / sqrt(2))
    moved = p < LEVEL_P and abs(second - first) * 100 >= LEVEL_POINTS
    return {"before": first, "after": second, "n": [n, m], "moved": bool(moved)}


def moved_features(
    table: Table, before: NDArray[np.intp], after: NDArray[np.intp], spec: Spec
) -> list[dict[str, Any]]:
    """Features whose distribution moved, worst first; a category names the level that moved most
    with its share before and after, a number its means."""
    found: list[dict[str, Any]] = []
    for name, places in spec.levels.items():
        codes = np.frombuffer(table.codes[name], dtype=np.int32)
        size = max(places) + 2
        first = np.bincount(_kept(codes[before], places, size), minlength=size)
        second = np.bincount(_kept(codes[after], places, size), minlength=size)
        index = stability(first, second)
        if index >= MOVED_PSI:
            shares = [first / first.sum(), second / second.sum()]
            known = list(places)
            worst = max(known, key=lambda code: abs(shares[1][code] - shares[0][code]))
            names = {code: level for level, code in table.levels[name].items()}
            found.append(
                {
                    "term": name,
                    "value": names[worst],
                    "before": float(shares[0][worst]),
                    "after": float(shares[1][worst]),
                    "psi": index,
                }
            )
    for name in spec.numbers:
        if name in GROWING:
            continue
        values = np.frombuffer(table.numbers[name], dtype=np.float32)
        old, new = values[before], values[after]
        old, new = old[~np.isnan(old)], new[~np.isnan(new)]
        if not len(old) or not len(new):
            continue
        edges = np.unique(np.quantile(old, np.linspace(0.1, 0.9, 9)))
        size = len(edges) + 1
        index = stability(
            np.bincount(np.searchsorted(edges, old), minlength=size),
            np.bincount(np.searchsorted(edges, new), minlength=size),
        )
        if index >= MOVED_PSI:
            found.append(
                {
                    "term": name,
                    "before": float(old.mean()),
                    "after": float(new.mean()),
                    "psi": index,
                }
            )
    return sorted(found, key=lambda one: -float(one["psi"]))[:MOST_NAMED]


def stability(before: NDArray[np.intp], after: NDArray[np.intp]) -> float:
    """Population stability index of two histograms; half a row is added to each bin, so that an
    empty one does not weigh without end."""
    total = 0.0
    n, m = before.sum() + 0.5 * len(before), after.sum() + 0.5 * len(after)
    for old, new in zip(before, after, strict=True):
        p, q = (old + 0.5) / n, (new + 0.5) / m
        total += (q - p) * log(q / p)
    return float(total)


def _kept(codes: NDArray[np.int32], places: dict[int, int], size: int) -> NDArray[np.int32]:
    """Codes that have a column; all others share the last place."""
    known = np.isin(codes, list(places))
    found: NDArray[np.int32] = np.where(known, codes, size - 1).astype(np.int32)
    return found
