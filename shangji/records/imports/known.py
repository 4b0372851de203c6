"""Files of other systems, recognised by the set of their headers.

Each system is one JSON file in `presets/`:

    {"version": 1, "system": "hubspot", "name": "HubSpot",
     "words": {"stages": {"closedwon": "won"}},
     "sheets": [{"key": "deal", "type": "opportunity",
                 "needs": [["Deal Name"], ["Deal Stage"]],
                 "columns": [{"headers": ["Deal Stage"], "field": "stage", "values": "stages"}],
                 "known": ["Pipeline"]}]}

A sheet is recognised when of each list of `needs` one header is there; what else stands in the
file never speaks against it. Among several the one wins that knows the most, and the rarest,
headers.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.lib.sheets import Row
from shangji.lib.values import dataclass
from shangji.records.description import Field
from shangji.records.imports.guess import (
    guess_columns,
    guess_locale,
    guess_match,
    normal,
    with_dates,
)
from shangji.records.imports.mapping import Column, Constant, places
from shangji.records.imports.mapping import Mapping as FileMapping
from shangji.records.imports.rows import ImportRows
from shangji.records.imports.targets import import_fields, importable, rows_of
from shangji.records.kinds import Choice, Link, Person


@dataclass(frozen=True)
class KnownSheet:
    """One kind of file of one system.

    Attributes:
        key: "hubspot.deal".
        needs: of each tuple one header must be there (as `normal` writes them).
        mode, many: as in a mapping.
        columns: what a field is read from, the best first, with its words in place.
        headers: every header that is known, whether it has a place here or not.
    """

    key: str
    system: str
    system_name: str
    type: str
    needs: tuple[tuple[str, ...], ...]
    columns: tuple[Mapping[str, Any], ...]
    headers: frozenset[str]
    match: tuple[str, ...]
    constants: tuple[Constant, ...]
    footers: bool
    mode: str = "both"
    many: bool = False


@dataclass(frozen=True)
class Recognised:
    """How well a file fits a known sheet: `hits` of its `total` columns are known."""

    sheet: KnownSheet
    hits: int
    total: int
    weight: float

    @property
    def label(self) -> str:
        """ "HubSpot: Opportunities", in the reader's language."""
        return f"{self.sheet.system_name}: {rows_of(self.sheet.type).description.plural}"


@cache
def known_sheets() -> tuple[KnownSheet, ...]:
    """Every sheet of every system, in the order of the files' names."""
    folder = files("shangji.records.imports") / "presets"
    found: list[KnownSheet] = []
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.name.endswith(".json"):
            found += _sheets(json.loads(path.read_text(encoding="utf-8")))
    return tuple(found)


def _sheets(document: Mapping[str, Any]) -> Iterable[KnownSheet]:
    words = document.get("words", {})
    for one in document["sheets"]:
        columns = tuple(
            {**column, "values": words[column["values"]]} if "values" in column else column
            for column in one["columns"]
        )
        names = [name for column in columns for name in column["headers"]]
        names += [*one.get("known", ()), *(name for some in one["needs"] for name in some)]
        yield KnownSheet(
            key=f"{document['system']}.{one['key']}",
            system=document["system"],
            system_name=document["name"],
            type=one["type"],
            needs=tuple(tuple(normal(name) for name in some) for some in one["needs"]),
            columns=columns,
            headers=frozenset(normal(name) for name in names),
            match=tuple(one["match"]),
            constants=tuple(_constant(constant) for constant in one.get("constants", ())),
            footers=bool(one.get("footers")),
            mode=one.get("mode", "both"),
            many=bool(one.get("many")),
        )


def _constant(document: Mapping[str, Any]) -> Constant:
    among = tuple(document.get("among", ()))
    return Constant(document["field"], document["value"], document.get("when", ""), among)


@cache
def _rarity() -> Mapping[str, float]:
    """What a header tells: 1 when one sheet has it, less the more sheets do."""
    count = Counter(header for one in known_sheets() for header in one.headers)
    return {header: 1 / number for header, number in count.items()}


def recognise(header: Sequence[str], record_type: str = "") -> list[Recognised]:
    """Every sheet that the headers fit, the best first.

    Args:
        record_type: only sheets of this type; "" for all.
    """
    names = {normal(name) for name in header} - {""}
    rarity = _rarity()
    found = []
    for one in known_sheets():
        if record_type and one.type != record_type:
            continue
        if not all(names.intersection(some) for some in one.needs):
            continue
        hits = names & one.headers
        weight = sum(rarity[name] for name in hits)
        found.append(Recognised(one, len(hits), len(header), weight))
    return sorted(found, key=lambda one: (-one.weight, one.sheet.key))


