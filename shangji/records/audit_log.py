"""The audit log in words: who did what through which door, and to which records."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Change, Operation
from shangji.foundation.audit.queries import may_undo, visible_operations
from shangji.foundation.audit.registry import tracked_model
from shangji.foundation.audit.words import action_name
from shangji.lib.date_reading import parse_date
from shangji.lib.dates import start_of_day
from shangji.lib.values import dataclass
from shangji.records.description import by_type
from shangji.records.history import DOORS, KINDS, Part, change_parts
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.link import record_url

PAGE = 50
#: changes shown of one operation
SHOWN = 200


@dataclass(frozen=True)
class Filter:
    """What the log is narrowed to; empty parts do not narrow."""

    person: str = ""
    type: str = ""
    since: date | None = None
    until: date | None = None
    problem: str = ""


@dataclass(frozen=True)
class Line:
    """One operation in words."""

    operation: Operation
    action: str
    door: str
    may_undo: bool


@dataclass
class LogPage:
    lines: list[Line] = field(default_factory=list)
    more: bool = False


@dataclass(frozen=True)
class ChangedRecord:
    """One record that an operation changed."""

    title: str
    url: str
    type: str
    verb: str
    parts: tuple[Part, ...]


def read_filter(params: QueryDict) -> Filter:
    """The filter of the log's form; dates that do not read are named."""
    days: dict[str, date | None] = {"since": None, "until": None}
    problem = ""
    for key in days:
        text = params.get(key, "")[:40]
        if text:
            try:
                days[key] = parse_date(text)
            except ValueError as error:
                problem = str(error)
    person = params.get("person", "")[:18]
    return Filter(
        person=person if person.isdecimal() else "",
        type=params.get("type", "")[:40],
        since=days["since"],
        until=days["until"],
        problem=problem,
    )


def page(actor: Actor, chosen: Filter, number: int) -> LogPage:
    """One page of operations, newest first."""
    rows = _narrowed(visible_operations(actor), chosen)
    start = (number - 1) * PAGE
    found = list(rows[start : start + PAGE + 1])
    lines = [
        Line(one, action_words(one), str(DOORS.get(one.door, "")), may_undo(actor, one))
        for one in found[:PAGE]
    ]
    return LogPage(lines, len(found) > PAGE)


def _narrowed(rows: QuerySet[Operation], chosen: Filter) -> QuerySet[Operation]:
    zone = timezone.get_current_timezone()
    if chosen.person:
        rows = rows.filter(actor_id=int(chosen.person))
    if chosen.type:
        rows = rows.filter(
            Exists(Change.objects.filter(operation=OuterRef("pk"), record_type=chosen.type))
        )
    if chosen.since:
        rows = rows.filter(at__gte=start_of_day(chosen.since, zone))
    if chosen.until:
        rows = rows.filter(at__lt=start_of_day(chosen.until + timedelta(days=1), zone))
    return rows


def action_words(operation: Operation) -> str:
    """`opportunity.bulk_edit` as "Opportunity: several changed"."""
    record_type, _dot, verb = operation.action.partition(".")
    description = by_type(record_type)
    words = {
        "create": _("created"),
        "edit": _("changed"),
        "delete": _("put into the recycle bin"),
        "restore": _("restored"),
        "import": _("imported"),
        "import_parts": _("people and stages imported"),
        "bulk_edit": _("several changed"),
        "bulk_assign": _("several given to somebody"),
        "bulk_delete": _("several put into the recycle bin"),
        "bulk_restore": _("several restored"),
        "move": _("moved to another stage"),
        "next_step": _("next step set"),
        "merge": _("several merged into one"),
        "purge": _("removed from the bin for good"),
    }
    if operation.action == "undo":
        return _("Undid an operation")
    if description is not None and verb in words:
        return _("%(type)s: %(what)s") % {"type": description.name, "what": words[verb]}
    return action_name(operation.action)


def people() -> list[tuple[int, str]]:
    """Everybody who may appear in the log."""
    rows = get_user_model().objects.order_by("name").values_list("pk", "name")
    return [(pk, name) for pk, name in rows]


def changes_of(actor: Actor, operation: Operation, now: datetime) -> list[ChangedRecord]:
    """What an operation changed; records the reader may not know of are left out."""
    changes = list(Change.objects.filter(operation=operation).order_by("id")[:SHOWN])
    names = titles(actor, ((change.record_type, change.record_id) for change in changes))
    context = FormatContext.of(actor, now)
    found = []
    for change in changes:
        key = (change.record_type, change.record_id)
        if key not in names:
            continue
        description = by_type(change.record_type)
        found.append(
            ChangedRecord(
                title=names[key],
                url=record_url(description.slug, change.record_id) if description else "",
                type=str(description.name) if description else change.record_type,
                verb=str(KINDS[change.kind]),
                parts=change_parts(change, actor, context),
            )
        )
    return found


def titles(actor: Actor, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Titles of records the actor may read, the bin included; one query a type."""
    wanted: dict[str, set[int]] = {}
    for record_type, pk in keys:
        wanted.setdefault(record_type, set()).add(pk)
    found: dict[tuple[str, int], str] = {}
    for record_type, ids in wanted.items():
        model = tracked_model(record_type)
        if model is None:
            continue
        for row in model_queryset(model).permitted(actor, "read").filter(pk__in=ids):
            found[record_type, row.pk] = str(row)
    return found


def explain_left(actor: Actor, left: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The report of an undo in words: record, field, cause."""
    names = titles(actor, ((one["record_type"], one["record_id"]) for one in left))
    lines = []
    for one in left[:SHOWN]:
        description = by_type(one["record_type"])
        title = names.get((one["record_type"], one["record_id"]))
        label = one["field"]
        if description is not None:
            label = next((str(f.label) for f in description.fields if f.logged == label), label)
        lines.append(
            {
                "title": title or _("A record you may no longer see"),
                "url": record_url(description.slug, one["record_id"])
                if description and title
                else "",
                "field": label,
                "cause": _(one["cause"]),
            }
        )
    return lines
