"""The mapping as a form: one line per column of the file, what each line offers, read back."""

from collections.abc import Sequence
from dataclasses import field as more
from typing import Any

from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.lib.sheets import Row
from shangji.lib.values import dataclass
from shangji.records.description import Field
from shangji.records.imports.mapping import Column, Constant, Mapping
from shangji.records.imports.readers import text_of
from shangji.records.imports.rows import ImportRows
from shangji.records.imports.targets import EXTERNAL_ID, import_fields, rows_of
from shangji.records.kinds import Choice, Date, DateTime, Link, Money, Number, Person, Whole

ORDERS = (("", _("Which comes first?")), ("ymd", _("Year, month, day")),
          ("mdy", _("Month, day, year")), ("dmy", _("Day, month, year")))  # fmt: skip
POLICIES = (
    ("error", _("is a mistake")),
    ("empty", _("is left empty")),
    ("make", _("is made")),
)
MODES = (
    ("both", _("Change what is there, create the rest")),
    ("create", _("Create only, leave what is there")),
    ("update", _("Change only, leave out the rest")),
)
OUTCOMES = {
    "created": pgettext_lazy("import", "New"),
    "updated": pgettext_lazy("import", "Changed"),
    "unchanged": _("Unchanged"),
}
NUMBERS = (("en", "1,234.50"), ("de", "1.234,50"))
MAX_WORDS, SHOWN_WORDS = 40, 8
MAX_PEOPLE = 200


@dataclass
class Word:
    """A word nobody knows, how often it stands there, and what it means here."""

    word: str
    count: int
    value: str = ""


@dataclass
class Line:
    """One column of the file as a line of the form."""

    number: int
    column: Column
    samples: list[str]
    field: Field | None
    #: unknown ones, and those that have a meaning already
    words: list[Word] = more(default_factory=list)
    given: list[Word] = more(default_factory=list)
    options: list[tuple[str, str]] = more(default_factory=list)
    #: by what a link may name its record
    keys: list[tuple[str, str]] = more(default_factory=list)

    @property
    def shown_words(self) -> list[Word]:
        """Those to be decided on; words that are made new need no decision."""
        return [] if self.column.unknown == "make" else self.words[:SHOWN_WORDS]

    @property
    def more_words(self) -> list[Word]:
        """The unknown words that wait to be unfolded."""
        return self.words[len(self.shown_words) :]

    @property
    def is_date(self) -> bool:
        return self.field is not None and isinstance(self.field.kind, Date | DateTime)

    @property
    def is_number(self) -> bool:
        return self.field is not None and isinstance(self.field.kind, Money | Number | Whole)

    @property
    def is_word(self) -> bool:
        return self.field is not None and isinstance(self.field.kind, Link | Person | Choice)


def lines_of(
    mapping: Mapping,
    header: Sequence[str],
    rows: Sequence[Row],
    fields: dict[str, Field],
    report: dict[str, Any],
) -> list[Line]:
    """A line per header, with the words a trial found unknown and those given before."""
    by_header = {one.header: one for one in mapping.columns}
    told = report.get("words", {})
    lines = []
    for number, name in enumerate(header):
        column = by_header.get(name, Column(name))
        one = fields.get(column.field)
        samples = [text for text in (text_of(row.cells[number]).strip() for row in rows) if text]
        line = Line(number, column, list(dict.fromkeys(samples))[:3], one)
        unknown = told.get(name, {}).get("unknown", {})
        line.words = [
            Word(word, count, _name_here(one, column.values.get(word, "")))
            for word, count in list(unknown.items())[:MAX_WORDS]
        ]
        line.given = [
            Word(word, 0, _name_here(one, value))
            for word, value in column.values.items()
            if word not in unknown
        ]
        if one is not None and isinstance(one.kind, Person) and (line.words or line.given):
            line.options = people_choices()
        if one is not None and isinstance(one.kind, Choice):
            line.options = [(str(option.label), str(option.label)) for option in one.kind.options]
        if one is not None and isinstance(one.kind, Link):
            line.keys = link_choices(rows_of(one.kind.target))
        lines.append(line)
    return lines


def _name_here(one: Field | None, value: str) -> str:
    """What an option named in another language is called in this one; other words as they are."""
    if one is None or not isinstance(one.kind, Choice) or not value:
        return value
    option = one.kind.named(value)
    return str(option.label) if option is not None else value


def people_choices() -> list[tuple[str, str]]:
    """Addresses and names to choose from, where there are few enough for that."""
    people = get_user_model().objects.filter(deleted_at=None, is_active=True).order_by("name")
    found = list(people.values_list("email", "name")[: MAX_PEOPLE + 1])
    return found if len(found) <= MAX_PEOPLE else []


