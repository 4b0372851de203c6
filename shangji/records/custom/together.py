"""Fields that are unique together: said in words before a write, held by an index of the database.

Empty values are no values that could be taken, as with a field that is unique alone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.custom_values import COLUMN, STORES, is_custom, sql_of
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Conflict, Invalid, NotFound
from shangji.records.custom import live
from shangji.records.custom.models import CustomField, UniqueTogether
from shangji.records.description import Field, RecordDescription, base_of, by_type, describe

RIGHT = "settings.fields"
#: fields of one rule, and rules of one type
LEAST, MOST, RULES = 2, 4, 20
#: doubles that are named
NAMED = 3
#: begins the name of each index of added fields
PREFIX = "added_"
_NAMED_INDEX = re.compile(rf"{PREFIX}(u\d+|[a-z0-9]{{8}})_once")
_PLAIN = (
    models.CharField, models.IntegerField, models.DecimalField, models.DateField,
    models.ForeignKey, models.UUIDField,
)  # fmt: skip


def fits(description: RecordDescription, one: Field) -> bool:
    """Whether a field can be part of a rule: it can be written, and is a plain column or an added
    value with a length that an index takes."""
    if not one.writable or one.kind.name in {"longtext", "richtext", "tags", "boolean"}:
        return False
    if one.is_custom:
        return one.key[0] not in "lb"
    try:
        item: Any = description.model._meta.get_field(one.orm)
    except FieldDoesNotExist:
        return False
    return isinstance(item, _PLAIN)


def path_of(one: Field, model: type[Record]) -> str:
    """The ORM path of the value that is compared: of a link its id."""
    if one.is_custom:
        return one.orm
    return str(model._meta.get_field(one.orm).attname)  # type: ignore[union-attr]


def filled(model: type[Record], fields: Iterable[Field]) -> Q:
    """Rows that have a value in each field."""
    found = Q()
    for one in fields:
        path = path_of(one, model)
        found &= Q(**({f"{path}__gt": ""} if _is_text(one, model) else {f"{path}__isnull": False}))
    return found


def _is_text(one: Field, model: type[Record]) -> bool:
    if one.is_custom:
        return bool(STORES[one.key[0]].nothing == "")
    return isinstance(model._meta.get_field(one.orm), models.CharField)


def index_of(row: UniqueTogether, known: Iterable[str]) -> tuple[str, str, str] | None:
    """Name, table and the rest of the statement of a rule's index; None while one of its fields
    is no published one.

    Args:
        known: keys of the added fields that are published.
    """
    base = base_of(row.of_type)
    if base is None or row.deleted_at is not None:
        return None
    quote, model = connection.ops.quote_name, base.model
    by_key = {one.key: one for one in base.fields}
    columns, conditions = [], [f"{quote('deleted_at')} IS NULL"]
    known = set(known)
    for key in row.keys:
        if is_custom(key):
            if key not in known:
                return None
            value = sql_of(key, quote(COLUMN), connection.vendor)
            value = f"({value})" if connection.vendor == "postgresql" else value
            is_text = STORES[key[0]].nothing == ""
        elif key in by_key:
            item: Any = model._meta.get_field(by_key[key].orm)
            value, is_text = quote(item.column), isinstance(item, models.CharField)
        else:
            return None
        columns.append(value)
        conditions.append(f"{value} <> ''" if is_text else f"{value} IS NOT NULL")
    on = f"({', '.join(columns)}) WHERE {' AND '.join(conditions)}"
    return f"{PREFIX}u{row.pk}_once", model._meta.db_table, on


def rules_of(record_type: str) -> list[UniqueTogether]:
    """Living rules of a type, oldest first."""
    return list(UniqueTogether.objects.alive().filter(of_type=record_type).order_by("pk"))


def add_together(
    *, actor: Actor, record_type: str, keys: Sequence[str], now: datetime
) -> UniqueTogether:
    """Let no two records of a type have the same values in some fields.

    Invalid names records that have them already: those are changed or merged first.
    """
    require_right(actor, RIGHT)
    description = by_type(record_type)
    if description is None or not live.takes_fields(description):
        raise NotFound(_("There is no such record type."))
    fields = [one for one in description.fields if one.key in keys]
    if not LEAST <= len(fields) <= MOST or len(fields) < len(set(keys)):
        text = _("Choose %(least)s to %(most)s fields.")
        raise Invalid.whole(text % {"least": LEAST, "most": MOST})
    for one in fields:
        if not fits(description, one):
            text = _("“%(name)s” cannot be kept unique together with others.")
            raise Invalid.whole(text % {"name": one.label})
    chosen = [one.key for one in fields]
    others = rules_of(record_type)
    if any(row.keys == chosen for row in others):
        raise Invalid.whole(_("These are unique together already."))
    if len(others) >= RULES:
        raise Invalid.whole(_("At most %(n)s of one type.") % {"n": RULES})
    found = doubles(actor, description, fields)
    if found:
        words = {"fields": in_words(fields), "examples": "; ".join(found)}
        text = _(
            "Records have the same %(fields)s already: %(examples)s. Change or merge them first."
        )
        raise Invalid.whole(text % words)
    with operation(actor, "unique.create", now=now) as op:
        return op.created(UniqueTogether(of_type=record_type, keys=chosen))


def drop_together(*, actor: Actor, row: UniqueTogether, now: datetime) -> None:
    """Let records have the same values again."""
    require_right(actor, RIGHT)
    with operation(actor, "unique.delete", now=now) as op:
        op.deleted(op.lock(row))


def doubles(actor: Actor, description: RecordDescription, fields: Sequence[Field]) -> list[str]:
    """Some records that have the same in all of the fields, "A = B"; at most NAMED pairs."""
    model = description.model
    paths = [path_of(one, model) for one in fields]
    living = model_queryset(model).alive().filter(filled(model, fields)).order_by()
    groups = living.values(*paths).annotate(same=Count("pk")).filter(same__gt=1)[:NAMED]
    found = []
    for group in list(groups):
        same = living.filter(**{path: group[path] for path in paths}).order_by("pk")
        found.append(" = ".join(name_of(actor, row) for row in same[:2]))
    return found


def name_of(actor: Actor, record: Record) -> str:
    """A record's name for who may know of it."""
    if model_queryset(type(record)).allows(actor, "read", record):
        return f"“{record}”"
    return _("a record that is not yours to see")


