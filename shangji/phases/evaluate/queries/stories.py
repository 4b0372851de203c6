"""The dated facts of opportunities, read from the ledgers: moves, changes, touches, activities.

For the worker and for one opportunity in hand; the caller has looked whether it may be seen.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

from shangji.core.activities.models import Activity
from shangji.core.channels.models import Touch
from shangji.core.opportunities.models import Opportunity, Stage, StageMove
from shangji.core.opportunities.rules import status_after
from shangji.foundation.audit.models import Change
from shangji.phases.evaluate.models import StandingPoint
from shangji.phases.evaluate.rules.story import Story

EPOCH = date(1970, 1, 1).toordinal()
CHUNK = 2000
_COLUMNS = (
    "pk",
    "opened_on",
    "created_at",
    "closed_at",
    "status",
    "stage_id",
    "currency",
    "channel_id",
    "kind",
    "account_id",
)


def days(at: datetime) -> float:
    """An instant as days since 1970, UTC."""
    return at.timestamp() / 86400


def instant(at: float) -> datetime:
    return datetime.fromtimestamp(at * 86400, UTC)


def stories(rows: QuerySet[Opportunity], *, now: datetime) -> Iterator[Story]:
    """The stories of these opportunities as far as `now`, a few queries per thousand."""
    reader = _Reader(now)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        yield from reader.read(pks[start : start + CHUNK])


class _Reader:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.until = days(now)
        self.status = {
            pk: status_after(stage_kind=kind, stage_phase=phase)
            for pk, kind, phase in Stage.objects.values_list("pk", "kind", "phase")
        }

    def read(self, pks: list[int]) -> Iterator[Story]:
        span = {"gte": pks[0], "lte": pks[-1]}
        wanted = set(pks)
        rows = Opportunity.objects.filter(pk__gte=pks[0], pk__lte=pks[-1]).values(*_COLUMNS)
        openings = {row["pk"]: row for row in rows if row["pk"] in wanted}
        wins = self._wins({row["account_id"] for row in openings.values()} - {None})
        found = {pk: self._begin(row, wins) for pk, row in openings.items()}
        self._moves(found, span)
        self._touches(found, span)
        self._talks(found, span)
        self._changes(found, openings, span)
        for pk, story in found.items():
            if not story.stays:  # rows from before there was a ledger
                row = openings[pk]
                story.stays.append((story.opened, row["stage_id"], row["status"]))
        return iter(found.values())

    def _wins(self, accounts: set[int]) -> dict[int, list[tuple[float, int]]]:
        """When opportunities of these accounts were won."""
        found: dict[int, list[tuple[float, int]]] = {}
        won = Opportunity.objects.filter(
            status="won", deleted_at=None, closed_at__lte=self.now, account__in=accounts
        )
        for account, at, pk in won.values_list("account_id", "closed_at", "pk"):
            assert account is not None and at is not None  # filtered above
            found.setdefault(account, []).append((days(at), pk))
        for instants in found.values():
            instants.sort()
        return found

    def _begin(self, row: dict[str, Any], wins: dict[int, list[tuple[float, int]]]) -> Story:
        created = days(row["created_at"])
        opened = min(float(row["opened_on"].toordinal() - EPOCH), created)
        closed = row["closed_at"]
        won = wins.get(row["account_id"], ())
        return Story(
            deal_id=row["pk"],
            opened=opened,
            weekday=row["opened_on"].weekday(),
            currency=row["currency"],
            recorded=closed is None or created < days(closed) - 1,
            earlier_wins=[at for at, pk in won if pk != row["pk"]],
        )

    def _moves(self, found: dict[int, Story], span: dict[str, int]) -> None:
        rows = StageMove.objects.filter(
            opportunity_id__gte=span["gte"],
            opportunity_id__lte=span["lte"],
            entered_at__lte=self.now,
        ).order_by("id")
        for pk, at, stage in rows.values_list("opportunity_id", "entered_at", "stage_id"):
            story = found.get(pk)
            if story is not None:
                story.stays.append((days(at), stage, self.status[stage]))

    def _touches(self, found: dict[int, Story], span: dict[str, int]) -> None:
        rows = Touch.objects.filter(
            opportunity_id__gte=span["gte"], opportunity_id__lte=span["lte"], at__lte=self.now
        ).order_by("at")
        first: set[int] = set()
        for pk, at, page, machine in rows.values_list("opportunity_id", "at", "page", "is_machine"):
            story = found.get(pk or 0)
            if story is None or pk is None:
                continue
            if pk not in first:
                first.add(pk)
                story.first_page = page
            if not machine:
                story.touches.append(days(at))

    def _talks(self, found: dict[int, Story], span: dict[str, int]) -> None:
        rows = Activity.objects.filter(
            opportunity_id__gte=span["gte"],
            opportunity_id__lte=span["lte"],
            done_at__lte=self.now,
            kind__in=Activity.WITH_CUSTOMER,
            deleted_at=None,
        ).order_by("done_at")
        for pk, at in rows.values_list("opportunity_id", "done_at"):
            story = found.get(pk or 0)
            if story is not None and at is not None:
                story.talks.append(days(at))

    def _changes(
        self,
        found: dict[int, Story],
        openings: dict[int, dict[str, Any]],
        span: dict[str, int],
    ) -> None:
        rows = Change.objects.filter(
            record_type="opportunity",
            record_id__gte=span["gte"],
            record_id__lte=span["lte"],
            operation__at__lte=self.now,
        ).order_by("record_id", "id")
        for pk, at, fields in rows.values_list("record_id", "operation__at", "fields"):
            story = found.get(pk)
            if story is not None and fields:
                _note(story, days(at), fields)
        for pk, story in found.items():
            row = openings[pk]
            if not story.channels and row["channel_id"]:
                story.channels.append((story.opened, str(row["channel_id"])))
            if not story.kinds:
                story.kinds.append((story.opened, row["kind"]))


def _note(story: Story, at: float, fields: dict[str, Any]) -> None:
    """What one change says that a model may know."""
    if "channel" in fields and fields["channel"][1]:
        story.channels.append((at, str(fields["channel"][1])))
    if "kind" in fields and fields["kind"][1]:
        story.kinds.append((at, str(fields["kind"][1])))
    if "amount" in fields:
        after = fields["amount"][1]
        story.amounts.append((at, float(after) if after is not None else None))
    if "push_count" in fields and (fields["push_count"][1] or 0) > (fields["push_count"][0] or 0):
        story.pushes.append(at)
    if "people" in fields:
        before, after = fields["people"]
        if before:
            story.people.append((at, -1, "decider" in before))
        if after:
            story.people.append((at, 1, "decider" in after))
    if "competitors" in fields:
        story.rivals.append((at, len(fields["competitors"][1] or ())))


def scores_of(pks: Iterable[int] | None = None) -> dict[int, tuple[list[float], list[float]]]:
    """The hand scores of opportunities over time: days and values, in order."""
    points = StandingPoint.objects.filter(kind=StandingPoint.SCORE)
    if pks is not None:
        points = points.filter(opportunity__in=list(pks))
    found: dict[int, tuple[list[float], list[float]]] = {}
    for pk, on, value in points.order_by("opportunity", "on").values_list(
        "opportunity_id", "on", "value"
    ):
        on_days, values = found.setdefault(pk, ([], []))
        on_days.append(float(on.toordinal() - EPOCH))
        values.append(float(value))
    return found


def score_at(scores: tuple[list[float], list[float]] | None, at: float) -> float | None:
    """The score that stood at the beginning of the instant's day, None before the first."""
    if scores is None:
        return None
    place = bisect_left(scores[0], float(int(at)))
    return scores[1][place - 1] if place else None
