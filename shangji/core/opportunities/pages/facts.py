"""The facts of an opportunity: described fields in groups, and what belongs beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.parts import Linked, competitors_of, lines_of
from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.core.opportunities.rules import weighted
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import current_workspace
from shangji.lib.markup import escape
from shangji.lib.values import dataclass
from shangji.records.custom.when import is_shown
from shangji.records.description import Field, describe
from shangji.records.kinds import Link
from shangji.records.kinds.base import FormatContext
from shangji.ui.addresses import address
from shangji.ui.templatetags.ui import show_money, when

_ATTRIBUTES = {one.name: one.attname for one in Opportunity._meta.concrete_fields} | {
    one.attname: one.attname for one in Opportunity._meta.concrete_fields
}
_ATTRIBUTES["pk"] = "pk"


@dataclass
class Fact:
    """One line: label, value, and how it is changed (in place, or in a dialog)."""

    key: str
    label: Any
    value: SafeString | str
    edit_url: str = ""
    dialog_url: str = ""
    note: SafeString | str = ""
    reset: str = ""
    version: int = 0

    @property
    def html(self) -> SafeString:
        """Label and value, up to what stands behind them; the template closes the line."""
        label = escape(self.label)
        value = str(conditional_escape(self.value or "–"))
        if self.edit_url:
            value = (
                f'<sj-inline-edit data-url="{escape(self.edit_url)}" '
                f'data-version="{self.version}" data-column="{self.key}" data-label="{label}">'
                f'<button type="button" class="edit-show">{value}</button></sj-inline-edit>'
            )
        elif self.dialog_url:
            url = escape(self.dialog_url)
            value = (
                f'<a class="edit-show" href="{url}" hx-get="{url}" hx-target="#dialogs" '
                f"data-dialog>{value}</a>"
            )
        note = f' <span class="ink-3">{conditional_escape(self.note)}</span>' if self.note else ""
        return mark_safe(  # noqa: S308 - parts escaped
            f'<div class="fact"><dt title="{label}">{label}</dt><dd>{value}{note}'
        )


@dataclass
class FactGroup:
    title: Any
    facts: list[Fact] = field(default_factory=list)


def fact_groups(
    actor: Actor,
    record: Opportunity,
    now: datetime,
    links: Mapping[str, Linked],
    *,
    may_edit: bool,
) -> list[FactGroup]:
    """Facts under their headings, without fields hidden from the actor.

    Args:
        links: what links_of gave.
    """
    description = describe("opportunity")
    fields = [
        one
        for one in description.visible_fields(actor)
        if one.fact and is_shown(description, one, {}, record, now)
    ]
    formats = FormatContext.of(actor, now)
    row = _row(record, fields, links, formats)
    closed = actor.read_only_fields("opportunity")
    lines = lines_of(record)
    titles = [_("Deal"), _("Belongs to"), _("Source")]
    groups = {title: FactGroup(title) for title in titles}
    for one in fields:
        if one.key == "currency" and record.currency == current_workspace().currency:
            continue
        group = groups.setdefault(str(one.group), FactGroup(one.group or _("More")))
        free = may_edit and one.writable and one.key not in closed
        if one.key in {"amount", "currency"} and lines:
            free = False
        fact = Fact(one.key, _short_label(one), one.cell(row, formats))
        if free:
            fact.edit_url = address("records:field", description.slug, record.pk, one.key)
            fact.version = record.version
        _dress(fact, record, free)
        group.facts.append(fact)
        group.facts.extend(_beside(actor, one.key, record))
    groups[titles[1]].facts.extend(_parts(record, lines, may_edit))
    if "channel" not in actor.hidden_fields("opportunity"):
        groups[titles[2]].facts.extend(_touches(record))
    return [group for group in groups.values() if group.facts]


def _short_label(one: Field) -> str:
    """Labels that stand in 68 px; the whole one elsewhere."""
    return {
        "expected_close_on": pgettext("fact", "Close"),
        "forecast": pgettext("fact", "Forecast"),
        "parent": pgettext("fact", "Follows"),
    }.get(one.key) or str(one.label)


def _row(
    record: Opportunity,
    fields: Iterable[Field],
    links: Mapping[str, Linked],
    formats: FormatContext,
) -> dict[str, Any]:
    """The record's values as lists have them, from what is at hand."""
    row: dict[str, Any] = {}
    for one in fields:
        if one.is_custom:
            row[one.orm] = one.raw(record)
            continue
        if isinstance(one.kind, Link):
            pk = row[f"{one.orm}_id"] = getattr(record, f"{one.orm}_id")
            if pk is not None:
                formats.know(one.kind.target, pk, seen=links.get(one.key, Linked()).is_seen)
            row[f"{one.orm}__name"] = links.get(one.key, Linked()).name
            continue
        for path in one.paths():
            name, _sep, rest = path.partition("__")
            if rest:
                row[path] = getattr(getattr(record, name), rest, None)
            else:
                row[path] = getattr(record, _ATTRIBUTES[name])
    return row


def _dress(fact: Fact, record: Opportunity, free: bool) -> None:
    """What a value needs beside it: where a rate comes from, how often a date was pushed."""
    if fact.key == "probability":
        words = []
        if record.status == "open" and record.probability_manual is None:
            words.append(_("stage default"))
        elif record.status == "open":
            default = stage_by_id(record.stage_id).probability
            title = _("Stage default %(percent)s%%") % {"percent": default}
            fact.value = format_html('<span class="hand" title="{}">{}</span>', title, fact.value)
            words.append(_("set by hand"))
            fact.reset = "probability" if free else ""
        if record.probability_predicted is not None:
            words.append(_("predicted %(n)s%%") % {"n": record.probability_predicted})
        fact.note = " · ".join(words)
    elif fact.key == "forecast" and record.forecast_manual:
        fact.note = _("set by hand")
        fact.reset = "forecast" if free else ""
    elif fact.key == "expected_close_on" and record.push_count:
        text = _("pushed %(n)s×") % {"n": record.push_count}
        fact.note = format_html('<span class="warn t12">{}</span>', text)


def _beside(actor: Actor, key: str, record: Opportunity) -> list[Fact]:
    """The weighted amount stands under the rate it comes from."""
    if key != "probability" or "amount" in actor.hidden_fields("opportunity"):
        return []
    if record.amount is None:
        return []
    value = show_money(weighted(record.amount, record.probability), record.currency)
    return [Fact("weighted", _("Weighted"), value)]


def _parts(record: Opportunity, lines: list[Any], may_edit: bool) -> list[Fact]:
    names = competitors_of(record)
    products = ""
    if lines:
        products = lines[0].name
        if len(lines) > 1:
            products = _("%(name)s and %(n)s more") % {"name": products, "n": len(lines) - 1}
    found = [
        Fact("lines", _("Products"), products),
        Fact("competitors", pgettext("fact", "Rivals"), pgettext("list", ", ").join(names)),
    ]
    if may_edit:
        for fact in found:
            fact.dialog_url = address(f"opportunities:{fact.key}", record.pk)
    return found


def _touches(record: Opportunity) -> list[Fact]:
    found = []
    for key, label, touch in (
        ("first_touch", _("First touch"), record.first_touch),
        ("last_touch", _("Latest touch"), record.last_touch),
    ):
        if touch is not None:
            name = touch.page or touch.source or (touch.channel.name if touch.channel else "")
            found.append(Fact(key, label, format_html("{} {}", name, when(touch.at))))
    if record.last_touch is not None and record.last_touch.campaign:
        found.append(Fact("campaign", _("Campaign"), record.last_touch.campaign))
    return found
