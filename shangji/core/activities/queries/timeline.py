"""The timeline: moves, activities, touches and edits of a record in one order."""

import heapq
from collections.abc import Callable, Collection, Iterable
from dataclasses import field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from shangji.core.accounts.models import Account
from shangji.core.activities.choices import ICONS, KINDS
from shangji.core.activities.models import Activity
from shangji.core.activities.rules import move_icon
from shangji.core.channels.models import Touch
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import Opportunity, Stage, StageMove
from shangji.core.opportunities.queries.pipelines import reason_words, stage_by_id
from shangji.core.opportunities.queries.stepper import moves_of
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import NotFound
from shangji.lib.values import dataclass
from shangji.records.description import describe
from shangji.records.history import Line, lines

#: the last event shown: its instant and order
Cursor = tuple[datetime, str]

PAGE = 50
#: edits looked through for one page
EDITS = 300
TYPES = ("move", "activity", "edit", "touch")
#: fields that say nothing beside the move, activity or touch that set them
_QUIET = frozenset(
    "stage pipeline phase status stage_entered_at closed_at closed_on close_reason close_note"
    " last_contact_at first_touch last_touch push_count forecast_manual probability_manual"
    " next_step_time next_step_owner".split()
)
#: operations whose activity or touch stands in the timeline itself
_TOLD = frozenset({"activity.log", "opportunity.touch", "activity.create", "opportunity.step_done"})
#: operations on what hangs on an opportunity: changed where it stands, not undone from here
_HANGING = frozenset({"opportunity.person", "opportunity.lines", "opportunity.competitors"})
_KIND = {one.value: one.label for one in KINDS}


@dataclass(frozen=True)
class Item:
    """One event. `type` is one of TYPES; `what` holds the row it shows.

    `order` breaks ties of the same instant; with `at` it is the cursor.
    """

    at: datetime
    order: str
    type: str
    icon: str
    who: str
    what: Any
    phase: str = ""
    is_machine: bool = False
    opportunity: Opportunity | None = None
    undo_id: int | None = None


@dataclass
class Day:
    on: date
    items: list[Item] = field(default_factory=list)


@dataclass
class Timeline:
    """One page. `older` is the cursor of the next page, empty at the end."""

    days: list[Day]
    older: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.days


@dataclass(frozen=True)
class MoveShown:
    """A stay as a step: where from, where to, why."""

    before: Stage | None
    after: Stage
    reason: str
    note: str
    is_undo: bool


def timeline(
    actor: Actor,
    *,
    now: datetime,
    opportunity: Opportunity | None = None,
    account: Account | None = None,
    contact: Contact | None = None,
    types: Collection[str] = (),
    before: str = "",
    limit: int = PAGE,
) -> Timeline:
    """What happened to one visible record and, for a customer, to its visible opportunities.

    Args:
        types: of TYPES; empty for all.
        before: the cursor of an earlier page.
    """
    about = _About(actor, now, opportunity, account, contact)
    cursor = _read_cursor(before)
    wanted = [one for one in TYPES if not types or one in types]
    sources: dict[str, Callable[[Cursor | None, int], Iterable[Item]]] = {
        "move": about.moves,
        "activity": about.activities,
        "touch": about.touches,
        "edit": about.edits,
    }
    found = heapq.merge(
        *(sorted(sources[one](cursor, limit + 1), key=_rank, reverse=True) for one in wanted),
        key=_rank,
        reverse=True,
    )
    kept = list(islice(found, limit + 1))
    older = ""
    if len(kept) > limit:
        kept = kept[:limit]
        older = f"{kept[-1].at.isoformat()}|{kept[-1].order}"
    return Timeline(_by_day(kept), older)


def _rank(item: Item) -> tuple[datetime, str]:
    return item.at, item.order


def _before(rows: Any, at: str, letter: str, cursor: Cursor | None) -> Any:
    """Rows of one source that lie before the cursor, newest first.

    Events of the same instant go by their `order`: the source's letter, then the id.
    """
    rows = rows.order_by(f"-{at}", "-id")
    if cursor is None:
        return rows
    instant, order = cursor
    older = Q(**{f"{at}__lt": instant})
    if letter < order[:1]:
        older |= Q(**{at: instant})
    elif letter == order[:1] and order[1:].isdecimal():
        older |= Q(**{at: instant, "id__lt": int(order[1:])})
    return rows.filter(older)


def _read_cursor(text: str) -> Cursor | None:
    """A cursor as made by `timeline`; anything else begins at the top."""
    at, _bar, order = text[:80].partition("|")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (instant, order) if timezone.is_aware(instant) else None


