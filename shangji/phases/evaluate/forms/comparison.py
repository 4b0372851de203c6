"""The address of a comparison: which opportunities, which card, which weights."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from shangji.lib.values import dataclass
from shangji.phases.evaluate.forms.ids import id_in
from shangji.phases.evaluate.queries.comparison import MOST

#: more digits than this are no weight anybody set
_LONGEST = 12
#: a weight in an address is the nearest fraction of small parts: 0.28125 is 9/32, 0.33333333 a
#: third, so that a tie at a turning point stays a tie
_PARTS = 5000


@dataclass(frozen=True)
class Asked:
    """What is compared. Anything unreadable in the address counts as not given.

    Attributes:
        weights: as typed by the sliders, in any measure; empty for the card's own.
    """

    ids: tuple[int, ...]
    card: int | None
    weights: dict[str, Fraction]
    chart: str

    def url_params(self, **changes: Any) -> str:
        """The same address with changes: `ids`, `card`, `weights`, `chart`."""
        ids = changes.get("ids", self.ids)
        card = changes.get("card", self.card)
        weights = changes.get("weights", self.weights)
        chart = changes.get("chart", self.chart)
        pairs: list[tuple[str, Any]] = [("ids", ",".join(map(str, ids)))]
        if card is not None:
            pairs.append(("card", card))
        pairs += [
            (f"w-{key}", f"{float(weight):.8f}".rstrip("0")) for key, weight in weights.items()
        ]
        if chart == "bars":
            pairs.append(("chart", "bars"))
        return urlencode(pairs)


def read_asked(params: QueryDict) -> Asked:
    """`ids` (several, or one with commas), `add`, `drop`, `card`, `w-<criterion>`, `chart`."""
    texts = [text for given in params.getlist("ids") for text in given[:200].split(",")]
    ids = [one for text in texts if (one := id_in(text)) is not None]
    added, dropped = id_in(params.get("add", "")), id_in(params.get("drop", ""))
    if added is not None:
        ids.append(added)
    kept = [one for one in dict.fromkeys(ids) if one != dropped][:MOST]
    weights = {}
    for name, text in params.items():
        if name.startswith("w-") and (weight := _weight(str(text))) is not None:
            weights[name[2:]] = weight
    return Asked(
        ids=tuple(kept),
        card=id_in(params.get("card", "")),
        weights=weights,
        chart="bars" if params.get("chart") == "bars" else "",
    )


def _weight(text: str) -> Fraction | None:
    try:
        value = Decimal(text) if len(text) <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= 1:
        return None
    return Fraction(value).limit_denominator(_PARTS)
