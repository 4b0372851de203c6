"""Everything that can lead to a record, found from the models: a new table needs no line here.

Foreign keys and one-to-one links by their targets; loose references by their names: `x_type`
beside `x_id` (files, visits), or `<record type>_id` as a plain number (touches).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from shangji.foundation.audit.models import Record
from shangji.lib.values import dataclass

_FEW = 8


@dataclass(frozen=True)
class Link:
    """One column that leads to records of a type.

    Attributes:
        column: the attribute that holds the id (`account_id`).
        name: the field's name (`account`).
        type_column: of a loose reference, the column that says which type.
        hangs: the row belongs to the record and goes to the bin with it.
        follows: key of the field whose choice the rows follow.
        yields: columns and values that a row takes on where it would clash.
    """

    model: type[models.Model]
    column: str
    name: str
    type_column: str = ""
    hangs: bool = False
    follows: str = ""
    yields: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def is_record(self) -> bool:
        return issubclass(self.model, Record)

    def rows(self, record_type: str, ids: Any) -> Any:
        """Rows that lead to some records, the bin included."""
        found = self.model._base_manager.filter(**among(self.column, ids))
        return found.filter(**{self.type_column: record_type}) if self.type_column else found


def among(path: str, ids: Collection[int]) -> dict[str, Any]:
    """The condition that an id is one of some. Those made one after the other, as an import makes
    them, are a range: hundreds of parameters would take longer than what is asked."""
    if len(ids) > _FEW and max(ids) - min(ids) == len(set(ids)) - 1:
        return {f"{path}__gte": min(ids), f"{path}__lte": max(ids)}
    return {f"{path}__in": ids}


@cache
def links_to(model: type[Record]) -> tuple[Link, ...]:
    """All columns of all tables that lead to records of a model and go along in a merge."""
    found = [*_keys(model), *_loose(model.record_type)]
    return tuple(sorted(found, key=lambda link: (link.model._meta.label_lower, link.column)))


def _keys(model: type[Record]) -> Iterator[Link]:
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        key, owner = relation.field, relation.related_model
        if not isinstance(owner, type) or owner._meta.proxy or key.name in _stays(owner):
            continue
        yield Link(
            model=owner,
            column=key.attname,
            name=key.name,
            hangs=relation.on_delete is models.CASCADE,
            follows=getattr(owner, "merge_follows", {}).get(key.name, ""),
            yields=getattr(owner, "merge_yields", {}).get(key.name, {}),
        )


def _loose(record_type: str) -> Iterator[Link]:
    for owner in apps.get_models():
        columns = {item.name: item for item in owner._meta.concrete_fields}
        for name, item in columns.items():
            if item.is_relation or not isinstance(item, models.IntegerField):
                continue
            if not name.endswith("_id") or name in _stays(owner):
                continue
            type_column = f"{name.removesuffix('_id')}_type"
            if type_column in columns:
                yield Link(owner, name, name, type_column, hangs=True)
            elif name == f"{record_type}_id":
                yield Link(owner, name, name, hangs=True)


def _stays(model: type[models.Model]) -> frozenset[str]:
    found: frozenset[str] = getattr(model, "merge_stays", frozenset())
    return found


def uniques(link: Link) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    """Sets of columns that the database keeps unique and that the link is part of: the other
    columns, and the condition under which they count."""
    options = link.model._meta
    key: Any = options.get_field(link.name)
    if key.unique:
        yield (), None
    for constraint in options.constraints:
        if isinstance(constraint, models.UniqueConstraint) and link.name in constraint.fields:
            others = [name for name in constraint.fields if name != link.name]
            yield tuple(others), constraint.condition
