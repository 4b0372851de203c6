"""What others refer to: an undo does not put it into the bin under them."""

from collections.abc import Collection, Iterator
from typing import Any, TypeGuard

from django.db import models
from django.db.models import Exists, OuterRef

from shangji.foundation.audit.custom_values import PREFIX
from shangji.foundation.audit.models import Change, Record
from shangji.foundation.audit.registry import Going, tracked_model
from shangji.records.merging.added import link_fields
from shangji.records.merging.relations import Link, among, links_to


def used_since(going: Going, record_type: str) -> set[int]:
    """The ids of a type that living records lead to which stay themselves. A row that belongs to
    the record counts when a person made it (a call that was logged), not what a machine noted."""
    model, ids = tracked_model(record_type), going.made[record_type]
    if model is None or not ids:
        return set()
    found: set[int] = set()
    for link in links_to(model):
        if _is_record(link.model) or not link.hangs:
            found.update(_by_column(going, link, link.rows(record_type, ids)))
    for owner, key in link_fields(record_type):
        rows = _staying(going, owner, owner._base_manager.filter(**among(f"{PREFIX}{key}", ids)))
        found.update(rows.values_list(f"{PREFIX}{key}", flat=True))
    return found & set(ids)


def _by_column(going: Going, link: Link, rows: Any) -> Collection[int]:
    if _is_record(link.model):
        rows = _staying(going, link.model, rows)
        if link.hangs:
            rows = rows.exclude(created_by=None)
    else:  # a line or a person of a deal lives as long as the deal
        for name, owner in _owners(link):
            rows = _staying(going, owner, rows, f"{name}__")
    used: Collection[int] = rows.order_by().values_list(link.column, flat=True).distinct()
    return used


def _owners(link: Link) -> Iterator[tuple[str, type[Record]]]:
    """The records that a row belongs to, by the name of the key."""
    for item in link.model._meta.concrete_fields:
        owner = item.related_model
        if not isinstance(item, models.ForeignKey) or item.name == link.name:
            continue
        if item.remote_field.on_delete is models.CASCADE and _is_record(owner):
            yield item.name, owner


def _is_record(model: Any) -> TypeGuard[type[Record]]:
    return isinstance(model, type) and issubclass(model, Record)


def _staying(going: Going, model: type[Record], rows: Any, path: str = "") -> Any:
    """Rows whose record (at the path) is alive, does not go as well, and is not set back later by
    the same undo."""
    later = Change.objects.filter(
        operation=going.target,
        record_type=model.record_type,
        record_id=OuterRef(f"{path}pk"),
        version=OuterRef(f"{path}version"),
        id__lt=going.below,
    )
    rows = rows.filter(**{f"{path}deleted_at": None}).exclude(Exists(later))
    gone = going.made.get(model.record_type)
    return rows.exclude(**among(f"{path}pk", gone)) if gone else rows
