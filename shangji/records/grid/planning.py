"""What pasted or filled cells would make of the rows of a list, cell by cell, before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.models import Record
from shangji.lib.errors import Conflict, DomainError, Invalid, NotFound
from shangji.lib.values import dataclass
from shangji.records.actions.rows import Row, Written
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Link, Person
from shangji.records.kinds.base import FormatContext
from shangji.records.namesakes import told_apart
from shangji.records.parsing import parse_one

Texts = Sequence[Sequence[str | None]]


@dataclass
class Cell:
    """One cell: what stands there, what would; why it stays as it is, if it does."""

    one: Field
    before: str
    after: str = ""
    problem: str = ""
    is_same: bool = False


@dataclass
class Line:
    """One record: its cells that were given, and the values that can be written; `hint` tells
    it from others of its name."""

    pk: int
    version: int | None
    name: str
    hint: str
    cells: list[Cell] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass
class Plan:
    """Lines in the order of the list.

    Attributes:
        closed: labels of columns that nobody, or not this person, may change.
        gone: rows asked for that the actor does not see (any more).
    """

    lines: list[Line]
    closed: list[str]
    gone: int = 0

    @property
    def rows(self) -> list[Row]:
        """What `write_rows` is asked, without the lines where nothing would change."""
        return [
            Row(values=line.values, pk=line.pk, version=line.version)
            for line in self.lines
            if line.values
        ]

    @property
    def changed(self) -> int:
        """Cells that would change."""
        return sum(len(line.values) for line in self.lines)

    @property
    def wrong(self) -> list[tuple[Line, Cell | None, str]]:
        """What stays as it is and why: the line, the cell (None: the whole line), the reason."""
        found: list[tuple[Line, Cell | None, str]] = []
        for line in self.lines:
            if line.problem:
                found.append((line, None, line.problem))
            found += [(line, cell, cell.problem) for cell in line.cells if cell.problem]
        return found

    @property
    def right(self) -> list[tuple[Line, Cell]]:
        """Cells that would change."""
        return [
            (line, cell)
            for line in self.lines
            for cell in line.cells
            if cell.one.key in line.values
        ]


def plan_cells(
    *,
    actor: Actor,
    description: RecordDescription,
    asked: Sequence[tuple[int, int | None]],
    keys: Sequence[str],
    texts: Texts,
    now: datetime,
) -> Plan:
    """Read texts into the cells of some rows. Queries do not grow with the rows but for names
    of people and records, each asked once.

    Args:
        asked: id and version of each row, in the order of the list.
        keys: field keys of the columns.
        texts: one row of texts for each of `asked`; None leaves a cell as it is.
    """
    fields = [description.field(key, actor) for key in keys]
    open_keys = _open_keys(description, actor)
    closed = [str(one.label) for one in fields if one.key not in open_keys]
    ids = [pk for pk, _version in asked]
    visible = model_queryset(description.model).visible_to(actor).filter(pk__in=ids)
    records: dict[int, Record] = {record.pk: record for record in visible}
    allowed = set(visible.permitted(actor, "edit").values_list("pk", flat=True))
    rows = _shown(description, records, fields)
    context = FormatContext.of(actor, now)
    for one in fields:
        one.kind.look(rows.values(), one.orm, context)
    read = _Reader(actor, context)
    hints = told_apart(description, actor, records.values(), now)
    lines = []
    for (pk, version), given in zip(asked, texts, strict=False):
        if pk not in records:
            continue
        line = Line(pk, version, str(records[pk]), hints.get(pk, ""))
        lines.append(line)
        if pk not in allowed:
            line.problem = _("Your role may not change this record.")
            continue
        for one, text in zip(fields, given, strict=False):
            if text is not None and one.key in open_keys:
                read.into(line, one, text, rows[pk])
    return Plan(lines, closed, gone=len(asked) - len(lines))


def _open_keys(description: RecordDescription, actor: Actor) -> set[str]:
    """Columns whose cells take a text; a file is nothing one can paste."""
    return {one.key for one in description.writable_fields(actor) if one.kind.importable}


def _shown(
    description: RecordDescription, records: Mapping[int, Record], fields: Sequence[Field]
) -> dict[int, dict[str, Any]]:
    paths = list(dict.fromkeys(path for one in fields for path in one.paths()))
    rows = model_queryset(description.model).filter(pk__in=list(records)).values("pk", *paths)
    return {row["pk"]: row for row in rows}


class _Reader:
    """Reads each text of a column once."""

    def __init__(self, actor: Actor, context: FormatContext) -> None:
        self._actor = actor
        self._context = context
        self._known: dict[tuple[str, str], tuple[Any, str]] = {}
        self._labels: dict[tuple[str, Any], str] = {}

    def into(self, line: Line, one: Field, text: str, row: Mapping[str, Any]) -> None:
        """Put the cell into the line, and its value where it changes something."""
        cell = Cell(one, one.kind.text(row, one.orm, self._context))
        line.cells.append(cell)
        value, cell.problem = self._value(one, text)
        if cell.problem:
            cell.after = text
            return
        cell.is_same = one.kind.value(row, one.orm) == value
        cell.after = cell.before if cell.is_same else self._label(one, value, row)
        if not cell.is_same:
            line.values[one.key] = value

    def _value(self, one: Field, text: str) -> tuple[Any, str]:
        known = self._known.get((one.key, text))
        if known is None:
            try:
                value, problem = parse_one(one, self._actor, text), ""
                if one.required and value in (None, "", []):
                    problem = _("This is needed.")
            except ValueError as cause:
                value, problem = None, str(cause)
            known = self._known[one.key, text] = value, problem
        return known

    def _label(self, one: Field, value: Any, row: Mapping[str, Any]) -> str:
        """The value as the list would show it, unabridged."""
        if value in (None, "", []):
            return ""
        if not isinstance(one.kind, Person | Link):
            return one.kind.text({**row, one.orm: value}, one.orm, self._context)
        known = self._labels.get((one.key, value))
        if known is None:
            known = one.kind.value_label(
                "is", str(value), actor=self._actor, locale=get_language() or "en"
            )
            self._labels[one.key, value] = known
        return known


def filled_texts(
    actor: Actor, description: RecordDescription, source: int, keys: Sequence[str]
) -> list[str | None]:
    """The texts one row's cells would be typed as; None for columns that are closed.

    NotFound when the row is not there to be seen.
    """
    found = model_queryset(description.model).visible_to(actor).filter(pk=source).first()
    if found is None:
        raise NotFound(_("Not here, or not yours to see."))
    locale = get_language() or "en"
    open_keys = _open_keys(description, actor)
    return [
        one.kind.edit_text(one.raw(found), locale=locale) if one.key in open_keys else None
        for one in (description.field(key, actor) for key in keys)
    ]


def note_refusals(plan: Plan, written: Sequence[Written]) -> None:
    """Put what the action refused beside the cells it is about, and take those values out."""
    lines = [line for line in plan.lines if line.values]
    for line, one in zip(lines, written, strict=True):
        if one.refusal is not None:
            _blame(line, one.refusal)


def _blame(line: Line, refusal: DomainError) -> None:
    by_key = {cell.one.key: cell for cell in line.cells}
    by_logged = {cell.one.logged: cell for cell in line.cells}
    named: dict[str, str] = {}
    if isinstance(refusal, Invalid):
        named = {key: texts[0] for key, texts in refusal.errors.items() if key in by_key and texts}
    elif isinstance(refusal, Conflict):
        words = _("Somebody else changed this meanwhile. Reload, then paste again.")
        named = {by_logged[name].one.key: words for name in refusal.fields if name in by_logged}
    if not named:
        line.problem = str(refusal.message)
        line.values = {}
    for key, words in named.items():
        by_key[key].problem = words
        line.values.pop(key, None)
