"""What a record type tells the import beyond its description. Core apps subclass `ImportRows`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.custom_values import COLUMN, put
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.lib.values import dataclass
from shangji.records.merging.queries import by_external

# for types only: the description names this module's class
if TYPE_CHECKING:
    from shangji.records.description import Field, RecordDescription

#: answer of `ImportRows.current`: this field is for new records only
CREATION_ONLY = object()
#: who made a record and when, as the file has it; attributes by field key
ORIGIN = {"created_at": "created_at", "created_by": "created_by_id"}


@dataclass
class New:
    """A row that becomes a record: `values` by field key, `attrs` by model attribute."""

    line: int
    values: dict[str, Any]
    attrs: dict[str, Any] = field(default_factory=dict)


class ImportRows:
    """The hook of one type; as it stands it serves types without specialities."""

    #: fields an import knows beyond the writable ones
    extra: ClassVar[tuple[Field, ...]] = ()
    #: rows of one transaction, fewer where each is long to work out
    chunk: ClassVar[int] = 1000
    #: whether `derive` has something to do
    derives: ClassVar[bool] = False

    def __init__(self) -> None:
        self.description: RecordDescription

    def bound(self, description: RecordDescription) -> ImportRows:
        self.description = description
        return self

    def fields(self) -> tuple[Field, ...]:
        """The same, for a type whose columns a workspace shapes."""
        return self.extra

    def require(self, actor: Actor) -> None:
        """Whether this person may import here at all. Raises Forbidden."""
        require_type(actor, "import", self.description.type)

    def derive(self, values: dict[str, Any]) -> None:
        """Complete one row's values from one another (a name from its parts)."""

    def title(self, values: Mapping[str, Any]) -> Any:
        """What a new row is called where a trial shows it."""
        return values.get(self.description.title)

    # ------------------------------------------------------------------------------ matching

    @property
    def link_keys(self) -> frozenset[str]:
        """By what a link of another type may name a record of this one."""
        return frozenset({"name", "external_id", *self.description.match_keys})

    def match_key(self, key: str, value: Any) -> str:
        """The form in which two values of a match field are equal; "" matches nothing."""
        return str(value).strip().casefold()

    def find(self, key: str, wanted: Sequence[str]) -> dict[str, list[int]]:
        """Ids of living records by match key."""
        rows = model_queryset(self.description.model).alive()
        found: dict[str, list[int]] = {}
        path = self._path(key)
        for pk, value in (
            rows.annotate(import_key=Lower(path))
            .filter(import_key__in=list(wanted))
            .values_list("pk", "import_key")
        ):
            found.setdefault(self.match_key(key, value), []).append(pk)
        return found

    def find_external(self, system: str, wanted: Sequence[str]) -> dict[str, list[int]]:
        """Ids of living records by the id they have in another system, or one that was merged
        into them had."""
        rows = model_queryset(self.description.model).alive()
        found: dict[str, list[int]] = {}
        # the second condition lets the database use the index, which leaves empty ids out
        for pk, value in rows.filter(
            ~Q(external_id=""), external_system=system, external_id__in=list(wanted)
        ).values_list("pk", "external_id"):
            found.setdefault(value, []).append(pk)
        missing = [value for value in wanted if value not in found]
        return found | by_external(self.description.type, system, missing) if missing else found

    def _path(self, key: str) -> str:
        return next(one.orm for one in self.description.fields if one.key == key)

    # ------------------------------------------------------------------------------- writing

    def check(self, actor: Actor, values: Mapping[str, Any], record: Any) -> dict[str, list[str]]:
        """Errors by field key over several fields of one row."""
        if self.description.check is None:
            return {}
        return self.description.check(actor, values, record)

    def complete(self, rows: Sequence[New], *, actor: Actor, now: datetime) -> None:
        """Add to `attrs` what follows from the values. Called once per chunk; ids are in
        `attrs["id"]` already."""

    def rows_before(
        self, rows: Sequence[New], *, operation_id: int
    ) -> list[tuple[type[models.Model], list[dict[str, Any]]]]:
        """Rows the new records point to: SQLite looks through a whole table for each such row
        that comes after."""
        return []

    def side_rows(
        self, rows: Sequence[New], *, actor: Actor, operation_id: int, now: datetime
    ) -> list[tuple[type[models.Model], list[dict[str, Any]]]]:
        """Rows of other tables that point to the new records, in order of writing."""
        return []

    def current(self, record: Any, key: str) -> Any:
        """What a field of an existing record holds, or CREATION_ONLY."""
        if key in ORIGIN:
            return CREATION_ONLY
        return next(one for one in self.description.fields if one.key == key).raw(record)

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        """Change a locked record inside the operation; `values` by field key."""
        return op.update(record, self.columns(values))

    def columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Model attributes of the description's own fields."""
        attrs: dict[str, Any] = {}
        for key, value in values.items():
            attname = self.attnames.get(key)
            if attname is not None:
                attrs[attname] = value
        custom = self.custom(values)
        return attrs | {COLUMN: custom} if custom else attrs

    def custom(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The custom ones of values by field key, as they are kept."""
        return {key: put(key, values[key]) for key in self.custom_keys & set(values)}

    @property
    def begin(self) -> dict[str, Any]:
        """What fields that customers added hold on a new record of which nothing else is said."""
        known: dict[str, Any] | None = self.__dict__.get("_begin")
        if known is None:
            fields = [one for one in self.description.fields if one.is_custom]
            known = {one.key: one.default for one in fields if one.default is not None}
            self.__dict__["_begin"] = known
        return known

    @property
    def custom_keys(self) -> frozenset[str]:
        """Keys of the fields that customers added."""
        known: frozenset[str] | None = self.__dict__.get("_custom_keys")
        if known is None:
            known = frozenset(one.key for one in self.description.fields if one.is_custom)
            self.__dict__["_custom_keys"] = known
        return known

    @property
    def attnames(self) -> dict[str, str]:
        """Model attribute by field key."""
        known: dict[str, str] | None = self.__dict__.get("_attnames")
        if known is None:
            items = self.description.model._meta.concrete_fields
            attname_of = {item.name: item.attname for item in items}
            known = {
                one.key: attname_of[one.orm]
                for one in self.description.fields
                if one.orm in attname_of
            }
            known |= ORIGIN
            self.__dict__["_attnames"] = known
        return known

    def make_linked(self, op: Recorder, word: str, *, owner_id: int | None = None) -> int:
        """Make a record of this type of which only the name is known; its id.

        Args:
            owner_id: whose it is; the actor's when left out.
        """
        record = self.description.model(name=word)
        if any(item.attname == "owner_id" for item in record._meta.concrete_fields):
            record.owner_id = owner_id or op.actor.user_id  # type: ignore[attr-defined]
        return op.created(record).pk

    def make_option(self, op: Recorder, key: str, word: str) -> int | str | None:
        """A new option of a choice field whose options are rows; None where there is no such."""
        return None

    def makes_options(self, key: str) -> bool:
        """Whether `make_option` serves this field."""
        return False
