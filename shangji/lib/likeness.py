"""How much two keys are alike: letters left out, put in, changed or swapped."""

from __future__ import annotations


def likeness(one: str, other: str, least: int = 0) -> int:
    """Percent of the longer text that need not be changed to get the other, 0 to 100.

    Leaving a character out, putting one in, changing one and swapping two neighbours count one
    each (optimal string alignment). Texts are compared as they are: normalise them first.

    Args:
        least: below this the answer may be 0; the comparison stops as soon as that is sure.
    """
    if one == other:
        return 100 if one else 0
    if len(one) < len(other):
        one, other = other, one
    if not other:
        return 0
    most = len(one) * (100 - least) // 100
    edits = _edits(one, other, most)
    return 0 if edits > most else (len(one) - edits) * 100 // len(one)


def edits(one: str, other: str, most: int) -> int:
    """Letters left out, put in, changed or swapped on the way from one text to the other; anything
    above `most` when there are more."""
    return _edits(one, other, most) if len(one) >= len(other) else _edits(other, one, most)


def _edits(one: str, other: str, most: int) -> int:
    """Optimal string alignment distance; anything above `most` once it must be."""
    if len(one) - len(other) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row, older = row, [i], before
        for j, second in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != second))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        before = above
        if min(row) > most:
            return most + 1
    return row[-1]


def halves(key: str) -> list[tuple[str, str]]:
    """The two parts of a key of which one stays whole when the other is mistyped: ("<", first
    half) and (">", second half). Nothing for keys so short that one slip makes another word."""
    if len(key) < 4:
        return []
    middle = len(key) // 2
    return [("<", key[:middle]), (">", key[-middle:])]


def asked_halves(key: str) -> list[tuple[str, str]]:
    """Halves under which keys with up to two characters more or fewer stand."""
    if len(key) < 4:
        return []
    middle = len(key) // 2
    sizes = [size for size in (middle - 1, middle, middle + 1) if size > 1]
    return [half for size in sizes for half in (("<", key[:size]), (">", key[-size:]))]
