"""Contacts from a sheet: found by mail, phone or name; their points come with them, and a name
in parts becomes a whole one."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangji.core.contacts.actions import key_of, sync_first_points
from shangji.core.contacts.models import Contact, ContactPoint
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.lib.text import whole_name
from shangji.records.description import Field
from shangji.records.imports.rows import CREATION_ONLY, ImportRows, New
from shangji.records.kinds import Mail, Phone, Text

_POINTS = {"phone": ContactPoint.PHONE, "email": ContactPoint.MAIL}
_MORE = {"more_phones": "phone", "more_emails": "email"}
#: a comma before an extension (021-5555,分机 88) parts nothing
_BETWEEN = re.compile(r"[;；、\n]|[,，](?!\s*(?:分机|转|ext|x\s*\d|#))", re.IGNORECASE)
MAX_POINTS = 10


class Several(Text):
    """Several numbers or addresses in one cell."""

    def __init__(self, one: Phone | Mail) -> None:
        super().__init__(2000)
        self.one = one

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        words = [word.strip() for word in _BETWEEN.split(text) if word.strip()]
        if len(words) > MAX_POINTS:
            raise ValueError(_("At most ten."))
        return "\n".join(self.one.parse(word, actor=actor, locale=locale) for word in words)


class ContactRows(ImportRows):
    derives: ClassVar[bool] = True
    extra: ClassVar[tuple[Field, ...]] = (
        Field(
            "given_name", _("Given name"), Text(80), also=("first name", "first", "firstname", "名")
        ),
        Field(
            "family_name",
            _("Family name"),
            Text(80),
            also=("last name", "last", "lastname", "surname", "姓"),
        ),
        Field(
            "more_phones",
            _("Further phones"),
            Several(Phone()),
            also=("phone 2", "other phone", "phone_work", "其他电话", "办公电话"),
        ),
        Field(
            "more_emails",
            _("Further mail addresses"),
            Several(Mail()),
            also=("email 2", "other email", "其他邮箱"),
        ),
    )

    def derive(self, values: dict[str, Any]) -> None:
        family, given = values.pop("family_name", ""), values.pop("given_name", "")
        if (family or given) and not values.get("name"):
            values["name"] = whole_name(family or "", given or "")[:120]
        for more, first in _MORE.items():
            # the first number there is leads
            if values.get(more) and not values.get(first):
                values[first], _break, values[more] = values[more].partition("\n")

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
        return [(ContactPoint, [point for one in rows for point in self._points(one)])]

    @staticmethod
    def _points(one: New) -> list[dict[str, Any]]:
        """The leading number and address and all further ones, each once."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for key, kind in _POINTS.items():
            more = next(name for name, first in _MORE.items() if first == key)
            given = [one.attrs.get(key) or "", *(one.values.get(more) or "").split("\n")]
            for position, value in enumerate(word for word in given if word):
                mark = (kind, key_of(kind, value))
                found.setdefault(
                    mark,
                    {
                        "contact_id": one.attrs["id"],
                        "kind": kind,
                        "value": value,
                        "key": mark[1],
                        "position": position,
                    },
                )
        return list(found.values())

    def current(self, record: Any, key: str) -> Any:
        # numbers somebody keeps are not replaced by what stands further back in a file
        return CREATION_ONLY if key in _MORE else super().current(record, key)

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        assert isinstance(record, Contact)
        fresh = op.update(record, self.columns(values))
        if "phone" in values or "email" in values:
            sync_first_points(fresh)
        return fresh
