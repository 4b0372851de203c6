"""From the cells of one column to values of one field, a chunk at a time, each word read once."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.workspace.queries import zone
from shangji.lib.date_reading import Order, date_of_cell
from shangji.lib.first_places import FirstPlaces
from shangji.lib.foreign_ids import foreign_id
from shangji.lib.money.rounding import CONTEXT
from shangji.lib.sheets import Cell
from shangji.records.description import Field
from shangji.records.imports.mapping import Column, Mapping
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds import Choice, Date, DateTime, Link, Money, Person, Tags, Whole

MEMORY = 50_000
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,4})?", re.ASCII)
#: what a multiplier may meet: amounts in millionths are long
_LONG_NUMBER = re.compile(r"-?[0-9]{1,24}(?:\.[0-9]{1,8})?", re.ASCII)
#: id of what a trial would make
WOULD_BE_MADE = -1


class Problem(str):
    """A cause why a cell cannot be read."""

    __slots__ = ()


def text_of(cell: Cell) -> str:
    """A cell as the text a person would have typed."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell.is_integer() and abs(cell) < 10**15
            else format(Decimal(repr(cell)), "f")
        )
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


class Reader:
    """Reads one column. `unknown` counts words that nobody knows, `made` how many it made."""

    def __init__(self, one: Field, column: Column, mapping: Mapping, actor: Actor) -> None:
        self.field = one
        self.column = column
        self.mapping = mapping
        self.actor = actor
        self.unknown: Counter[str] = Counter()
        self.made = FirstPlaces()
        self.empty = 0
        self._memory: dict[Any, Any] = {}
        self._words = {key.strip().casefold(): word for key, word in column.values.items()}
        closed = actor.read_only_fields(mapping.type)
        self.closed = not one.writable or one.key.partition(".")[0] in closed

    def read(self, cells: Sequence[Cell]) -> list[Any]:
        """One value, None for nothing, or Problem per cell."""
        memory = self._memory
        if len(memory) > MEMORY:
            self.forget()
        self.prepare(cells)
        values: list[Any] = []
        for cell in cells:
            # 1, 1.0 and True are one key of a dict and three things in a sheet
            key = cell if type(cell) is str else (type(cell), cell)
            try:
                value = memory[key]
            except KeyError:
                value = memory[key] = self._value(cell)
            values.append(value)
            if value is None:
                self.empty += 1
        return values

    def forget(self) -> None:
        """Begin anew with remembered words: they are read again when they come again."""
        self._memory.clear()

    def prepare(self, cells: Sequence[Cell]) -> None:
        """Look up at once what the cells will need."""

    def _value(self, cell: Cell) -> Any:
        cell = self.translate(cell)
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            return None
        if self.closed:
            return Problem(_("Your role may not set this field."))
        try:
            return self.parse(cell)
        except (ValueError, ArithmeticError) as problem:
            return Problem(problem if isinstance(problem, ValueError) else _("Too large."))

    def translate(self, cell: Cell) -> Cell:
        """The word that the mapping gives for a word of the file."""
        if self.column.split:
            cell = self._parted(cell)
        if not self._words:
            return cell
        return self._words.get(text_of(cell).strip().casefold(), cell)

    def _parted(self, cell: Cell) -> str:
        """Several values in one cell: all of them as tags are typed, else the first."""
        text = text_of(cell).strip()
        if text.startswith(("[", "【")) and text.endswith(("]", "】")):
            text = text[1:-1]
        parts = [part.strip() for part in re.split(f"[{re.escape(self.column.split)}]", text)]
        if isinstance(self.field.kind, Tags):
            return ",".join(part.replace(",", " ") for part in parts)
        return next(filter(None, parts), "")

    def parse(self, cell: Cell) -> Any:
        value = self.field.kind.parse(text_of(cell), actor=self.actor, locale=self.mapping.locale)
        return None if value == "" else value


