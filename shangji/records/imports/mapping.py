"""How the columns of a file become fields: a small versioned JSON document.

{"version": 1, "type": "opportunity", "match": ["external_id"], "system": "maven",
 "columns": [{"header": "deal_stage", "field": "stage", "values": {"Engaging": "Discovery"}}],
 "constants": [{"field": "name", "value": "{product} {account}"}]}
"""

import re
from collections.abc import Mapping as Dict
from dataclasses import asdict
from dataclasses import field as more
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass

VERSION = 1
MODES = ("both", "create", "update")
ORDERS = ("", "ymd", "mdy", "dmy")
POLICIES = ("error", "empty", "make")
MAX_COLUMNS = 200
MAX_VALUES = 500
_PLACE = re.compile(r"\{([^{}]{1,200})\}")
#: what a template leaves at its ends when a cell is empty
_ENDS = " \t·–-:/,，、|"


@dataclass(frozen=True)
class Column:
    """One column of the file.

    Attributes:
        field: key of the field; "" leaves the column out.
        values: words of the file and the words they mean here.
        dates: "ymd", "mdy" or "dmy"; "" takes the mapping's.
        times: each number is multiplied by this ("1000000" for millions).
        unknown: what happens with a linked record, person or option nobody knows:
            error, empty, make.
        by: how a link names its record: "name", "external_id" or a key of its type ("email").
        split: characters that part several values in one cell. Fields of one value take the first.
    """

    header: str
    field: str = ""
    values: dict[str, str] = more(default_factory=dict)
    dates: str = ""
    times: str = ""
    unknown: str = "error"
    by: str = "name"
    split: str = ""


@dataclass(frozen=True)
class Constant:
    """The same for each row; `{header}` stands for the row's cell.

    Attributes:
        when: a header; the value goes before the column's where its cell is one of `among`.
    """

    field: str
    value: str
    when: str = ""
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    """A whole mapping.

    Attributes:
        match: field keys by which a row finds its record, the first that fits.
        mode: both, create (matched rows are skipped), update (others are skipped).
        system: name of the system that external ids come from.
        dates: order of numbers in dates, where a column says none.
        locale: how numbers are written: "en" 1,234.50, "de" 1.234,50.
        footers: rows of a wide table with nothing but a first cell are left out, as reports end.
        many: several rows may be about one record; each tells a part of it.
        name: key of the known sheet it began as, such as "hubspot.deal".
    """

    type: str
    columns: tuple[Column, ...] = ()
    constants: tuple[Constant, ...] = ()
    match: tuple[str, ...] = ()
    mode: str = "both"
    system: str = ""
    dates: str = "ymd"
    locale: str = "en"
    name: str = ""
    footers: bool = False
    many: bool = False

    def column_of(self, key: str) -> Column | None:
        return next((one for one in self.columns if one.field == key), None)

    def uses(self, key: str) -> bool:
        return self.column_of(key) is not None or any(one.field == key for one in self.constants)


def dump(mapping: Mapping) -> dict[str, Any]:
    """The document of a mapping; columns without a field stay, so that they are not asked twice."""
    document = asdict(mapping)
    document["version"] = VERSION
    document["match"] = list(mapping.match)
    document["constants"] = [
        {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(one).items()
            if value
        }
        for one in mapping.constants
    ]
    bare = asdict(Column(""))
    document["columns"] = [
        {key: value for key, value in asdict(one).items() if key == "header" or value != bare[key]}
        for one in mapping.columns
    ]
    return document


def load(document: Any) -> Mapping:
    """A mapping from its document. Invalid names what is wrong; nothing else is read."""
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise Invalid.whole(_("This is no mapping of this version."))
    columns = tuple(_column(one) for one in _list(document, "columns", MAX_COLUMNS))
    used = [one.field for one in columns if one.field]
    twice = {key for key in used if used.count(key) > 1}
    if twice:
        raise Invalid.whole(
            _("Two columns go to the field “%(key)s”. Choose one.") % {"key": min(twice)[:40]}
        )
    return Mapping(
        type=_text(document, "type", 40),
        columns=columns,
        constants=tuple(_constant(one) for one in _list(document, "constants", 50)),
        match=tuple(_word(one) for one in _list(document, "match", 5)),
        mode=_choice(document, "mode", MODES),
        system=_text(document, "system", 40),
        dates=_choice(document, "dates", ORDERS[1:]),
        locale=_text(document, "locale", 10) or "en",
        name=_text(document, "name", 100),
        footers=document.get("footers") is True,
        many=document.get("many") is True,
    )


def _constant(one: Any) -> Constant:
    field, value = _text(one, "field", 64), _text(one, "value", 1000)
    among = tuple(_word(word) for word in _list(one, "among", 50))
    return Constant(field, value, _text(one, "when", 200), among)


def _column(one: Any) -> Column:
    values = one.get("values", {}) if isinstance(one, dict) else None
    if not isinstance(values, dict) or len(values) > MAX_VALUES:
        raise Invalid.whole(_("At most %(n)s words per column.") % {"n": MAX_VALUES})
    times = _text(one, "times", 20)
    if times:
        try:
            good = 0 < Decimal(times) < 10**10
        except InvalidOperation:
            good = False
        if not good:
            raise Invalid.whole(_("The multiplier should be a number above 0."))
    return Column(
        header=_text(one, "header", 200),
        field=_text(one, "field", 64),
        values={_word(key): _word(value) for key, value in values.items()},
        dates=_choice(one, "dates", ORDERS),
        times=times,
        unknown=_choice(one, "unknown", POLICIES),
        by=_text(one, "by", 20) or "name",
        split=_text(one, "split", 10),
    )


def _text(document: Any, key: str, limit: int) -> str:
    value = document.get(key, "") if isinstance(document, dict) else None
    if not isinstance(value, str) or len(value) > limit:
        raise Invalid.whole(_("“%(key)s” should be a short text.") % {"key": key})
    return value


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 500:
        raise Invalid.whole(_("“%(key)s” should be a short text.") % {"key": str(value)[:40]})
    return value


def _choice(document: Any, key: str, options: tuple[str, ...]) -> str:
    value = _text(document, key, 20) or options[0]
    if value not in options:
        raise Invalid.whole(_("“%(key)s” should be one of the choices.") % {"key": key})
    return value


def _list(document: Dict[str, Any], key: str, limit: int) -> list[Any]:
    value = document.get(key, [])
    if not isinstance(value, list) or len(value) > limit:
        raise Invalid.whole(_("“%(key)s” has too many entries.") % {"key": key})
    return value


def fill_template(template: str, cells: Dict[str, str]) -> str:
    """`{header}` replaced by the row's cells; what an empty one leaves at the ends goes."""
    return _PLACE.sub(lambda place: cells.get(place[1], ""), template).strip(_ENDS)


def places(template: str) -> list[str]:
    """The headers a template names."""
    return _PLACE.findall(template)
