"""The history a win model learns from: which opportunities, seen when, and what came of them."""

from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import date, datetime
from typing import Final

from shangji.core.opportunities.models import Opportunity
from shangji.lib.values import dataclass
from shangji.phases.evaluate.queries.stories import days, instant, score_at, scores_of, stories
from shangji.phases.evaluate.rules.story import (
    Story,
    Values,
    looks,
    status_at,
    values_at,
    won_after,
)
from shangji.phases.evaluate.rules.table import LEAST_CLOSED, LEAST_EACH, Table

HORIZON_DAYS: Final = 90
#: an opportunity is looked at every so many days of its open time; rarer in a long history
STEP, LONG_STEP, LONG = 14.0, 30.0, 20_000
#: told of progress after so many
CHUNK: Final = 2000


@dataclass
class History:
    """Looks to learn from. `horizon` None: seen from the opening, won in the end."""

    horizon: int | None
    table: Table = field(default_factory=Table)
    deals: int = 0
    won: int = 0
    learned_from: date | None = None
    learned_to: date | None = None

    def count(self, story: Story, outcome: str, until: float) -> None:
        opened = instant(story.opened).date()
        self.deals += 1
        self.won += outcome == "won"
        self.learned_from = min(self.learned_from or opened, opened)
        self.learned_to = instant(until).date()

    @property
    def is_enough(self) -> bool:
        return self.deals >= LEAST_CLOSED and min(self.won, self.deals - self.won) >= LEAST_EACH


def history(*, now: datetime, told: Callable[[int, int], None] = lambda done, all: None) -> History:
    """All decided opportunities as far as `now`, and open ones that were looked at long enough
    ago to know whether they were won within the horizon."""
    alive = Opportunity.objects.filter(deleted_at=None, created_at__lte=now)
    total = alive.count()
    return gather(stories(alive, now=now), total=total, until=days(now), told=told)


def gather(
    found: Iterable[Story],
    *,
    total: int,
    until: float,
    told: Callable[[int, int], None] = lambda done, all: None,
) -> History:
    """The history these stories make as of an instant; what lies after it is not looked at.

    Where the open time of most of them was recorded, each is looked at again and again while it
    was open, and "won" means within 90 days of the look. Where decided ones came by an import,
    only their opening is known: then the look is at the opening, and "won" means in the end.
    """
    scores = scores_of()
    along, opening = History(HORIZON_DAYS), History(None)
    step = LONG_STEP if total > LONG else STEP
    for number, story in enumerate(found, 1):
        outcome = status_at(story, until)
        decided = outcome not in ("", "open")
        if story.recorded:
            _look_along(along.table, story, until, step, scores.get(story.deal_id))
            if decided:
                along.count(story, outcome, until)
        if decided:
            _look_at_opening(opening.table, story, outcome)
            opening.count(story, outcome, until)
        if number % CHUNK == 0:
            told(number, total)
    dated = along.is_enough and 2 * along.deals >= opening.deals
    return along if dated else opening


def _look_along(
    table: Table,
    story: Story,
    until: float,
    step: float,
    scores: tuple[list[float], list[float]] | None,
) -> None:
    for at in looks(story, until=until - HORIZON_DAYS, step=step):
        table.add(
            story.deal_id,
            at,
            values_at(story, at),
            currency=story.currency,
            won=won_after(story, at, HORIZON_DAYS),
            score=score_at(scores, at),
        )


def _look_at_opening(table: Table, story: Story, outcome: str) -> None:
    table.add(
        story.deal_id,
        story.opened,
        values_at(story, story.opened),
        currency=story.currency,
        won=outcome == "won",
    )


def values_now(story: Story, *, at: float, horizon: int | None) -> Values:
    """What a model that learned with this horizon is asked about an open opportunity."""
    return values_at(story, at if horizon else story.opened)