def recognised_type(actor: Actor, header: Sequence[str]) -> str:
    """The type of the best-fitting sheet that this person may import; "" when none fits."""
    types = {one.type for one in importable(actor)}
    return next((one.sheet.type for one in recognise(header) if one.sheet.type in types), "")


def sheet_by_key(key: str) -> KnownSheet | None:
    return next((one for one in known_sheets() if one.key == key), None)


def known_mapping(
    sheet: KnownSheet,
    rows: ImportRows,
    actor: Actor,
    header: Sequence[str],
    samples: Sequence[Row],
) -> FileMapping:
    """The mapping of a recognised file. Headers it does not know are guessed as ever, for
    fields that are still free."""
    fields = import_fields(rows, actor)
    by_name = {normal(name): name for name in reversed(header)}
    given: dict[str, Column] = {}
    taken: set[str] = set()
    for column in sheet.columns:
        field = column["field"]
        if field not in fields or field in taken:
            continue
        name = next(
            (
                by_name[key]
                for key in map(normal, column["headers"])
                if key in by_name and by_name[key] not in given
            ),
            None,
        )
        if name is not None:
            given[name] = _column(rows, actor, fields[field], name, column)
            taken.add(field)
    columns = []
    for place, guess in enumerate(guess_columns(rows, actor, header, samples)):
        name = header[place]
        known = given.get(name)
        if known is not None:
            cells = [row.cells[place] for row in samples]
            columns.append(known if known.dates else with_dates(known, fields[known.field], cells))
        elif normal(name) in sheet.headers or guess.field in taken or guess.field == "id":
            columns.append(Column(name))
        else:
            taken.add(guess.field)
            columns.append(guess)
    keys = {one.field for one in columns}
    match = tuple(key for key in sheet.match if key in keys)
    return FileMapping(
        type=sheet.type,
        columns=tuple(columns),
        constants=_constants(sheet, actor, fields, by_name, keys),
        match=match or guess_match(rows, keys),
        locale=guess_locale(columns, fields, header, samples),
        system=sheet.system,
        footers=sheet.footers,
        mode=sheet.mode,
        many=sheet.many,
        name=sheet.key,
    )


def _column(
    rows: ImportRows, actor: Actor, field: Field, header: str, given: Mapping[str, Any]
) -> Column:
    meanings = {}
    for word, value in given.get("values", {}).items():
        meaning = _meaning(actor, field, value)
        if meaning:
            meanings[word] = meaning
    return Column(
        header=header,
        field=field.key,
        values=meanings,
        dates=given.get("dates", ""),
        times=given.get("times", ""),
        unknown=_policy(rows, actor, field, given.get("unknown", "error")),
        by=given.get("by", "name"),
        split=given.get("split", ""),
    )


def _meaning(actor: Actor, field: Field, value: str) -> str:
    """What a word of ours is called here; "" where this workspace has no such option, so that
    the person is asked for the word of the file instead."""
    kind = field.kind
    if not isinstance(kind, Choice):
        return value
    try:
        found = kind.parse(value, actor=actor, locale="en")
    except ValueError:
        return ""
    option = kind.option(found)
    return str(option.label) if option else ""


def _policy(rows: ImportRows, actor: Actor, field: Field, wanted: str) -> str:
    """`wanted`, or what this person may do in its place."""
    if wanted != "make":
        return wanted
    if isinstance(field.kind, Link):
        return "make" if actor.may("create", field.kind.target) else "error"
    if isinstance(field.kind, Person):
        return "make" if actor.can("settings.people") else "error"
    return "make" if actor.is_admin and rows.makes_options(field.key) else "empty"


def _constants(
    sheet: KnownSheet,
    actor: Actor,
    fields: Mapping[str, Field],
    by_name: Mapping[str, str],
    keys: set[str],
) -> tuple[Constant, ...]:
    """The sheet's constants with the file's own spelling of headers; those whose header is not
    there, or whose field a column fills, go."""
    found = []
    for one in sheet.constants:
        if one.field not in fields:
            continue
        value = _meaning(actor, fields[one.field], one.value)
        if one.when:
            if normal(one.when) in by_name and value:
                found.append(replace(one, value=value, when=by_name[normal(one.when)]))
            continue
        if one.value.startswith("{"):
            names = [by_name.get(normal(name)) for name in places(one.value)]
            value = ",".join(f"{{{name}}}" for name in names if name)
        elif one.field in keys:
            continue
        if value:
            found.append(replace(one, value=value))
    return tuple(found)
