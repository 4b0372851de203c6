"""Activities from a sheet or a calendar: what is over is done, and a deal names its customer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from shangji.core.activities.models import Activity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import zone
from shangji.records.description import Field
from shangji.records.imports.rows import CREATION_ONLY, ImportRows, New
from shangji.records.kinds import DateTime

_NOON = time(12)


class ActivityRows(ImportRows):
    derives: ClassVar[bool] = True
    extra: ClassVar[tuple[Field, ...]] = (
        Field("starts_at", _("Begins"), DateTime(), also=("start", "开始时间")),
        Field("done_at", _("Done"), DateTime(), also=("完成时间", "completed")),
    )

    def derive(self, values: dict[str, Any]) -> None:
        """The moment something begins, as its day and time here."""
        begins = values.pop("starts_at", None)
        if begins is not None:
            local = begins.astimezone(zone())
            values["due_on"] = local.date()
            values["due_time"] = local.time().replace(second=0, microsecond=0)

    def complete(self, rows: Sequence[New], *, actor: Actor, now: datetime) -> None:
        """Meetings, calls and notes in the past took place; tasks stay open until done."""
        about = self._about(rows)
        for one in rows:
            values, attrs = one.values, one.attrs
            attrs["due_time"] = values.get("due_time")
            attrs["done_at"] = values.get("done_at") or self._over(values, now)
            account_id, contact_id = about.get(values.get("opportunity") or 0, (None, None))
            attrs["account_id"] = values.get("account") or account_id
            attrs["contact_id"] = values.get("contact") or contact_id

    @staticmethod
    def _over(values: Mapping[str, Any], now: datetime) -> datetime | None:
        if values.get("kind") == Activity.TASK:
            return None
        day = values.get("due_on")
        if day is None:
            created: datetime = values.get("created_at") or now
            return created
        at = datetime.combine(day, values.get("due_time") or _NOON, tzinfo=zone()).astimezone(UTC)
        return at if at <= now else None

    @staticmethod
    def _about(rows: Sequence[New]) -> dict[int, tuple[int | None, int | None]]:
        """Customer and contact of the deals the rows are about."""
        ids = {one.values["opportunity"] for one in rows if one.values.get("opportunity")}
        found = Opportunity.objects.filter(pk__in=ids)
        return {
            pk: (account_id, contact_id)
            for pk, account_id, contact_id in found.values_list("pk", "account_id", "contact_id")
        }

    def current(self, record: Any, key: str) -> Any:
        if key == "due_time":
            return record.due_time
        return CREATION_ONLY if key == "done_at" else super().current(record, key)

    def columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        attrs = super().columns(values)
        return attrs | ({"due_time": values["due_time"]} if "due_time" in values else {})
