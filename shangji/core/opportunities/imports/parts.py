"""What a sheet tells of a deal row by row: its people with their roles, and the stages it went
through. Several rows are about one deal, which is there already."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.actions.parts import PEOPLE, told_person
from shangji.core.opportunities.actions.undo_parts import person_back
from shangji.core.opportunities.choices import ROLES
from shangji.core.opportunities.models import Opportunity, OpportunityPerson, StageMove
from shangji.core.opportunities.queries.pipelines import first_stage, stage_by_id, stages
from shangji.core.opportunities.rules import Entry, gapless, with_entry
from shangji.foundation.audit.actions import UndoReport
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.audit.registry import Covered
from shangji.foundation.workspace.queries import zone
from shangji.lib.errors import Invalid
from shangji.records.description import Field
from shangji.records.kinds import Choice, DateTime, Link, Option

#: under which name the ledger of changes tells of the stages: queries.noted has its words
HISTORY = "stage_history"


def _stage_options() -> Sequence[Option]:
    return [
        Option(
            str(one.pk), one.name, also=(one.name_zh.casefold(), one.name_en.casefold(), one.key)
        )
        for one in stages()
    ]


FIELDS = (
    Field("person", _("Person in the decision"), Link("contact", "contacts")),
    Field("person_role", _("Role in the decision"), Choice(ROLES)),
    Field("entered_stage", _("Stage entered"), Choice(_stage_options, numeric=True)),
    Field("entered_at", _("Stage entered at"), DateTime()),
)
KEYS = frozenset(one.key for one in FIELDS)


def check_parts(values: Mapping[str, Any], record: Any) -> dict[str, list[str]]:
    """What is wrong with the parts that a row tells."""
    given = KEYS & values.keys()
    if not given:
        return {}
    if record is None:
        return {min(given): [str(_("This opportunity is not here yet. Import it first."))]}
    stage, at = values.get("entered_stage"), values.get("entered_at")
    if (stage is None) != (at is None):
        return {"entered_at": [str(_("A stage and the time it was entered belong together."))]}
    return {}


def write_parts(op: Recorder, record: Opportunity, values: dict[str, Any]) -> Opportunity:
    """Take the parts out of `values` and write them; a repeat changes nothing."""
    role = values.pop("person_role", None) or "user"
    contact_id = values.pop("person", None)
    stage_id, at = values.pop("entered_stage", None), values.pop("entered_at", None)
    if contact_id is not None:
        _set_person(op, record, contact_id, role)
    if stage_id is not None:
        record = _enter(op, record, stage_id, at)
    return record


def _set_person(op: Recorder, record: Opportunity, contact_id: int, role: str) -> None:
    before = OpportunityPerson.objects.filter(opportunity=record, contact_id=contact_id).first()
    if before is not None and before.role == role:
        return
    person, _made = OpportunityPerson.objects.update_or_create(
        opportunity=record, contact_id=contact_id, defaults={"role": role}
    )
    _touch(op, record)
    op.note(record, PEOPLE, told_person(before), told_person(person))


def _touch(op: Recorder, record: Opportunity) -> None:
    record.version += 1
    record.updated_at = op.now
    record.save(update_fields=["version", "updated_at"])


def _enter(op: Recorder, record: Opportunity, stage_id: int, at: datetime) -> Opportunity:
    if at > op.now:
        raise Invalid.field("entered_at", str(_("This lies in the future.")))
    stays, guess = _stays(record), _guess(record)
    entries = with_entry(_told(stays, guess), Entry(at, stage_id, op.id))
    if entries is None:
        return record
    before = record.version
    record = _rewrite(op, record, stays, entries, guess)
    if record.version == before:
        _touch(op, record)
    op.note(record, HISTORY, None, f"{at:%Y-%m-%d} {stage_by_id(stage_id).name}")
    return record


def _stays(record: Opportunity) -> list[StageMove]:
    return list(StageMove.objects.filter(opportunity=record).order_by("id"))


def _guess(record: Opportunity) -> int:
    """The import that made the deal: the stays it wrote were worked out from two days. 0 when
    somebody made it here, and every stay is true."""
    made = Change.objects.filter(
        record_type=record.record_type, record_id=record.pk, kind=Change.CREATED
    ).select_related("operation")
    found = made.first()
    is_import = found is not None and found.operation.action.endswith(".import")
    return found.operation_id if found is not None and is_import else 0


def _told(stays: Sequence[StageMove], guess: int) -> list[Entry]:
    return [
        Entry(one.entered_at, one.stage_id, one.operation_id)
        for one in stays
        if one.operation_id != guess
    ]


def _rewrite(
    op: Recorder,
    record: Opportunity,
    stays: Sequence[StageMove],
    entries: Sequence[Entry],
    guess: int,
) -> Opportunity:
    """Write the stays anew, one ending where the next begins. What stood there keeps who, why and
    whence."""
    known = {(one.stage_id, one.entered_at, one.operation_id): one for one in stays}
    present = Entry(record.stage_entered_at, record.stage_id, guess or op.id)
    if not entries and guess and record.status != "open":
        # as the import had it: in the first stage until the day it was decided
        began = min(noon(record.opened_on), record.stage_entered_at)
        entries = [Entry(began, first_stage().pk, guess)]
    rows = []
    last = None
    for entry, left_at in gapless(entries, present):
        was = known.get((entry.stage_id, entry.at, entry.source))
        rows.append(
            StageMove(
                opportunity=record,
                from_stage_id=last,
                stage_id=entry.stage_id,
                entered_at=entry.at,
                left_at=left_at,
                by_id=was.by_id if was is not None else op.actor.user_id,
                reason_id=was.reason_id if was is not None else None,
                note=was.note if was is not None else "",
                is_undo=was.is_undo if was is not None else False,
                operation_id=entry.source,
            )
        )
        last = entry.stage_id
    if rows[-1].reason_id is None:
        rows[-1].reason_id = record.close_reason_id
    StageMove.objects.filter(opportunity=record).delete()
    StageMove.objects.bulk_create(rows)
    return op.update(record, {"stage_entered_at": rows[-1].entered_at})


def noon(day: date, in_zone: tzinfo | None = None) -> datetime:
    """Twelve o'clock in the workspace's zone: the same day in most others."""
    return datetime.combine(day, time(12), tzinfo=in_zone or zone()).astimezone(UTC)


class UndoParts:
    """Takes back what an import told of deals row by row."""

    def covers(self, target: Operation) -> Covered:
        return Covered(names=frozenset({PEOPLE, HISTORY}))

    def run(self, op: Recorder, target: Operation, report: UndoReport) -> None:
        told = target.changes.filter(record_type=Opportunity.record_type).order_by("-id")
        rows = told.values_list("record_id", "fields").iterator(chunk_size=500)
        seen: set[int] = set()
        for pk, fields in rows:
            record = Opportunity.objects.select_for_update().filter(pk=pk, deleted_at=None).first()
            if record is None:
                continue
            if PEOPLE in fields:
                self._person(op, record, *fields[PEOPLE], report=report)
            if HISTORY in fields and pk not in seen:
                seen.add(pk)
                self._history(op, record, target.pk)
                report.restored += 1

    @staticmethod
    def _person(
        op: Recorder, record: Opportunity, before: Any, after: Any, *, report: UndoReport
    ) -> None:
        if not person_back(op, record, before, after):
            cause = _("Somebody changed it since.")
            report.left.append(
                {
                    "record_type": record.record_type,
                    "record_id": record.pk,
                    "field": PEOPLE,
                    "cause": str(cause),
                }
            )
            return
        _touch(op, record)
        op.note(record, PEOPLE, after, before)
        report.restored += 1

    @staticmethod
    def _history(op: Recorder, record: Opportunity, told_by: int) -> None:
        stays, guess = _stays(record), _guess(record)
        entries = [one for one in _told(stays, guess) if one.source != told_by]
        _rewrite(op, record, stays, entries, guess)
