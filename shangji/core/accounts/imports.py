"""Accounts from a sheet: found by name without legal form, or by credit code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shangji.core.accounts.models import Account
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.errors import BadInput
from shangji.lib.text import company_key, domain_of
from shangji.records.imports.rows import ImportRows, New


class AccountRows(ImportRows):
    @property
    def link_keys(self) -> frozenset[str]:
        return super().link_keys | {"domain"}

    def match_key(self, key: str, value: Any) -> str:
        if key == "domain":
            return domain_of(str(value))[:200]
        if key != "name":
            return super().match_key(key, value)
        try:
            return company_key(str(value))[:200]
        except BadInput:
            return ""

    def find(self, key: str, wanted: Sequence[str]) -> dict[str, list[int]]:
        column = {"name": "name_key", "domain": "domain"}.get(key)
        if column is None:
            return super().find(key, wanted)
        found: dict[str, list[int]] = {}
        rows = Account.objects.alive().filter(**{f"{column}__in": list(wanted)})
        for pk, value in rows.values_list("pk", column):
            found.setdefault(value, []).append(pk)
        return found

    def complete(self, rows: Sequence[New], *, actor: Actor, now: datetime) -> None:
        currency = current_workspace().currency
        for one in rows:
            attrs = one.attrs
            attrs["name_key"] = company_key(attrs["name"])[:200]
            attrs["domain"] = domain_of(attrs.get("website") or "")[:200]
            attrs["currency"] = (attrs.get("currency") or currency).upper()
            if attrs.get("credit_code"):
                attrs["credit_code"] = attrs["credit_code"].strip().upper()
