"""A draft tried on real opportunities, before anything is published."""

from datetime import datetime

from shangji.foundation.access.actor import Actor
from shangji.lib.values import dataclass
from shangji.phases.evaluate.models import Scorecard
from shangji.phases.evaluate.queries.ranking import ranked
from shangji.phases.evaluate.queries.scorecards import Published, published, readable
from shangji.phases.evaluate.queries.scoring import scored
from shangji.phases.evaluate.rules.scorecards import Card, Words
from shangji.phases.evaluate.rules.scoring import Score, score

SHOWN = 20


@dataclass(frozen=True)
class Tried:
    """One opportunity: as published and by the draft, with its place among those shown."""

    pk: int
    name: str
    before: Score | None
    after: Score
    place_before: int
    place_after: int


@dataclass(frozen=True)
class Preview:
    rows: list[Tried]
    number: int
    broken: bool


def preview(actor: Actor, scorecard: Scorecard, now: datetime) -> Preview:
    """The twenty candidates with the best scores the actor sees, in the draft's order."""
    draft = readable(scorecard.draft)
    live = next((one for one in published() if one.scorecard_id == scorecard.pk), None)
    if draft is None:
        return Preview([], live.number if live else 0, broken=True)
    found, _count = ranked(actor, now)
    names = {one.pk: str(one.row["name"]) for one in found[:SHOWN]}
    after = _scores(scorecard, draft, list(names), now)
    before = _scores(scorecard, live.card, list(names), now) if live and live.card else {}
    places_after, places_before = _places(after), _places(before)
    rows = [
        Tried(
            pk=pk,
            name=names[pk],
            before=before.get(pk),
            after=after[pk],
            place_before=places_before.get(pk, 0),
            place_after=places_after[pk],
        )
        for pk in sorted(names, key=lambda pk: (places_after[pk] or SHOWN + 1, pk))
    ]
    return Preview(rows, live.number if live else 0, broken=False)


def _scores(scorecard: Scorecard, card: Card, ids: list[int], now: datetime) -> dict[int, Score]:
    version = Published(
        scorecard.pk, Words(scorecard.name_zh, scorecard.name_en), scorecard.is_default, 0, 0, card
    )
    return {pk: score(card, one.values) for pk, one in scored(version, ids, now).items()}


def _places(scores: dict[int, Score]) -> dict[int, int]:
    """Shared by equal scores; 0 where nothing is scored."""
    known = [one.points for one in scores.values() if one.points is not None]
    return {
        pk: 0 if one.points is None else 1 + sum(1 for other in known if other > one.points)
        for pk, one in scores.items()
    }
