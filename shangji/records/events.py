"""What the record engine tells of."""

from typing import ClassVar

from shangji.foundation.events.bus import Event
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class RecordsImported(Event):
    """An import is over. Imported records publish no event each: theirs is history."""

    name: ClassVar[str] = "records.imported"
    import_id: int
    record_type: str
    created: int
    updated: int
    failed: int
    by_id: int | None


@dataclass(frozen=True)
class RecordsMerged(Event):
    """Records of one type became one. Their rows lie in the bin."""

    name: ClassVar[str] = "records.merged"
    record_type: str
    into_id: int
    merged_ids: tuple[int, ...]
    operation_id: int
