"""Checks over several fields that more than one noun needs."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.places import ISO_CODES

Errors = dict[str, list[str]]


def own_currency() -> str:
    """The workspace's currency, for new rows."""
    return current_workspace().currency


def given(values: Mapping[str, Any], record: Record | None, key: str, attribute: str = "") -> Any:
    """What a field will hold: the given value, else what the record holds."""
    return values[key] if key in values else getattr(record, attribute or key, None)


def currency_errors(values: Mapping[str, Any]) -> Errors:
    code = values.get("currency")
    if code and code not in ISO_CODES:
        return {"currency": [_("Should be a currency code such as CNY or USD.")]}
    return {}


def window_errors(values: Mapping[str, Any], record: Record | None) -> Errors:
    """From stands before to."""
    start, end = given(values, record, "starts_on"), given(values, record, "ends_on")
    if start and end and start > end:
        return {"ends_on": [_("Should be on or after the first day.")]}
    return {}


def deal_errors(actor: Actor, values: Mapping[str, Any]) -> Errors:
    """What hangs on an opportunity is recorded by whoever may change that opportunity."""
    pk = values.get("opportunity")
    if pk is None:
        return {}
    rows = model_queryset(Opportunity).alive().permitted(actor, "edit")
    if rows.filter(pk=getattr(pk, "pk", pk)).exists():
        return {}
    return {"opportunity": [_("You may see this opportunity and not change it.")]}
