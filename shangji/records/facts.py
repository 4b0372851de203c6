"""A record's facts: labels and values in groups, each editable where it stands."""

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.lib.markup import escape
from shangji.lib.values import dataclass
from shangji.records.custom.when import is_shown
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import LongText
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url
from shangji.ui.assets import sprite_url


@dataclass(frozen=True)
class Fact:
    key: str
    label: str
    html: SafeString


@dataclass
class FactGroup:
    title: str
    facts: list[Fact] = field(default_factory=list)


def row_of(record: Record, fields: Iterable[Field]) -> dict[str, Any]:
    """The record's values keyed by ORM path, as lists have them: one query."""
    paths = {"pk", "version"}
    for one in fields:
        paths.update(one.paths())
    rows = model_queryset(type(record)).filter(pk=record.pk).values(*paths)
    row: dict[str, Any] = rows.get()
    return row


def fact_groups(
    description: RecordDescription,
    actor: Actor,
    record: Record,
    now: datetime,
    *,
    keys: Iterable[str] | None = None,
) -> list[FactGroup]:
    """Facts of a visible record in the description's order, under its groups.

    Args:
        keys: only these fields, in this order.
    """
    wanted = description.visible_fields(actor)
    if keys is None:
        wanted = [one for one in wanted if one.fact]
    else:
        by_key = {one.key: one for one in wanted}
        wanted = [by_key[key] for key in keys if key in by_key]
    wanted = [one for one in wanted if is_shown(description, one, {}, record, now)]
    row = row_of(record, wanted)
    context = FormatContext.of(actor, now)
    may_edit = model_queryset(type(record)).allows(actor, "edit", record)
    may_edit = may_edit and record.deleted_at is None
    groups: dict[str, FactGroup] = {}
    for one in wanted:
        title = str(one.group)
        group = groups.setdefault(title, FactGroup(title))
        html = fact_cell(description, actor, one, row, context, may_edit=may_edit)
        group.facts.append(Fact(one.key, str(one.label), html))
    return list(groups.values())


def fact_cell(
    description: RecordDescription,
    actor: Actor,
    one: Field,
    row: dict[str, Any],
    context: FormatContext,
    *,
    may_edit: bool,
) -> SafeString:
    """The value of one fact; with what edits it in place where the actor may."""
    shown = one.cell(row, context)
    if isinstance(one.kind, LongText) and shown:
        shown = mark_safe(f'<span class="prewrap">{shown}</span>')  # noqa: S308 - escaped by kind
    closed = actor.read_only_fields(description.type)
    if not may_edit or not one.writable or one.key in closed or not one.kind.inline:
        return shown or mark_safe('<span class="ink-3">–</span>')
    return editable(description.slug, row["pk"], row["version"], one, shown)


def editable(slug: str, pk: int, version: int, one: Field, shown: SafeString) -> SafeString:
    """A value with its way to be edited: in place, or by a dialog for links and long texts."""
    label = escape(one.label)
    value = shown or mark_safe(f'<span class="ink-3">{escape(_("Add"))}</span>')  # noqa: S308
    base = record_url(slug, pk)
    if not one.kind.in_cell:
        url = f"{reverse('records:edit', kwargs={'slug': slug, 'pk': pk})}?fields={one.key}"
        name = escape(_("Edit %(field)s") % {"field": one.label})
        return mark_safe(  # noqa: S308 - parts escaped
            f'<span class="linked">{shown or ""}'
            f'<a class="edit-link{"" if shown else " bare"}" href="{url}" hx-get="{url}" '
            f'hx-target="#dialogs" data-dialog aria-label="{name}" title="{name}">'
            f"{'' if shown else escape(_('Add'))}"
            f'<svg class="icon s14" aria-hidden="true"><use href="{sprite_url()}#pencil"/></svg>'
            "</a></span>"
        )
    return mark_safe(  # noqa: S308 - parts escaped
        f'<sj-inline-edit data-url="{base}field/{one.key}/" data-version="{version}" '
        f'data-column="{one.key}" data-label="{label}">'
        f'<button type="button" class="edit-show">{value}</button></sj-inline-edit>'
    )
