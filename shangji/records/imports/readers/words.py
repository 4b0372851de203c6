"""Readers of words that stand for something: linked records, people, options."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.lib.foreign_ids import foreign_id
from shangji.lib.sheets import Cell
from shangji.records.imports.readers.base import MEMORY, Problem, Reader, text_of
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds import Choice

_ADDRESS = re.compile(r"[(<（]\s*([^\s()<>（）]+@[^\s()<>（）]+)\s*[)>）]$")


class WordReader(Reader):
    """Cells are names of something that is there, or is made."""

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


class LinkReader(WordReader):
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


class PersonReader(WordReader):
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
        if word.casefold() not in self._ids and (address := _ADDRESS.search(word)):
            word = address[1]  # "Ann Lee (ann@example.com)"
        found = self._ids.get(word.casefold(), set())
        if len(found) == 1:
            return next(iter(found))
        if found:
            return Problem(_("%(word)s is the name of several people.") % {"word": word[:40]})
        return self.nobody_knows(word, self._make)


class ChoiceReader(WordReader):
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
