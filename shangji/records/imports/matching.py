"""Which record a row of the file stands for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.querysets import model_queryset
from shangji.lib.first_places import FirstPlaces
from shangji.lib.sheets import Row
from shangji.records.description import Field, RecordDescription
from shangji.records.imports.mapping import Mapping as FileMapping
from shangji.records.imports.readers import text_of
from shangji.records.imports.rows import ImportRows


class Matching:
    """The part of an importer that finds records; it remembers keys over the chunks."""

    mapping: FileMapping
    header: tuple[str, ...]
    rows: ImportRows
    description: RecordDescription
    fields: Mapping[str, Field]
    match: Sequence[str]
    #: by field key: the line on which each value stood first
    _seen: dict[str, FirstPlaces]

    def _match(
        self,
        rows: Sequence[Row],
        values: list[dict[str, Any]],
        causes: list[list[tuple[str, str]]],
    ) -> list[int]:
        """The id of the record each row stands for, 0 for none; doubles and ties are causes."""
        found = [0] * len(rows)
        for key in self.match:
            keys = ["" if key not in own else self._key(key, own[key]) for own in values]
            wanted = {
                word
                for place, word in enumerate(keys)
                if word and not found[place] and not causes[place]
            }
            known = self._find(key, wanted)
            seen = self._seen.setdefault(key, FirstPlaces())
            for place, word in enumerate(keys):
                if not word or causes[place]:
                    continue
                line = rows[place].line if self.mapping.many else seen.first(word, rows[place].line)
                if line != rows[place].line:
                    if key == self.match[0]:
                        text = _("Line %(line)s has the same %(field)s.")
                        named = {"line": line, "field": self.fields[key].label}
                        causes[place].append(("", text % named))
                    continue
                if found[place]:
                    continue
                ids = known.get(word, [])
                if len(ids) > 1:
                    text = _("Several records have this %(field)s.")
                    causes[place].append(("", text % {"field": self.fields[key].label}))
                elif ids:
                    found[place] = ids[0]
        for place, own in enumerate(values):
            own.pop("id", None)
            if found[place]:
                own.pop("external_id", None)
            elif "id" in self.match and self._had_id(rows[place]) and not causes[place]:
                causes[place].append(("", _("Not here, or not yours to see.")))
        return found

    def _had_id(self, row: Row) -> bool:
        column = self.mapping.column_of("id")
        return column is not None and bool(
            text_of(row.cells[self.header.index(column.header)]).strip()
        )

    def _key(self, key: str, value: Any) -> str:
        if key in {"id", "external_id"}:
            return str(value)
        return self.rows.match_key(key, value)

    def _find(self, key: str, wanted: Iterable[str]) -> dict[str, list[int]]:
        words = sorted(wanted)
        known: dict[str, list[int]] = {}
        for start in range(0, len(words), 800):
            batch = words[start : start + 800]
            if key == "id":
                living = model_queryset(self.description.model).alive()
                ids = living.filter(pk__in=[int(word) for word in batch])
                known |= {str(pk): [pk] for pk in ids.values_list("pk", flat=True)}
            elif key == "external_id":
                known |= self.rows.find_external(self.mapping.system, batch)
            else:
                known |= self.rows.find(key, batch)
        return known

    def _records(self, matched: Sequence[int], *, lock: bool) -> dict[int, Any]:
        ids = sorted({pk for pk in matched if pk})
        if not ids:
            return {}
        rows = model_queryset(self.description.model).filter(deleted_at=None)
        if lock:
            rows = rows.select_for_update()
        found: dict[int, Any] = {}
        for start in range(0, len(ids), 800):
            found |= {one.pk: one for one in rows.filter(pk__in=ids[start : start + 800])}
        return found
