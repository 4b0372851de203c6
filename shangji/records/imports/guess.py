"""A first mapping for a file: by its headers, then by what stands in the cells."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils import translation

from shangji.foundation.access.actor import Actor
from shangji.lib.date_reading import guess_order
from shangji.lib.sheets import Cell, Row
from shangji.lib.text import mail_key, phone_key
from shangji.records.description import Field
from shangji.records.imports.mapping import Column, Constant
from shangji.records.imports.mapping import Mapping as FileMapping
from shangji.records.imports.readers import text_of
from shangji.records.imports.rows import ImportRows
from shangji.records.imports.targets import import_fields, importable, rows_of
from shangji.records.kinds import Date, DateTime, Link, Mail, Money, Number, Phone, Whole

SAMPLE = 500
LANGUAGES = ("en", "zh-hans")
_NOISE = re.compile(r"[\W_]+")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
#: numbers that only a comma, or only a point, can be the decimal mark of
_COMMA = re.compile(r"\d,\d{1,2}(?!\d)|\d\.\d{3}(?:\.\d{3})+|\d\.\d{3},")
_POINT = re.compile(r"\d\.\d{1,2}(?!\d)|\d,\d{3}(?:,\d{3})+|\d,\d{3}\.")


def normal(header: str) -> str:
    """A header for comparing: without case, width, blanks and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", header).casefold())


def labels(one: Field) -> set[str]:
    """The field's own name in both languages."""
    found = set()
    for language in LANGUAGES:
        with translation.override(language):
            found.add(normal(str(one.label)))
    return found


def synonyms(one: Field) -> set[str]:
    """Every header word by which a field is known."""
    return {normal(one.key), *labels(one), *(normal(word) for word in one.also)}


def guess_columns(
    rows: ImportRows, actor: Actor, header: Sequence[str], samples: Sequence[Row]
) -> tuple[Column, ...]:
    """A column per header; a field is given to the first header that fits it best."""
    fields = import_fields(rows, actor)
    taken: dict[str, str] = {}
    given: dict[str, str] = {}
    # own names before synonyms: an export of ours reads back as it was
    for words in (labels, synonyms):
        known: dict[str, str] = {}
        for one in fields.values():
            for word in words(one):
                known.setdefault(word, one.key)
        if "external_id" in fields:
            known.setdefault(normal(f"{rows.description.type}_id"), "external_id")
        for name in header:
            key = known.get(normal(name))
            if key and key not in taken and name not in given:
                taken[key], given[name] = name, key
    if "id" in taken and not _is_own(fields, given, header, samples):
        name = taken.pop("id")
        given[name] = "external_id" if "external_id" not in taken else ""
        taken["external_id"] = name
    columns = []
    for place, name in enumerate(header):
        cells = [row.cells[place] for row in samples]
        key = given.get(name) or _by_values(fields, taken, cells)
        if key:
            taken[key] = name
        # who made it elsewhere may be nobody here
        unknown = "empty" if key == "created_by" else "error"
        column = with_dates(Column(name, key, unknown=unknown), fields.get(key), cells)
        columns.append(with_key(column, fields, cells))
    return tuple(columns)


def _is_own(
    fields: dict[str, Field], given: dict[str, str], header: Sequence[str], samples: Sequence[Row]
) -> bool:
    """Whether the file looks like an export of ours, whose first column is our own id."""
    place = next(place for place, name in enumerate(header) if given.get(name) == "id")
    numbers = all(text_of(row.cells[place]).strip().isdecimal() for row in samples)
    others = [name for name in header if name in given and given[name] != "id"]
    own = all(normal(name) in labels(fields[given[name]]) for name in others)
    return numbers and own and bool(others)


def _by_values(fields: dict[str, Field], taken: dict[str, str], cells: Iterable[Cell]) -> str:
    texts = [text for text in (text_of(cell).strip() for cell in cells) if text][:100]
    if len(texts) < 3:
        return ""
    for kind, key_of in ((Mail, mail_key), (Phone, phone_key)):
        free = [k for k, one in fields.items() if isinstance(one.kind, kind) and k not in taken]
        if not free:
            continue
        fitting = sum(bool(key_of(text)) for text in texts if len(text) <= 40)
        # plain numbers are amounts and ids before they are phones
        marked = sum(bool(re.search(r"[-+ ()]", text)) for text in texts)
        telling = kind is Mail or marked * 2 > len(texts)
        if telling and fitting * 10 >= len(texts) * 8:
            return free[0]
    return ""


