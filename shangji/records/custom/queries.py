"""What the settings page shows of added fields."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.errors import DomainError, NotFound
from shangji.lib.values import dataclass
from shangji.records.custom.actions import RIGHT
from shangji.records.custom.catalogue import KINDS
from shangji.records.custom.live import field_of, takes_fields
from shangji.records.custom.models import CustomField, UniqueTogether
from shangji.records.custom.together import fits, rules_of
from shangji.records.description import Field, RecordDescription, by_slug, descriptions
from shangji.records.kinds.base import FormatContext

#: records on which a draft is tried
TRIED = 5


@dataclass(frozen=True)
class FieldLine:
    """One field of the list; `broken` says why it is skipped."""

    row: CustomField
    kind: Any
    broken: str = ""


def types_with_fields(actor: Actor) -> list[RecordDescription]:
    """Types that take fields, in the order of the house."""
    require_right(actor, RIGHT)
    return [one for one in descriptions() if takes_fields(one)]


def chosen_type(actor: Actor, slug: str) -> RecordDescription:
    """The type whose fields are shown. NotFound for a word that is none."""
    known = types_with_fields(actor)
    if not slug:
        return next((one for one in known if one.type == "opportunity"), known[0])
    found = by_slug(slug)
    if found is None or not takes_fields(found):
        raise NotFound(_("There is no such record type."))
    return found


def field_lines(actor: Actor, record_type: str) -> list[FieldLine]:
    """Fields of a type in order, those in the bin left out."""
    require_right(actor, RIGHT)
    rows = CustomField.objects.alive().filter(of_type=record_type).order_by("position", "pk")
    return [_line(row) for row in rows]


def deleted_lines(actor: Actor, record_type: str) -> list[FieldLine]:
    """Fields in the bin, the newest first."""
    require_right(actor, RIGHT)
    rows = CustomField.objects.binned().filter(of_type=record_type).order_by("-deleted_at")
    return [_line(row) for row in rows]


@dataclass(frozen=True)
class TogetherLine:
    """Fields that are unique together, in words; `broken` when one of them is gone or a draft."""

    row: UniqueTogether
    text: str
    broken: bool = False


def together_lines(actor: Actor, description: RecordDescription) -> list[TogetherLine]:
    """Rules of a type, oldest first."""
    require_right(actor, RIGHT)
    known = {one.key: one for one in description.fields}
    added = CustomField.objects.filter(of_type=description.type)
    names = {row.key: row.label for row in added}
    found = []
    for row in rules_of(description.type):
        labels = [
            str(known[key].label) if key in known else names.get(key, key) for key in row.keys
        ]
        broken = any(key not in known for key in row.keys)
        found.append(TogetherLine(row, " + ".join(labels), broken))
    return found


def together_fields(actor: Actor, description: RecordDescription) -> list[Field]:
    """Fields that can be part of a rule."""
    require_right(actor, RIGHT)
    return [one for one in description.fields if fits(description, one)]


def get_rule(actor: Actor, pk: int) -> UniqueTogether:
    """One living rule. NotFound otherwise."""
    require_right(actor, RIGHT)
    row = UniqueTogether.objects.alive().filter(pk=pk).first()
    if row is None:
        raise NotFound(_("Not here, or not yours to see."))
    return row


def _line(row: CustomField) -> FieldLine:
    kind = KINDS.get(row.kind)
    return FieldLine(row, kind.label if kind else row.kind, why_broken(row))


def why_broken(row: CustomField) -> str:
    """Why the field is skipped; "" while it is whole."""
    try:
        field_of(row)
    except DomainError as problem:
        return str(problem.message)
    return ""


def get_field(actor: Actor, pk: int) -> CustomField:
    """One field, in the bin or not. NotFound otherwise."""
    require_right(actor, RIGHT)
    row = CustomField.objects.filter(pk=pk).first()
    if row is None:
        raise NotFound(_("Not here, or not yours to see."))
    return row


@dataclass(frozen=True)
class Tried:
    """A record with the field on it: its value as a list shows it."""

    pk: int
    name: str
    cell: SafeString | str


def tried_on(actor: Actor, description: RecordDescription, one: Field, now: Any) -> Sequence[Tried]:
    """The newest records the actor sees, each with what the field holds or begins with."""
    rows = model_queryset(description.model).visible_to(actor).order_by("-updated_at", "-pk")
    title = description.field(description.title, actor).orm
    context = FormatContext.of(actor, now)
    paths = list(dict.fromkeys(("pk", title, *one.paths())))
    found = list(rows.values(*paths)[:TRIED])
    one.kind.look(found, one.orm, context)
    return [Tried(row["pk"], str(row[title]), one.cell(row, context)) for row in found]
