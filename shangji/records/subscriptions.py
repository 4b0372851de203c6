"""What the record engine hears of: imports are looked through for duplicates; what was linked to a
merged record while it was being merged goes along, too."""

from datetime import datetime

from shangji.foundation.access.actor import system_actor
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.audit.recorder import continued
from shangji.foundation.audit.registry import tracked_model
from shangji.records.description import by_type
from shangji.records.duplicates.keeping import AT_ONCE, keep, look_again
from shangji.records.events import RecordsImported, RecordsMerged
from shangji.records.imports.models import Import
from shangji.records.merging.carrying import Moves, carry


def compare_imported(event: RecordsImported, now: datetime) -> None:
    """Keys and pairs of what an import brought in."""
    description = by_type(event.record_type)
    run = Import.objects.filter(pk=event.import_id).first()
    if description is None or description.duplicates is None or run is None:
        return
    if event.created + event.updated > AT_ONCE:
        look_again(event.record_type, f"import:{event.import_id}")
        return
    ids = Change.objects.filter(operation=run.operation_id, record_type=event.record_type)
    rows = description.model._default_manager.filter(
        pk__in=ids.values("record_id"), deleted_at=None
    )
    keep(description, list(rows), now)


def carry_late(event: RecordsMerged, now: datetime) -> None:
    """On PostgreSQL somebody may have linked to a record in the moment it was merged: what leads
    to it still goes along, as part of the same operation, unless that was undone since."""
    row = Operation.objects.filter(pk=event.operation_id, undone_at=None).first()
    model = tracked_model(event.record_type)
    if row is None or model is None:
        return
    survivor = model._default_manager.filter(pk=event.into_id).first()
    if survivor is None:
        return
    with continued(system_actor(), row, now=now) as op:
        moves = Moves(op, event.record_type)
        carry(moves, survivor, list(event.merged_ids), {})
        moves.finish()
