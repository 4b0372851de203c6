"""The criteria that people answer, over all cards, as columns of a sheet: one for each name."""

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import ScorecardVersion
from shangji.phases.evaluate.queries.scorecards import readable
from shangji.phases.evaluate.rules.scorecards import Words

#: a link behind the words an answer rests on: "shutdown in May <https://…>"
_LINKED = re.compile(r"(?P<text>.*?)\s*<(?P<link>[^<>\s]*)>", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """A criterion by name. Cards may share it; `keys` says what each calls it."""

    key: str
    name: Words
    keys: dict[int, str] = field(default_factory=dict)

    def answer(self, scorecard_id: Any, answers: Any) -> Mapping[str, Any]:
        """What a stored document of answers says of it; empty where it says nothing."""
        key = self.keys.get(scorecard_id)
        given = answers.get("answers") if isinstance(answers, Mapping) else None
        found = given.get(key) if key and isinstance(given, Mapping) else None
        return found if isinstance(found, Mapping) else {}


def columns() -> list[Column]:
    """Every criterion that some version of a card asks, by its newest name there; the card that
    gives the score comes first."""
    rows = ScorecardVersion.objects.filter(scorecard__deleted_at=None).order_by(
        "-scorecard__is_default", "scorecard__position", "scorecard_id", "-number"
    )
    found: dict[tuple[str, str], Column] = {}
    seen: set[tuple[int, str]] = set()
    taken: set[str] = set()
    for card_id, definition in rows.values_list("scorecard_id", "definition"):
        card = readable(definition)
        for one in card.asked if card else ():
            if (card_id, one.key) in seen:
                continue
            seen.add((card_id, one.key))
            name = (one.name.zh.casefold(), one.name.en.casefold())
            if name not in found:
                key = one.key if one.key not in taken else f"{card_id}_{one.key}"
                taken.add(key)
                found[name] = Column(key, one.name)
            found[name].keys.setdefault(card_id, one.key)
    return list(found.values())


def evidence_text(answer: Mapping[str, Any]) -> str:
    """Words and link of an answer in one cell; `read_evidence` parts them again."""
    text, link = str(answer.get("text", "")), str(answer.get("link", ""))
    return f"{text} <{link}>".strip() if link or _LINKED.fullmatch(text) else text


def read_evidence(cell: str) -> tuple[str, str]:
    """(words, link)."""
    linked = _LINKED.fullmatch(cell.strip())
    return (linked["text"].strip(), linked["link"]) if linked else (cell.strip(), "")