def in_words(fields: Iterable[Field]) -> str:
    """Names of fields, one after another as a language does."""
    joint = "、" if (get_language() or "").startswith("zh") else " + "
    return joint.join(str(one.label) for one in fields)


def taken_together(
    description: RecordDescription,
    actor: Actor,
    values: Mapping[str, Any],
    record: Record | None,
) -> dict[str, list[str]]:
    """Rules that a write would break, by key of a field that is written: the fields and the other
    record in words, before the database refuses it."""
    found: dict[str, list[str]] = {}
    model = description.model
    for keys in live.together_of(description.type):
        fields = [one for one in description.fields if one.key in keys]
        given = [key for key in keys if key in values]
        if len(fields) < len(keys) or (not given and record is not None):
            continue
        held = {path_of(one, model): _held(one, values, record, actor) for one in fields}
        if any(value in (None, "") for value in held.values()):
            continue
        others = model_queryset(model).alive().filter(**held)
        other = others.exclude(pk=record.pk if record else None).order_by("pk").first()
        if other is not None:
            words = {"name": name_of(actor, other), "fields": in_words(fields)}
            text = _("%(name)s has the same %(fields)s already.") % words
            found[given[-1] if given else keys[0]] = [text[:1].upper() + text[1:]]
    return found


def _held(one: Field, values: Mapping[str, Any], record: Record | None, actor: Actor) -> Any:
    if one.key in values:
        return getattr(values[one.key], "pk", values[one.key])
    if record is not None:
        return one.raw(record)
    return actor.user_id if one.key == "owner" else None


def refused_by_index(error: Exception) -> str:
    """What an index of added fields refuses, in words; of any other refusal of the database, that
    a value is taken."""
    named = _NAMED_INDEX.search(str(error))
    key = named[1] if named and not connection.needs_rollback else ""
    if is_custom(key):
        row = CustomField.objects.filter(key=key).first()
        if row is not None:
            return _("Another record has the same %(fields)s already.") % {"fields": row.label}
    elif key:
        rule = UniqueTogether.objects.filter(pk=int(key[1:])).first()
        if rule is not None:
            fields = [one for one in describe(rule.of_type).fields if one.key in rule.keys]
            text = _("Another record has the same %(fields)s already.")
            return text % {"fields": in_words(fields)}
    return _("Another record has one of these values already.")


def refusal(error: Exception) -> Conflict:
    """The same as an error that doors answer with. Asked outside the transaction that failed."""
    return Conflict(refused_by_index(error))