def with_dates(column: Column, one: Field | None, cells: Sequence[Cell]) -> Column:
    """The column with the order of its dates, where the cells tell it."""
    if one is None or not isinstance(one.kind, Date | DateTime):
        return column
    order = guess_order(text_of(cell) for cell in cells if isinstance(cell, str))
    return replace(column, dates=order or "")


def with_key(column: Column, fields: Mapping[str, Field], cells: Sequence[Cell]) -> Column:
    """The column with the key by which its cells name linked records, where they look like one:
    mail addresses, credit codes."""
    kind = fields[column.field].kind if column.field else None
    if not isinstance(kind, Link) or column.by != "name":
        return column
    texts = [text for text in (text_of(cell).strip() for cell in cells) if text][:100]
    for key, key_of in (("email", mail_key), ("credit_code", _code)):
        if key in rows_of(kind.target).link_keys:
            fitting = sum(bool(key_of(text)) for text in texts)
            if texts and fitting * 10 >= len(texts) * 8:
                return replace(column, by=key)
    return column


def _code(text: str) -> bool:
    return _CREDIT_CODE.fullmatch(text.upper()) is not None


def guess_locale(
    columns: Iterable[Column],
    fields: Mapping[str, Field],
    header: Sequence[str],
    samples: Sequence[Row],
) -> str:
    """ "de" where the numbers of a file can only be read as 1.234,50, else "en"."""
    commas = 0
    for column in columns:
        kind = fields[column.field].kind if column.field else None
        if not isinstance(kind, Money | Number | Whole):
            continue
        place = header.index(column.header)
        cells = [row.cells[place] for row in samples]
        texts = [cell.strip() for cell in cells if isinstance(cell, str)]
        if any(_POINT.search(text) for text in texts):
            return "en"
        commas += sum(_COMMA.search(text) is not None for text in texts)
    return "de" if commas else "en"


def guess_mapping(
    rows: ImportRows, actor: Actor, header: Sequence[str], samples: Sequence[Row]
) -> FileMapping:
    """A mapping to begin with; records are found by external id, else by the type's keys."""
    columns = guess_columns(rows, actor, header, samples)
    match = guess_match(rows, {one.field for one in columns})
    return FileMapping(
        type=rows.description.type,
        columns=columns,
        constants=_title(rows, columns),
        match=match,
        locale=guess_locale(columns, import_fields(rows, actor), header, samples),
    )


def _title(rows: ImportRows, columns: Sequence[Column]) -> tuple[Constant, ...]:
    """What a row is called whose file has no name for it: its customer and product."""
    title = rows.description.title
    found = {one.field: one.header for one in columns}
    parts = [f"{{{found[key]}}}" for key in ("account", "product") if key in found]
    if title in found or rows.description.type != "opportunity" or not parts:
        return ()
    return (Constant(title, " · ".join(parts)),)


def guess_match(rows: ImportRows, keys: Collection[str]) -> tuple[str, ...]:
    """By which of the fields of a file its records are found."""
    for key in ("id", "external_id"):
        if key in keys:
            return (key,)
    # a name alone does not tell two opportunities apart
    if rows.description.type == "opportunity":
        return ()
    return tuple(key for key in rows.description.match_keys if key in keys)


def guess_type(actor: Actor, header: Sequence[str]) -> str:
    """The type whose fields the headers fit best; opportunities when nothing fits."""
    # a letter names no field for certain
    words = {word for word in map(normal, header) if len(word) > 1 or not word.isascii()}
    best, best_score = "opportunity", 0.0
    for description in importable(actor):
        rows = rows_of(description.type)
        fields = import_fields(rows, actor)
        hits = 0.0
        for one in fields.values():
            if not words.isdisjoint(synonyms(one)):
                hits += 1.5 if one.required else 1.0
        if hits > best_score:
            best, best_score = description.type, hits
    return best