def link_choices(target: ImportRows) -> list[tuple[str, str]]:
    """Keys of a linked type with the names of their fields, its own name first."""
    labels = {one.key: str(one.label) for one in target.description.fields}
    labels |= {
        "name": labels[target.description.title],
        EXTERNAL_ID.key: str(EXTERNAL_ID.label),
        "domain": labels.get("website", ""),
    }
    keys = sorted(target.link_keys, key=lambda key: (key != "name", key))
    return [(key, labels[key]) for key in keys if labels.get(key)]


def read_form(run_type: str, header: Sequence[str], posted: QueryDict, before: Mapping) -> Mapping:
    """The mapping that was posted."""
    columns = []
    known = {one.header: one for one in before.columns}
    for number, name in enumerate(header):
        values = {
            word: value.strip()
            for word, value in zip(
                posted.getlist(f"word_{number}"), posted.getlist(f"value_{number}"), strict=False
            )
            if value.strip() and value.strip() != word
        }
        field = posted.get(f"field_{number}", "")[:64]
        before_here = known.get(name, Column(name))
        columns.append(
            Column(
                header=name,
                field=field,
                values=values,
                dates=posted.get(f"dates_{number}", ""),
                times=posted.get(f"times_{number}", "").strip()[:20],
                unknown=posted.get(f"unknown_{number}", "error"),
                # of another field's link they say nothing
                by=posted.get(f"by_{number}", before_here.by)[:20]
                if before_here.field == field
                else "name",
                split=before_here.split,
            )
        )
    constants = [one for one in before.constants if one.when]
    constants += [
        Constant(key.removeprefix("constant_"), posted[key].strip()[:1000])
        for key in posted
        if key.startswith("constant_") and posted[key].strip()
    ]
    match = posted.get("match", "")
    return Mapping(
        type=run_type,
        columns=tuple(columns),
        constants=tuple(constants),
        match=tuple(key for key in match.split(",") if key),
        mode=posted.get("mode", "both"),
        system=posted.get("system", "").strip()[:40],
        dates=before.dates,
        locale=posted.get("locale", "en"),
        name=before.name,
        footers=before.footers,
        many=before.many,
    )


def match_choices(mapping: Mapping, fields: dict[str, Field]) -> list[tuple[str, str]]:
    """Ways to find records: those whose fields the mapping fills."""
    keys = ["id", "external_id", *rows_of(mapping.type).description.match_keys]
    found = [(key, str(fields[key].label)) for key in keys if key in fields and mapping.uses(key)]
    current = ",".join(mapping.match)
    if current and current not in dict(found):
        label = ", ".join(str(fields[key].label) for key in mapping.match if key in fields)
        found.insert(0, (current, label))
    return found


def constants_of(mapping: Mapping, fields: dict[str, Field]) -> list[tuple[Field, str, list[str]]]:
    """Fields the file may leave out and that are the same for all rows, needed ones first; with
    what is chosen or typed, and the options of a choice."""
    given = {one.field: one.value for one in mapping.constants if not one.when}
    wanted = [one.key for one in fields.values() if one.required]
    wanted += ["stage", "owner", "currency", "lifecycle", "tags"]
    keys = [key for key in dict.fromkeys([*wanted, *given]) if key in fields]
    return [
        (
            fields[key],
            _name_here(fields[key], given.get(key, "")),
            _option_names(fields[key], given.get(key, "")),
        )
        for key in keys
        if mapping.column_of(key) is None or key in given
    ]


def _option_names(one: Field, value: str) -> list[str]:
    if not isinstance(one.kind, Choice):
        return []
    names = [str(option.label) for option in one.kind.options if not option.is_retired]
    here = _name_here(one, value)
    return [here, *names] if here and here not in names else names


def rules_of(mapping: Mapping, fields: dict[str, Field]) -> list[tuple[str, str, str, str]]:
    """Values that depend on a cell: (header, words, name of the field, value)."""
    return [
        (one.when, " / ".join(one.among), str(fields[one.field].label), one.value)
        for one in mapping.constants
        if one.when and one.field in fields
    ]


def examples_of(report: dict[str, Any]) -> list[tuple[Any, dict[str, Any]]]:
    """The first rows of each outcome of a trial, with the word for it."""
    given = report.get("examples", {})
    return [(word, one) for key, word in OUTCOMES.items() for one in given.get(key, [])]


def field_choices(fields: dict[str, Field], actor: Actor, record_type: str) -> list[Field]:
    """Fields to choose from, closed ones left out."""
    closed = actor.read_only_fields(record_type)
    return [one for one in fields.values() if one.key not in closed]


__all__ = [
    "MODES",
    "NUMBERS",
    "ORDERS",
    "POLICIES",
    "Line",
    "constants_of",
    "examples_of",
    "field_choices",
    "import_fields",
    "lines_of",
    "match_choices",
    "read_form",
    "rules_of",
]