def _by_day(items: Iterable[Item]) -> list[Day]:
    zone = timezone.get_current_timezone()
    days: list[Day] = []
    for item in items:
        on = item.at.astimezone(zone).date()
        if not days or days[-1].on != on:
            days.append(Day(on))
        days[-1].items.append(item)
    return days


class _About:
    """The rows of one record's timeline, each query from what the actor sees."""

    def __init__(
        self,
        actor: Actor,
        now: datetime,
        opportunity: Opportunity | None,
        account: Account | None,
        contact: Contact | None,
    ) -> None:
        self.actor, self.now = actor, now
        self.opportunity, self.account, self.contact = opportunity, account, contact
        self.record: Any = opportunity or account or contact
        if self.record is None:
            raise NotFound
        self.hidden = actor.hidden_fields("opportunity")

    def _opportunities(self) -> Any:
        """The opportunities whose story is told: this one, or the customer's visible ones."""
        rows = model_queryset(Opportunity).visible_to(self.actor)
        if self.opportunity is not None:
            return rows.filter(pk=self.opportunity.pk)
        if self.account is not None:
            return rows.filter(account=self.account)
        return rows.filter(Q(contact=self.contact) | Q(people__contact=self.contact))

    def _named(self, pk: int | None, names: dict[int, Opportunity]) -> Opportunity | None:
        return None if self.opportunity is not None or pk is None else names.get(pk)

    def _names(self, ids: Iterable[int | None]) -> dict[int, Opportunity]:
        wanted = {pk for pk in ids if pk is not None}
        if self.opportunity is not None or not wanted:
            return {}
        rows = model_queryset(Opportunity).visible_to(self.actor).filter(pk__in=wanted)
        return {row.pk: row for row in rows.only("pk", "name", "phase")}

    def moves(self, cursor: Cursor | None, limit: int) -> list[Item]:
        if "stage" in self.hidden:
            return []
        found = self._stays(cursor, limit)
        people = self._people({row.by_id for row in found if row.by_id})
        reasons = reason_words({row.reason_id for row in found if row.reason_id})
        names = self._names(row.opportunity_id for row in found)
        return [
            Item(
                at=row.entered_at,
                order=f"m{row.pk:015d}",
                type="move",
                icon=move_icon(
                    stage_by_id(row.stage_id).kind,
                    is_first=row.from_stage_id is None,
                    is_undo=row.is_undo,
                ),
                who=people.get(row.by_id, "") if row.by_id else "",
                what=self._step(row, reasons.get(row.reason_id or 0, "")),
                phase=stage_by_id(row.stage_id).phase,
                is_machine=row.by_id is None,
                opportunity=self._named(row.opportunity_id, names),
                undo_id=row.operation_id,
            )
            for row in found
        ]

    def _stays(self, cursor: Cursor | None, limit: int) -> list[StageMove]:
        if self.opportunity is not None:
            stays = reversed(moves_of(self.opportunity))
            order = [((row.entered_at, f"m{row.pk:015d}"), row) for row in stays]
            return [row for place, row in order if cursor is None or place < cursor][:limit]
        rows = StageMove.objects.filter(opportunity__in=self._opportunities())
        rows = _before(rows, "entered_at", "m", cursor)
        return list(rows[:limit])

    @staticmethod
    def _step(row: StageMove, reason: str) -> MoveShown:
        return MoveShown(
            stage_by_id(row.from_stage_id) if row.from_stage_id else None,
            stage_by_id(row.stage_id),
            reason,
            row.note,
            row.is_undo,
        )

    def activities(self, cursor: Cursor | None, limit: int) -> list[Item]:
        rows = model_queryset(Activity).filter(done_at__isnull=False)
        if self.opportunity is not None and self.actor.may("read", Activity.record_type):
            # who sees the opportunity, as this reader does, sees what was done about it
            rows = rows.alive()
        else:
            rows = rows.visible_to(self.actor)
        if self.opportunity is not None:
            rows = rows.filter(opportunity=self.opportunity)
        elif self.account is not None:
            rows = rows.filter(Q(account=self.account) | Q(opportunity__account=self.account))
        else:
            rows = rows.filter(contact=self.contact)
        rows = _before(rows, "done_at", "a", cursor)
        found = list(rows[:limit])
        names = self._names(row.opportunity_id for row in found)
        hidden = self.actor.hidden_fields("activity")
        seen = self._seen_contacts({row.contact_id for row in found if row.contact_id})
        people = self._people(
            {pk for row in found for pk in (row.owner_id, *row.mentions)} - {None}
        )
        for row in found:
            if "body" in hidden:
                row.body = ""
            row.contact_name = seen.get(row.contact_id, "")
            row.mentioned = [people[pk] for pk in row.mentions if pk in people]
            row.kind_label = _KIND.get(row.kind, row.kind)
        return [
            Item(
                at=row.done_at,
                order=f"a{row.pk:015d}",
                type="activity",
                icon=ICONS.get(row.kind, "pencil"),
                who=people.get(row.owner_id, ""),
                what=row,
                opportunity=self._named(row.opportunity_id, names),
            )
            for row in found
        ]

    def _seen_contacts(self, ids: set[int]) -> dict[int, str]:
        if not ids:
            return {}
        rows = model_queryset(Contact).visible_to(self.actor).filter(pk__in=ids)
        return dict(rows.values_list("pk", "name"))

    def _people(self, ids: set[int]) -> dict[int, str]:
        """Names by id; the reader's own is at hand."""
        reader = self.actor.user
        known = {} if reader is None else {reader.id: str(reader)}
        if not ids <= known.keys():
            rows = get_user_model().objects.filter(pk__in=ids - known.keys())
            known |= dict(rows.values_list("pk", "name"))
        return known

    def touches(self, cursor: Cursor | None, limit: int) -> list[Item]:
        if "channel" in self.hidden:
            return []
        rows = Touch.objects.all()
        if self.opportunity is not None:
            rows = rows.filter(opportunity_id=self.opportunity.pk)
        else:
            mine = {"account": self.account} if self.account else {"contact": self.contact}
            seen = self._opportunities().values("pk")
            rows = rows.filter(**mine).filter(Q(opportunity_id=None) | Q(opportunity_id__in=seen))
        rows = _before(rows, "at", "t", cursor)
        found = list(rows.select_related("channel")[:limit])
        first = self.opportunity.first_touch_id if self.opportunity else None
        names = self._names(row.opportunity_id for row in found)
        for row in found:
            row.is_first = row.pk == first
        return [
            Item(
                at=row.at,
                order=f"t{row.pk:015d}",
                type="touch",
                icon="robot" if row.is_machine else "id" if row.pk == first else "eye",
                who="",
                what=row,
                phase="identify" if row.pk == first else "",
                is_machine=row.is_machine,
                opportunity=self._named(row.opportunity_id, names),
            )
            for row in found
        ]

    def edits(self, cursor: Cursor | None, limit: int) -> list[Item]:
        """Edits of the record itself; what a move, activity or touch says already is left out."""
        quiet = self._quiet_labels()
        found = []
        story = lines(describe(self.record.record_type), self.actor, self.record, self.now, EDITS)
        for line in story:
            item = self._edit(line, quiet)
            if item is not None and (cursor is None or _rank(item) < cursor):
                found.append(item)
        return found[:limit]

    def _quiet_labels(self) -> set[str]:
        """Labels under which history names the quiet fields."""
        if self.opportunity is None:
            return set()
        description = describe("opportunity")
        known = {one.logged: str(one.label) for one in description.fields}
        found = set()
        for item in Opportunity._meta.concrete_fields:
            if item.name in _QUIET:
                found.add(known.get(item.name) or str(item.verbose_name).capitalize())
        return found

    def _edit(self, line: Line, quiet: set[str]) -> Item | None:
        operation = line.operation
        created = operation.action.endswith(".create")
        if created and self.opportunity is not None:
            return None  # its first stay says so
        parts = tuple(part for part in line.parts if part.label not in quiet)
        moved = operation.action in {"opportunity.move", "opportunity.reopen"}
        if operation.action in _TOLD:
            return None
        if not created and not parts:
            return None
        if moved and all(part.label in self._derived_labels() for part in parts):
            return None
        shown = Line(operation, line.verb, line.door, parts, False)
        may_undo = line.may_undo and not created and operation.action not in _HANGING
        return Item(
            at=operation.at,
            order=f"e{operation.pk:015d}",
            type="edit",
            icon="plus" if created else "pencil",
            who=operation.actor.name if operation.actor else "",
            what=shown,
            is_machine=operation.actor_id is None,
            undo_id=operation.pk if may_undo else None,
        )

    @staticmethod
    def _derived_labels() -> set[str]:
        known = {one.key: str(one.label) for one in describe("opportunity").fields}
        return {known[key] for key in ("probability", "forecast") if key in known}
