"""Field values in the ledger's JSON form, there and back."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from shangji.foundation.audit.custom_values import CustomValues, merged


def to_json(value: Any) -> Any:
    """A field's value as JSON: decimals as plain strings, dates as ISO."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value


def from_json(field: models.Field[Any, Any], value: Any) -> Any:
    """The Python value of a field from its JSON form."""
    if value is None or isinstance(field, models.JSONField):
        return value
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)


def stored_name(field: models.Field[Any, Any]) -> str:
    """The attribute that holds the raw value: `owner_id` for a link."""
    return field.attname


def snapshot(record: models.Model, skip: frozenset[str]) -> dict[str, Any]:
    """All stored values of a record that are not empty, by field name."""
    values: dict[str, Any] = {}
    for field in record._meta.concrete_fields:
        if field.name in skip:
            continue
        if isinstance(field, CustomValues):
            values |= merged({}, getattr(record, field.attname))  # each key a field of its own
            continue
        value = to_json(getattr(record, field.attname))
        if value not in (None, "", [], {}):
            values[field.name] = value
    return values
