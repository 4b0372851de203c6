"""Create, edit, assign, delete, restore: one action each, for every described type."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require, require_type
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.custom_values import COLUMN, put
from shangji.foundation.audit.models import OwnedRecord, Record
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.lib.errors import Forbidden, Invalid, NotFound
from shangji.records.actions.circles import circles, hold_own_links
from shangji.records.custom.together import refusal, taken_together
from shangji.records.custom.when import missing
from shangji.records.description import RecordDescription, describe


def create_record(
    *, actor: Actor, record_type: str, values: Mapping[str, Any], now: datetime
) -> Record:
    """Make one record. `values` by field key, already parsed. Invalid names what is missing."""
    description = describe(record_type)
    require_type(actor, "create", record_type)
    values = with_defaults(description, values)
    check_values(description, actor, values, None)
    with unique_values():
        if description.create is not None:
            return description.create(actor=actor, values=values, now=now)
        with operation(actor, f"{record_type}.create", now=now) as op:
            return insert(op, description, values)


def insert(op: Recorder, description: RecordDescription, values: Mapping[str, Any]) -> Record:
    """Build, own and log one new record inside an open operation."""
    record = description.model(**columns(description, values))
    if isinstance(record, OwnedRecord) and "owner" not in values:
        record.owner_id = op.actor.user_id
    return op.created(record)


def edit_record(
    *,
    actor: Actor,
    record: Record,
    values: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> Record:
    """Change fields of one record; fields changed by somebody else since `version` conflict."""
    description = describe(record.record_type)
    require(actor, "edit", record)
    for key in values:
        description.writable_field(key, actor)
    if "owner" in values:
        require_assign(actor, record, values["owner"])
    change = description.edit or _edit
    with unique_values():
        return change(actor=actor, record=record, values=values, version=version, now=now)


def _edit(
    *,
    actor: Actor,
    record: Record,
    values: Mapping[str, Any],
    version: int | None,
    now: datetime,
) -> Record:
    description = describe(record.record_type)
    with operation(actor, f"{record.record_type}.edit", now=now) as op:
        hold_own_links(description, values)
        return update(op, description, op.lock(record), values, version)


@contextmanager
def unique_values() -> Iterator[None]:
    """What the database keeps unique is refused in words. Stands outside the transaction."""
    try:
        yield
    except IntegrityError as error:
        raise refusal(error) from None


def update(
    op: Recorder,
    description: RecordDescription,
    record: Record,
    values: Mapping[str, Any],
    version: int | None,
) -> Record:
    """Set fields of a locked record inside an open operation."""
    check_values(description, op.actor, values, record)
    return op.update(record, columns(description, values), version=version)


def assign_record(
    *, actor: Actor, record: OwnedRecord, owner_id: int | None, now: datetime
) -> Record:
    """Give a record to somebody, or to the open pool with None."""
    return edit_record(actor=actor, record=record, values={"owner": owner_id}, now=now)


def delete_record(*, actor: Actor, record: Record, now: datetime, reason: str = "") -> None:
    """Into the bin, from where it can be restored for 30 days."""
    require(actor, "delete", record)
    with operation(actor, f"{record.record_type}.delete", now=now, reason=reason) as op:
        op.deleted(op.lock(record))


def restore_record(*, actor: Actor, record: Record, now: datetime) -> None:
    """Out of the bin. NotFound when it is not there."""
    require(actor, "delete", record)
    with unique_values(), operation(actor, f"{record.record_type}.restore", now=now) as op:
        fresh = type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
        if fresh is None or fresh.deleted_at is None:
            raise NotFound(_("It is not in the recycle bin."))
        op.restored(fresh)


def check_values(
    description: RecordDescription,
    actor: Actor,
    values: Mapping[str, Any],
    record: Record | None,
) -> None:
    """Required fields are there, no link closes a circle, and the type's own check holds.

    Called with the record locked, and after `hold_own_links`.
    """
    errors: dict[str, list[str]] = {}
    for one in description.fields:
        if one.required and one.writable and one.shown_if is None:
            given = values.get(one.key, None if record is None else ...)
            if given in (None, ""):
                errors[one.key] = [_("This is needed.")]
    for one in missing(description, values, record):
        errors[one.key] = [_("This is needed.")]
    errors |= _taken(description, values, record)
    errors |= taken_together(description, actor, values, record)
    if record is not None:
        errors |= {key: [cause] for key, cause in circles(description, record, values).items()}
    if description.check is not None:
        for key, texts in description.check(actor, values, record).items():
            errors.setdefault(key, []).extend(texts)
    if errors:
        raise Invalid(errors)


def _taken(
    description: RecordDescription, values: Mapping[str, Any], record: Record | None
) -> dict[str, list[str]]:
    """Values that another living record has, of fields that take none twice: told in words before
    the database refuses them."""
    found: dict[str, list[str]] = {}
    for one in description.fields:
        value = values.get(one.key) if one.unique else None
        if value in (None, ""):
            continue
        others = model_queryset(description.model).alive().filter(**{one.orm: value})
        if others.exclude(pk=record.pk if record else None).exists():
            found[one.key] = [_("Another record has this value already.")]
    return found


def with_defaults(description: RecordDescription, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a new record, with what added fields begin with where nothing is said."""
    begin = {
        one.key: one.default
        for one in description.fields
        if one.is_custom and one.default is not None and one.key not in values
    }
    return {**begin, **values}


def columns(description: RecordDescription, values: Mapping[str, Any]) -> dict[str, Any]:
    """Model attributes of values by field key: links and people by id, custom ones in their
    column."""
    attributes: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    known = {one.key: one for one in description.fields}
    for key, value in values.items():
        if key in known and known[key].is_custom:
            custom[key] = put(key, value)
        elif key in known:
            attributes[known[key].orm] = value
    found = {
        (f"{name}_id" if _is_link(description, name) else name): value
        for name, value in attributes.items()
    }
    return found | {COLUMN: custom} if custom else found


def _is_link(description: RecordDescription, name: str) -> bool:
    return bool(description.model._meta.get_field(name).is_relation)


def require_assign(actor: Actor, record: Record, owner_id: int | None) -> None:
    """Taking a record from somebody needs the right to assign; to whom is free within it."""
    require(actor, "assign", record)
    if owner_id is None and not actor.role.grant(record.record_type).pool:
        raise Forbidden(_("Your role does not use the open pool."))
