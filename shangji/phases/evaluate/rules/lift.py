"""Do high scores win more? Decided opportunities by the value that stood before the decision."""

from collections.abc import Iterable, Sequence
from typing import Final

from shangji.lib.statistics import Share, share_of
from shangji.lib.values import dataclass

#: a band with fewer shows its count and no share
LEAST_IN_BAND: Final = 10
#: fewer decided ones with a value, and there is no report
LEAST_DECIDED: Final = 30


@dataclass(frozen=True)
class Band:
    """A grade or a tenth: how many were decided, won, and by how much more than all of them.

    `share` is None under the sample; `lift` is the share of the band over the share of all.
    """

    label: str
    n: int
    won: int
    share: Share | None
    lift: float | None


def bands(groups: Sequence[tuple[str, Sequence[bool]]]) -> list[Band]:
    """One band per group of outcomes (True: won), in the order given."""
    every = [won for _label, outcomes in groups for won in outcomes]
    level = sum(every) / len(every) if every else 0.0
    found = []
    for label, outcomes in groups:
        n, won = len(outcomes), sum(outcomes)
        share = share_of(won, n, LEAST_IN_BAND)
        lift = share.share / level if share is not None and level else None
        found.append(Band(label, n, won, share, lift))
    return found


def tenths(pairs: Iterable[tuple[float, bool]]) -> list[tuple[str, list[bool]]]:
    """Outcomes in ten parts of equal size, fewer where a part would be too small; highest values
    first, each named by its range."""
    ordered = sorted(pairs, key=lambda one: -one[0])
    count = max(1, min(10, len(ordered) // LEAST_IN_BAND))
    found = []
    for part in range(count):
        start, end = part * len(ordered) // count, (part + 1) * len(ordered) // count
        rows = ordered[start:end]
        if rows:
            low, high = round(rows[-1][0]), round(rows[0][0])
            name = f"{low}%" if low == high else f"{low}–{high}%"
            found.append((name, [won for _value, won in rows]))
    return found


def falls_with_rank(found: Sequence[Band]) -> bool | None:
    """Whether each band with a share wins no more than the one above it, intervals allowed for:
    False when a lower one is clearly above a higher one; None with fewer than two."""
    shown = [one.share for one in found if one.share is not None]
    if len(shown) < 2:
        return None
    return all(
        lower.low <= higher.high
        for place, higher in enumerate(shown)
        for lower in shown[place + 1 :]
    )
