"""Contacts from a sheet: found by mail, phone or name; their points come with them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from shangji.core.contacts.actions import key_of, sync_first_points
from shangji.core.contacts.models import Contact, ContactPoint
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.records.imports.rows import ImportRows, New

_POINTS = {"phone": ContactPoint.PHONE, "email": ContactPoint.MAIL}


class ContactRows(ImportRows):
    def match_key(self, key: str, value: Any) -> str:
        if key in _POINTS:
            return key_of(_POINTS[key], str(value))
        return super().match_key(key, value)

    def find(self, key: str, wanted: Sequence[str]) -> dict[str, list[int]]:
        if key not in _POINTS:
            return super().find(key, wanted)
        found: dict[str, list[int]] = {}
        rows = ContactPoint.objects.filter(
            kind=_POINTS[key], key__in=list(wanted), contact__deleted_at=None
        )
        for pk, point in rows.values_list("contact_id", "key"):
            found.setdefault(point, []).append(pk)
        return found

    def side_rows(
        self, rows: Sequence[New], *, actor: Actor, operation_id: int, now: datetime
    ) -> list[tuple[type[models.Model], list[dict[str, Any]]]]:
        points = [
            {
                "contact_id": one.attrs["id"],
                "kind": kind,
                "value": one.attrs[key],
                "key": key_of(kind, one.attrs[key]),
                "position": 0,
            }
            for one in rows
            for key, kind in _POINTS.items()
            if one.attrs.get(key)
        ]
        return [(ContactPoint, points)]

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        assert isinstance(record, Contact)
        fresh = op.update(record, self.columns(values))
        if "phone" in values or "email" in values:
            sync_first_points(fresh)
        return fresh
