"""Products from a sheet: priced in the workspace's currency when none is named."""

from collections.abc import Sequence
from datetime import datetime

from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace
from shangji.records.imports.rows import ImportRows, New


class ProductRows(ImportRows):
    def complete(self, rows: Sequence[New], *, actor: Actor, now: datetime) -> None:
        currency = current_workspace().currency
        for one in rows:
            one.attrs["currency"] = (one.attrs.get("currency") or currency).upper()
