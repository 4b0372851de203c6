"""Plain rules of activities: first lines, mentions."""

import re
from collections.abc import Iterable

_BREAKS = re.compile(r"\r\n?|\n")


def subject_and_body(text: str, fallback: str, limit: int = 200) -> tuple[str, str]:
    """A note's first line as subject, the rest as body; a long first line stays whole below."""
    lines = _BREAKS.split(text.strip())
    first = lines[0].strip()
    rest = "\n".join(lines[1:]).strip()
    if not first:
        return fallback[:limit], rest
    if len(first) > limit:
        return f"{first[: limit - 1]}…", "\n".join([first, rest]).strip()
    return first, rest


def move_icon(kind: str, *, is_first: bool, is_undo: bool) -> str:
    """The mark of a move into a stage of a kind (open, won, lost)."""
    if is_first or is_undo:
        return "plus" if is_first else "arrow-back-up"
    return {"won": "trophy", "lost": "circle-x"}.get(kind, "arrow-right")


def mentioned(text: str, people: Iterable[tuple[int, str]]) -> list[int]:
    """Ids of the people named with @ in a text, each once, in the order named.

    "@陈志远 看下" names 陈志远; "@Ann Lee" and "@AnnLee" name Ann Lee and not Ann.
    """
    if "@" not in text:
        return []
    found: list[tuple[int, int]] = []
    taken: set[int] = set()
    folded = text.casefold()
    for pk, name in sorted(people, key=lambda one: -len(one[1])):
        for mark in dict.fromkeys((f"@{name.casefold()}", f"@{name.casefold().replace(' ', '')}")):
            at = folded.find(mark)
            while at >= 0:
                if at not in taken and _ends(folded, at + len(mark)):
                    taken.add(at)
                    found.append((at, pk))
                at = folded.find(mark, at + 1)
    return list(dict.fromkeys(pk for _at, pk in sorted(found)))


def _ends(text: str, at: int) -> bool:
    """A Latin name ends with its word; Chinese runs on."""
    before = text[at - 1]
    if not before.isascii() or at >= len(text):
        return True
    return not (text[at].isascii() and text[at].isalnum())
