"""One import at work: read a chunk, plan what each row becomes, write it.

A trial and the real run share everything up to `write`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.audit.values import to_json
from shangji.lib.errors import Invalid
from shangji.lib.first_places import FirstPlaces
from shangji.lib.sheets import Cell, Row
from shangji.records.custom.together import taken_together
from shangji.records.description import Field
from shangji.records.imports.mapping import Column, Constant, fill_template, places
from shangji.records.imports.mapping import Mapping as FileMapping
from shangji.records.imports.matching import Matching
from shangji.records.imports.people import make_person
from shangji.records.imports.plan import Change, Failure, Plan
from shangji.records.imports.readers import NumberReader, Problem, Reader, reader_for, text_of
from shangji.records.imports.rows import CREATION_ONLY, New
from shangji.records.imports.targets import import_fields, rows_of
from shangji.records.kinds import Link, Money


class Importer(Matching):
    """Made once per run; remembers words and keys over the chunks. As it stands it only plans."""

    #: whether unknown records, people and options may be made
    writes: ClassVar[bool] = False

    def __init__(
        self,
        *,
        actor: Actor,
        mapping: FileMapping,
        header: Sequence[str],
        now: datetime,
        own_keys: FirstPlaces | None = None,
        second: bool = False,
    ) -> None:
        self.actor = actor
        self.mapping = mapping
        self.header = tuple(header)
        self.now = now
        self.rows = rows_of(mapping.type)
        self.description = self.rows.description
        self.fields = import_fields(self.rows, actor)
        self.recorder: Recorder | None = None
        self._own_keys = FirstPlaces() if own_keys is None else own_keys
        self._second = second
        self._seen: dict[str, FirstPlaces] = {}
        self._check_mapping()
        self.readers = self._make_readers()
        self.match = [key for key in mapping.match if mapping.uses(key)]
        self._templates = self._make_templates()
        self._required = [one for one in self.fields.values() if one.required and one.writable]

    # ---------------------------------------------------------------------------- setting up

    def _check_mapping(self) -> None:
        if self.mapping.type != self.description.type:
            raise Invalid.whole(_("This mapping is for another kind of record."))
        names = [one.field for one in self.mapping.columns if one.field]
        names += [one.field for one in self.mapping.constants]
        for key in (*names, *self.mapping.match):
            if key not in self.fields:
                raise self.description.unknown(key)
        if not any(one.field for one in self.mapping.columns):
            raise Invalid.whole(_("No column goes to a field yet."))
        for column in self.mapping.columns:
            kind = self.fields[column.field].kind if column.field else None
            if isinstance(kind, Link) and column.by not in rows_of(kind.target).link_keys:
                raise Invalid.whole(_("A link is found by name or by external ID."))

    def _own_link(self, one: Field) -> bool:
        """A link to this very type: its rows may stand further down in the file."""
        linked = isinstance(one.kind, Link) and one.kind.target == self.description.type
        return linked and not one.is_custom

    def _make_readers(self) -> list[tuple[int, str, Reader]]:
        places_of = {name: place for place, name in enumerate(self.header)}
        readers = []
        for column in self.mapping.columns:
            place = places_of.get(column.header)
            if place is None or not column.field:
                continue
            one = self.fields[column.field]
            if self._second and not (self._own_link(one) or one.key in self.mapping.match):
                continue
            readers.append((place, one.key, self._reader(one, column)))
        return readers

    def _reader(self, one: Field, column: Column) -> Reader:
        return reader_for(
            one,
            column,
            self.mapping,
            self.actor,
            targets=rows_of,
            make_link=self._link_maker(),
            make_person=self._make_person if self.writes else None,
            make_option=self._make_option if self.writes else None,
        )

    def _link_maker(self) -> Callable[[str, str], int] | None:
        """What makes a record of which only the name is known; nothing where rows are planned."""
        return None

    def _make_person(self, word: str) -> int:
        assert self.recorder is not None
        return make_person(self.recorder, word).pk

    def _make_option(self, key: str, word: str) -> Any:
        assert self.recorder is not None
        return self.rows.make_option(self.recorder, key, word)

    def _make_templates(self) -> list[tuple[Constant, Reader, bool]]:
        if self._second:
            return []
        found = []
        for one in self.mapping.constants:
            reader = self._reader(self.fields[one.field], Column(one.field, one.field))
            found.append((one, reader, bool(places(one.value))))
        return found

    # ------------------------------------------------------------------------------ planning

    def plan(self, rows: Sequence[Row], *, lock: bool = False) -> Plan:
        """What these rows become. With `lock` matched records are held (inside a transaction)."""
        plan = Plan()
        if self.mapping.footers and len(self.header) > 2:
            every, rows = len(rows), [row for row in rows if not _is_footer(row)]
            plan.skipped += every - len(rows)
        values, causes = self._read(rows)
        matched = self._match(rows, values, causes)
        records = self._records(matched, lock=lock)
        visible, editable, assignable = self._rights(records)
        for place, row in enumerate(rows):
            own, wrong = values[place], causes[place]
            if matched[place] and not wrong:
                pk = matched[place]
                if pk not in visible:
                    wrong.append(("", _("Not here, or not yours to see.")))
                elif self.mapping.mode == "create":
                    plan.skipped += 1
                    continue
                elif pk not in editable:
                    wrong.append(("", _("Your role may see this and not change it.")))
                else:
                    self._plan_change(plan, row, own, records[pk], wrong, pk in assignable)
            elif not wrong:
                if self.mapping.mode == "update" or self._second:
                    plan.skipped += 1
                    continue
                self._plan_new(plan, row, own, wrong)
            elif not matched[place] and self.mapping.mode != "update":
                self._tell_missing(own, wrong)
            if wrong:
                plan.failures.append(Failure(row.line, list(row.cells), wrong))
        return plan

    def _read(
        self, rows: Sequence[Row]
    ) -> tuple[list[dict[str, Any]], list[list[tuple[str, str]]]]:
        values: list[dict[str, Any]] = [{} for _row in rows]
        causes: list[list[tuple[str, str]]] = [[] for _row in rows]
        # owners first: what a link makes may follow them
        for place, key, reader in sorted(self.readers, key=lambda one: one[1] != "owner"):
            own = self._own_link(reader.field)
            header = self.header[place]
            cells = [row.cells[place] for row in rows]
            self._look_ahead(reader, cells, values)
            for number, value in enumerate(reader.read(cells)):
                if value is None:
                    continue
                # linked when all rows are in, if the file or the workspace holds it
                known = not isinstance(value, Problem) or self._in_file(reader, cells[number])
                if own and not self._second and known:
                    continue
                if isinstance(value, Problem):
                    causes[number].append((header, str(value)))
                else:
                    values[number][key] = value
        self._take_currencies(rows, values, causes)
        self._derive(values)
        for constant, reader, template in self._templates:
            if template:
                texts: list[Cell] = [
                    fill_template(
                        constant.value,
                        dict(zip(self.header, map(text_of, row.cells), strict=False)),
                    )
                    for row in rows
                ]
            else:
                texts = [constant.value] * len(rows)
            for number, value in enumerate(reader.read(texts)):
                if constant.when and not self._holds(constant, rows[number]):
                    continue
                if isinstance(value, Problem):
                    causes[number].append((constant.field, str(value)))
                elif value is not None and (constant.when or constant.field not in values[number]):
                    values[number][constant.field] = value
        if self._templates:
            self._derive(values)
        return values, causes

    def _derive(self, values: Sequence[dict[str, Any]]) -> None:
        if self.rows.derives:
            for given in values:
                self.rows.derive(given)

    def _take_currencies(
        self,
        rows: Sequence[Row],
        values: Sequence[dict[str, Any]],
        causes: Sequence[list[tuple[str, str]]],
    ) -> None:
        """What an amount says of its currency goes to the field beside it, or must agree with
        it: $45,000 is no 45,000 of the workspace's own."""
        for place, _key, reader in self.readers:
            kind = reader.field.kind
            beside = kind.currency if isinstance(kind, Money) and not kind.code else ""
            if not isinstance(reader, NumberReader) or beside not in self.fields:
                continue
            for number, row in enumerate(rows):
                code = reader.currency_of(row.cells[place])
                if not code:
                    continue
                given = values[number].setdefault(beside, code)
                if str(given).upper() != code:
                    text = _("The amount is in %(found)s, the row in %(wanted)s.")
                    causes[number].append(
                        (self.header[place], text % {"found": code, "wanted": given})
                    )

    def _holds(self, constant: Constant, row: Row) -> bool:
        """Whether a row has one of the words on which the constant depends."""
        if constant.when not in self.header:
            return False
        word = text_of(row.cells[self.header.index(constant.when)]).strip().casefold()
        return word in {one.casefold() for one in constant.among}

    def _look_ahead(
        self, reader: Reader, cells: Sequence[Cell], values: Sequence[Mapping[str, Any]]
    ) -> None:
        """Called before a column is read, with what the columns before it gave."""

    def _in_file(self, reader: Reader, cell: Cell) -> bool:
        word = text_of(reader.translate(cell)).strip()
        key = self.rows.match_key(self.description.title, word)
        return bool(key) and key in self._own_keys

    def _rights(self, records: Mapping[int, Any]) -> tuple[set[int], set[int], set[int]]:
        """Which of the matched records the actor may see, change, and give to others."""
        rows = model_queryset(self.description.model)

        def those(verb: str) -> set[int]:
            return {pk for pk, one in records.items() if rows.allows(self.actor, verb, one)}

        if not records:
            return set(), set(), set()
        return those("read"), those("edit"), those("assign")

    def _may_own(self, owner_id: int, record_type: str = "") -> bool:
        if owner_id == self.actor.user_id:
            return True
        scope = self.actor.scope("assign", record_type or self.description.type)
        if scope is Scope.NONE:
            return False
        ids = self.actor.owner_ids(scope)
        return ids is None or owner_id in ids or owner_id < 0

    def _plan_new(
        self, plan: Plan, row: Row, own: dict[str, Any], wrong: list[tuple[str, str]]
    ) -> None:
        if not self.actor.may("create", self.description.type):
            wrong.append(("", _("Your role does not allow this.")))
            return
        own |= {key: value for key, value in self.rows.begin.items() if key not in own}
        self._tell_missing(own, wrong)
        if "owner" in own and not self._may_own(own["owner"]):
            wrong.append((self._header("owner"), _("You may not give records to this person.")))
        self._check(own, None, wrong)
        if not wrong:
            plan.new.append(New(row.line, own))
            plan.cells[row.line] = list(row.cells)

    def _tell_missing(self, own: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
        told = {header for header, _cause in wrong}
        for one in self._required:
            header = self._header(one.key)
            if own.get(one.key) is None and header not in told:
                wrong.append((header, _("This is needed.")))

    def _plan_change(
        self,
        plan: Plan,
        row: Row,
        own: dict[str, Any],
        record: Any,
        wrong: list[tuple[str, str]],
        assignable: bool,
    ) -> None:
        changed = {}
        for key, value in own.items():
            if key in self.match and key != "name":
                continue
            held = self.rows.current(record, key)
            if held is not CREATION_ONLY and to_json(held) != to_json(value):
                changed[key] = value
        if "owner" in changed and not (assignable and self._may_own(changed["owner"])):
            wrong.append((self._header("owner"), _("You may not give records to this person.")))
        self._check(changed, record, wrong)
        if wrong:
            return
        if changed:
            plan.changes.append(Change(row.line, list(row.cells), record, changed))
        else:
            plan.same(row.line, record)

    def _check(self, own: Mapping[str, Any], record: Any, wrong: list[tuple[str, str]]) -> None:
        found = self.rows.check(self.actor, own, record)
        found = {**taken_together(self.description, self.actor, own, record), **found}
        for key, texts in found.items():
            wrong += [(self._header(key), text) for text in texts]

    def _header(self, key: str) -> str:
        column = self.mapping.column_of(key)
        if column is not None:
            return column.header
        return str(self.fields[key].label) if key in self.fields else ""

    def remember(self, rows: Sequence[Row]) -> None:
        """Keys of rows that came in before this run, so that their doubles are still known."""
        for place, key, reader in self.readers:
            if key not in self.match or isinstance(reader.field.kind, Link):
                continue
            values = reader.read([row.cells[place] for row in rows])
            for row, value in zip(rows, values, strict=True):
                if value is not None and not isinstance(value, Problem):
                    seen = self._seen.setdefault(key, FirstPlaces())
                    seen.first(self._key(key, value), row.line)

    def forget_made(self) -> None:
        """After a chunk was rolled back: what it made is gone."""
        self.readers, self._templates = self._make_readers(), self._make_templates()

    # ------------------------------------------------------------------------------- words

    def words(self) -> dict[str, dict[str, Any]]:
        """Per column: words nobody knows and how often, what was made, and empty cells."""
        told: dict[str, dict[str, Any]] = {}
        for place, key, reader in self.readers:
            if self._own_link(reader.field):
                continue
            told[self.header[place]] = {
                "field": key,
                "unknown": dict(reader.unknown.most_common(100)),
                "made": len(reader.made),
                "empty": reader.empty,
                "link": isinstance(reader.field.kind, Link),
            }
        return told


def _is_footer(row: Row) -> bool:
    """Whether nothing but the first cell is filled: the title and notes under a report."""
    return not any(cell not in (None, "") for cell in row.cells[1:])
