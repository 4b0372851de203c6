"""Records and forms as the rows that kinds read: values by ORM path."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q

from shangji.foundation.audit.custom_values import COLUMN, custom_key, take
from shangji.records.description import Field
from shangji.records.kinds.choice import Choice
from shangji.records.kinds.link import Link
from shangji.records.kinds.person import Person


class RecordRow(Mapping[str, Any]):
    """A record as a row: paths are walked when they are asked for. Without a record all is None.

    Args:
        given: values by ORM path that stand in for the record's.
    """

    def __init__(self, record: Model | None, given: Mapping[str, Any] | None = None) -> None:
        self._record = record
        self._given = given or {}

    def __getitem__(self, path: str) -> Any:
        if path in self._given:
            return self._given[path]
        key = custom_key(path)
        if key:
            return take(key, getattr(self._record, COLUMN, {}).get(key))
        found: Any = self._record
        *links, last = path.split("__")
        for name in links:
            found = found.get(name) if isinstance(found, Mapping) else getattr(found, name, None)
        if isinstance(found, Mapping):
            return found.get(last)
        return getattr(found, _column(found, last), None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def values_row(
    fields: Mapping[str, Field], values: Mapping[str, Any], record: Model | None = None
) -> RecordRow:
    """Values by field key, as forms parse them, as a row; over a record's own when there is one.

    A key of no field is left out: what a form sends besides says nothing here.
    """
    given: dict[str, Any] = {}
    for key, value in values.items():
        one = fields.get(key)
        if one is None:
            continue
        if isinstance(one.kind, Person | Link | Choice):
            value = given[f"{one.orm}_id"] = getattr(value, "pk", value)
        given[one.orm] = value
    return RecordRow(record, given)


def _column(record: Any, name: str) -> str:
    """The attribute with the value of a field: of a link its id."""
    if not isinstance(record, Model):
        return name
    try:
        return str(getattr(record._meta.get_field(name), "attname", name))
    except FieldDoesNotExist:
        return name


def blank(model: type[Model], one: Field, operator: str, found: Q) -> Q:
    """The condition on an empty or filled field, NULL being empty where its column has one.

    Other comparisons are answered as they are, but that Django asks the column whether a custom
    value may be NULL, and the column never is.
    """
    if one.is_custom and operator == "not":
        return found | Q(**{f"{one.orm}__isnull": True})
    if one.is_custom and operator not in {"empty", "filled"} and one.kind.by_column:
        # said, so that what is turned round ("not ≥ 5") holds where there is nothing
        return found & Q(**{f"{one.orm}__isnull": False})
    if operator not in {"empty", "filled"} or not one.kind.by_column:
        return found
    nothing = Q(**{f"{one.orm}__isnull": True})
    if one.kind.is_empty(one.orm) == nothing or not _may_be_null(model, one.orm):
        return found
    return found | nothing if operator == "empty" else found & ~nothing


def _may_be_null(model: Any, path: str) -> bool:
    """Whether a path can be NULL; what is no column of the model (a custom value) can."""
    try:
        for name in path.split("__"):
            item = model._meta.pk if name == "pk" else model._meta.get_field(name)
            if item.null:
                return True
            model = item.related_model
    except (FieldDoesNotExist, AttributeError):
        return True
    return False