class _WordReader(Reader):
    """Cells are names of something that is there, or is made."""

    def _unknown(self, word: str) -> Any:
        raise NotImplementedError

    def read(self, cells: Sequence[Cell]) -> list[Any]:
        values = super().read(cells)
        strange = self._strange
        if strange:
            for cell in cells:
                word = text_of(self.translate(cell)).strip()
                if word in strange:
                    self.unknown[word] += 1
        if len(self.unknown) > MEMORY:
            self.unknown = Counter(dict(self.unknown.most_common(MEMORY // 2)))
        return values

    def forget(self) -> None:
        super().forget()
        self._strange.clear()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._strange: set[str] = set()

    def nobody_knows(self, word: str, make: Callable[[str], Any] | None) -> Any:
        """What the mapping says happens with an unknown word."""
        self._strange.add(word)
        if self.column.unknown == "make" and make is not None:
            self.made.first(word, 0)
            return make(word)
        if self.column.unknown == "empty":
            return None
        return Problem(_("“%(word)s” was not found.") % {"word": word[:40]})


class LinkReader(_WordReader):
    """Names of records of another type, found by the key of that type."""

    def __init__(
        self,
        *args: Any,
        target: ImportRows,
        make: Callable[[str], Any] | None,
    ) -> None:
        super().__init__(*args)
        self._target = target
        named = self.column.by == "name"
        self._by = target.description.title if named else self.column.by
        # of a record found by its number or address no name is known
        self._make = make if named else None
        self._ids: dict[str, list[int]] = {}

    def forget(self) -> None:
        # together with the words: what was made since would be looked for in an old answer
        super().forget()
        self._ids.clear()

    def prepare(self, cells: Sequence[Cell]) -> None:
        wanted = {key for key in map(self._key, set(cells)) if key and key not in self._ids}
        words = list(wanted)
        for start in range(0, len(words), 800):
            batch = words[start : start + 800]
            found = (
                self._target.find_external(self.mapping.system, batch)
                if self._by == "external_id"
                else self._target.find(self._by, batch)
            )
            seen = self._visible([pk for ids in found.values() for pk in ids])
            for word in batch:
                self._ids[word] = [pk for pk in found.get(word, []) if pk in seen]

    def _visible(self, ids: list[int]) -> set[int]:
        kind = self._target.description
        if not ids or self.actor.scope("read", kind.type) is Scope.ALL:
            return set(ids)
        rows = model_queryset(kind.model).visible_to(self.actor).filter(pk__in=ids)
        return set(rows.values_list("pk", flat=True))

    def _key(self, cell: Cell) -> str:
        word = text_of(self.translate(cell)).strip()
        if not word or len(word) > 250:
            return ""
        if self._by == "external_id":
            return foreign_id(self.mapping.system, word)
        return self._target.match_key(self._by, word)

    def parse(self, cell: Cell) -> Any:
        word = text_of(cell).strip()
        found = self._ids.get(self._key(cell), [])
        if len(found) > 1 and self.column.by == "name":
            found = self._same(found, word)
        if len(found) == 1:
            return found[0]
        if found:
            return Problem(_("“%(word)s” fits more than one record.") % {"word": word[:40]})
        value = self.nobody_knows(word, self._make)
        if isinstance(value, int):
            # another writing of the same name means what was made for this one
            self._ids[self._key(cell)] = [value]
        return value

    def _same(self, ids: list[int], word: str) -> list[int]:
        """Among several with one key those of exactly this name, else all of them."""
        rows = model_queryset(self._target.description.model).filter(
            pk__in=ids, **{f"{self._target.description.title}__iexact": word}
        )
        return list(rows.values_list("pk", flat=True)) or ids


class PersonReader(_WordReader):
    """Names or mail addresses of people, whoever is switched off included."""

    def __init__(self, *args: Any, make: Callable[[str], Any] | None) -> None:
        super().__init__(*args)
        self._make = make
        self._ids: dict[str, set[int]] = {}
        people = get_user_model().objects.filter(deleted_at=None)
        for pk, name, email in people.values_list("pk", "name", "email"):
            for word in (name, email):
                self._ids.setdefault(word.strip().casefold(), set()).add(pk)

    def parse(self, cell: Cell) -> Any:
        word = " ".join(text_of(cell).split())[:254]
        found = self._ids.get(word.casefold(), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            return Problem(_("%(word)s is the name of several people.") % {"word": word[:40]})
        return self.nobody_knows(word, self._make)


class ChoiceReader(_WordReader):
    """Words of a list of options."""

    def __init__(self, *args: Any, make: Callable[[str], Any] | None) -> None:
        super().__init__(*args)
        self._make = make

    def parse(self, cell: Cell) -> Any:
        word = text_of(cell).strip()
        kind = self.field.kind
        assert isinstance(kind, Choice)
        try:
            value = kind.parse(word, actor=self.actor, locale=self.mapping.locale)
        except ValueError:
            return self.nobody_knows(word, self._make)
        return None if value == "" else value


class NumberReader(Reader):
    """Amounts and whole numbers; typed cells keep their digits."""

    def parse(self, cell: Cell) -> Any:
        kind = self.field.kind
        value: Any
        if self.column.times and _LONG_NUMBER.fullmatch(text_of(cell).strip()):
            value = Decimal(text_of(cell).strip())
        elif isinstance(kind, Money) and type(cell) is str and _PLAIN_NUMBER.fullmatch(cell):
            value = Decimal(cell)
        elif isinstance(kind, Money) and isinstance(cell, int | float) and cell == cell:
            value = kind.parse(text_of(cell), actor=self.actor, locale="en")
        else:
            value = super().parse(cell)
        if value is None or not self.column.times:
            return value
        product = CONTEXT.multiply(Decimal(value), Decimal(self.column.times))
        if product != product.quantize(Decimal("0.0001"), context=CONTEXT):
            raise ValueError(_("An amount has at most four decimals."))
        if isinstance(kind, Money):
            return kind.parse(format(product, "f"), actor=self.actor, locale="en")
        return kind.parse(format(product.to_integral_value(), "f"), actor=self.actor, locale="en")


class ForeignIdReader(Reader):
    """Ids of another system, in their full form."""

    def parse(self, cell: Cell) -> Any:
        value = super().parse(cell)
        return None if value is None else foreign_id(self.mapping.system, value)


class DateReader(Reader):
    """Days in the order the mapping names."""

    def parse(self, cell: Cell) -> Any:
        order: Order = self.column.dates or self.mapping.dates  # type: ignore[assignment]
        return date_of_cell(cell, order)


class InstantReader(Reader):
    """Instants; a day alone begins in the workspace's zone."""

    def parse(self, cell: Cell) -> Any:
        if isinstance(cell, datetime):
            return self._utc(cell)
        if isinstance(cell, str):
            try:
                return self._utc(datetime.fromisoformat(cell.strip()))
            except ValueError:
                pass
        order: Order = self.column.dates or self.mapping.dates  # type: ignore[assignment]
        day = date_of_cell(cell, order)
        assert day is not None
        return self._utc(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - zone below

    @staticmethod
    def _utc(value: datetime) -> datetime:
        if value.tzinfo is None:
            value = value.replace(tzinfo=zone())
        return value.astimezone(UTC)


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
    if isinstance(kind, Money | Whole):
        return NumberReader(*parts)
    if one.key == "external_id":
        return ForeignIdReader(*parts)
    return Reader(*parts)
