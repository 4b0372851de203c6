"""Many looks at many opportunities, column by column: what a win model is trained on."""

from array import array
from math import nan
from typing import Final

from shangji.phases.evaluate.rules.story import CATEGORIES, NUMBERS, Values

#: fewer closed opportunities, or fewer of one outcome, and the product does not guess
LEAST_CLOSED: Final = 100
LEAST_EACH: Final = 30


class Table:
    """One row per look. Columns are arrays, so that half a million looks fit into little memory.

    `won` is 1 or 0; `codes[name]` holds places in `levels[name]`; a missing number is NaN.
    """

    def __init__(self) -> None:
        self.deal = array("q")
        self.at = array("d")
        self.won = array("b")
        self.score = array("f")
        self.numbers = {name: array("f") for name in NUMBERS}
        self.codes = {name: array("i") for name in (*CATEGORIES, "currency")}
        self.levels: dict[str, dict[str, int]] = {name: {} for name in self.codes}

    def __len__(self) -> int:
        return len(self.at)

    def add(
        self,
        deal_id: int,
        at: float,
        values: Values,
        *,
        currency: str,
        won: bool,
        score: float | None = None,
    ) -> None:
        """One look: the features as of `at`, what came of it, the hand score of that day."""
        self.deal.append(deal_id)
        self.at.append(at)
        self.won.append(won)
        self.score.append(nan if score is None else score)
        for name, column in self.numbers.items():
            value = values.get(name)
            column.append(nan if value is None else float(value))
        for name, codes in self.codes.items():
            level = currency if name == "currency" else str(values.get(name) or "")
            known = self.levels[name]
            codes.append(known.setdefault(level, len(known)))
