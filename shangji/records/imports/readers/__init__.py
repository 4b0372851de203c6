"""From the cells of one column to values of one field, a chunk at a time, each word read once."""

from collections.abc import Callable
from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.records.description import Field
from shangji.records.imports.mapping import Column, Mapping
from shangji.records.imports.readers.base import Problem, Reader, text_of
from shangji.records.imports.readers.numbers import NumberReader, PercentReader
from shangji.records.imports.readers.values import DateReader, ForeignIdReader, InstantReader
from shangji.records.imports.readers.words import ChoiceReader, LinkReader, PersonReader
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds import (
    Choice,
    Date,
    DateTime,
    Link,
    Money,
    Number,
    Percent,
    Person,
    Whole,
)

__all__ = ["NumberReader", "Problem", "Reader", "reader_for", "text_of"]

#: id of what a trial would make
WOULD_BE_MADE = -1


def reader_for(
    one: Field,
    column: Column,
    mapping: Mapping,
    actor: Actor,
    *,
    targets: Callable[[str], ImportRows],
    make_link: Callable[[str, str], Any] | None,
    make_person: Callable[[str], Any] | None,
    make_option: Callable[[str, str], Any] | None,
) -> Reader:
    """The reader of a field's kind."""
    parts = (one, column, mapping, actor)
    kind = one.kind
    if isinstance(kind, Link):
        target = kind.target

        def linked(word: str) -> Any:
            return make_link(target, word) if make_link else WOULD_BE_MADE

        may = actor.may("create", target)
        return LinkReader(*parts, target=targets(target), make=linked if may else None)
    if isinstance(kind, Person):
        may = actor.can("settings.people")
        person = make_person or (lambda word: WOULD_BE_MADE)
        return PersonReader(*parts, make=person if may else None)
    if isinstance(kind, Choice):

        def option(word: str) -> Any:
            return make_option(one.key, word) if make_option else WOULD_BE_MADE

        makes = targets(mapping.type).makes_options(one.key) and actor.is_admin
        return ChoiceReader(*parts, make=option if makes else None)
    if isinstance(kind, Date):
        return DateReader(*parts)
    if isinstance(kind, DateTime):
        return InstantReader(*parts)
    if isinstance(kind, Percent) and not column.times:
        return PercentReader(*parts)
    if isinstance(kind, Money | Number | Whole):
        return NumberReader(*parts)
    if one.key == "external_id":
        return ForeignIdReader(*parts)
    return Reader(*parts)
