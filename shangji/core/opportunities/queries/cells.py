"""Cells of the opportunity list that a kind alone cannot draw."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shangji.core.opportunities import rules
from shangji.core.opportunities.queries.stale import days_since, stale_cutoffs
from shangji.foundation.access.scope import Scope
from shangji.lib.dates import format_days, format_instant
from shangji.lib.markup import escape
from shangji.lib.money import format_exact, round_money
from shangji.records.kinds.base import FormatContext, plain_decimal
from shangji.ui.assets import sprite_url

Row = Mapping[str, Any]


def weighted(row: Row, context: FormatContext) -> SafeString:
    """Amount × win rate, rounded to the currency."""
    value = _worth(row)
    if value is None:
        return SafeString("")
    return escape(format_exact(value, row.get("currency") or "CNY", context.locale))


def weighted_amount(row: Row, context: FormatContext) -> str | None:
    """The same as exact data."""
    return plain_decimal(_worth(row))


def _worth(row: Row) -> Decimal | None:
    amount, percent = row.get("amount"), row.get("probability")
    if amount is None or percent is None:
        return None
    return round_money(rules.weighted(Decimal(amount), percent), row.get("currency") or "CNY")


def next_step(row: Row, context: FormatContext) -> SafeString:
    """The next step; where an open opportunity has none, that is said."""
    text = row.get("next_step") or ""
    if text or row.get("status") != "open":
        return escape(text)
    words = context.memory.get("no step")
    if words is None:
        words = context.memory["no step"] = mark_safe(  # noqa: S308 - escaped
            f'<span class="flag warn"><svg class="icon s14" aria-hidden="true">'
            f'<use href="{sprite_url()}#alert-triangle"/></svg>{escape(_("No next step"))}</span>'
        )
    found: SafeString = words
    return found


def next_step_on(row: Row, context: FormatContext, shown: SafeString) -> SafeString:
    """The day it is due; without one, the way to add a step."""
    if shown or row.get("status") != "open" or row.get("next_step"):
        return shown
    if not _plans(row, context):
        return shown
    url = reverse("opportunities:next_step", args=[row["pk"]])
    return mark_safe(  # noqa: S308 - escaped
        f'<a class="do" href="{url}" hx-get="{url}" hx-target="#dialogs" data-dialog>'
        f"{escape(_('Add'))}</a>"
    )


def _plans(row: Row, context: FormatContext) -> bool:
    """Whether the reader may set the next step of this row."""
    if context.actor is None:
        return True
    if "plans" not in context.memory:
        actor = context.actor
        closed = "next_step" in actor.read_only_fields("opportunity")
        scope = Scope.NONE if closed else actor.scope("edit", "opportunity")
        context.memory["plans"] = actor.owner_ids(scope)
    owners = context.memory["plans"]
    return owners is None or row.get("owner_id") in owners


def last_touch(row: Row, context: FormatContext) -> SafeString:
    """Working days since the customer was part of something; marked when that is stale."""
    last: datetime | None = row.get("last_contact_at")
    if last is None:
        return SafeString("")
    cutoffs = context.memory.get("stale")
    if cutoffs is None:
        cutoffs = context.memory["stale"] = stale_cutoffs(context.now)
    cutoff = cutoffs.get(row["stage_id"]) if row.get("status") == "open" else None
    key = ("age", last.astimezone(context.zone).date())
    days = context.memory.get(key)
    if days is None:
        days = context.memory[key] = format_days(days_since(last, context.now), context.locale)
    tone = "warn" if cutoff and last < cutoff else "ink-2"
    title = context.memory.get(last)
    if title is None:
        title = context.memory[last] = format_instant(last, context.zone, context.locale)
    return mark_safe(f'<span class="{tone}" title="{escape(title)}">{escape(days)}</span>')  # noqa: S308
