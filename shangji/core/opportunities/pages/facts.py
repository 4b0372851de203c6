"""The facts of an opportunity: described fields in groups, and what belongs beside them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.parts import competitors_of, lines_of
from shangji.core.opportunities.queries.pipelines import stage_by_id
from shangji.core.opportunities.rules import weighted
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.workspace.queries import current_workspace
from shangji.records.description import Field, describe
from shangji.records.kinds.base import FormatContext
from shangji.ui.templatetags.ui import show_money, when


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


@dataclass
class FactGroup:
    title: Any
    facts: list[Fact] = field(default_factory=list)


def fact_groups(
    actor: Actor, record: Opportunity, now: datetime, *, may_edit: bool
) -> list[FactGroup]:
    """Facts under their headings, without fields hidden from the actor."""
    description = describe("opportunity")
    fields = [one for one in description.visible_fields(actor) if one.fact]
    row = _row(record, fields)
    formats = FormatContext.of(actor, now)
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
            fact.edit_url = reverse(
                "records:field",
                kwargs={"slug": description.slug, "pk": record.pk, "key": one.key},
            )
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


def _row(record: Opportunity, fields: Iterable[Field]) -> dict[str, Any]:
    paths = dict.fromkeys(["pk", "owner_id", "currency"])
    for one in fields:
        paths |= dict.fromkeys(one.paths())
    rows = model_queryset(Opportunity).filter(pk=record.pk).values(*paths)
    return dict(rows[0])


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
    listed = {"pk": record.pk}
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
            fact.dialog_url = reverse(f"opportunities:{fact.key}", kwargs=listed)
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
