"""What the record engine may know of a type: one typed description, handed down by its app."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangji.foundation.access import kinds as access
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.kinds import rule_over
from shangji.foundation.audit.custom_values import COLUMN, PREFIX, custom_column, take
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.registry import after_change
from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.duplicates.description import Duplicates
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds.base import FormatContext, Kind
from shangji.records.merging.description import Merging

#: `type` is a field name below
RecordModel = type[Record]


@dataclass(frozen=True)
class Field:
    """One field of a record type; lists, forms, filters, import and export read it from here.

    Attributes:
        key: name in addresses, files and rights; the ORM path unless `path` says otherwise.
        writable: part of forms, inline edit, bulk edit and import.
        sortable, filterable: offered in lists.
        create: shown in the short create form.
        group: heading among the facts.
        also: header words in both languages by which an import knows it.
        default: value of a new record's form (called when callable).
    """

    key: str
    label: Any
    kind: Kind
    path: str = ""
    required: bool = False
    writable: bool = True
    sortable: bool = True
    filterable: bool = True
    create: bool = False
    fact: bool = True
    group: Any = ""
    help: Any = ""
    also: tuple[str, ...] = ()
    width: int = 0
    default: Any = None
    #: no two living records have the same value
    unique: bool = False
    #: rows can be walked in its order, however many there are
    is_quick: bool = True
    #: trees of conditions on the record: forms and pages show it only when the first holds, and
    #: it is needed when the second does
    shown_if: Any = None
    needed_if: Any = None
    #: draws the cell in place of the kind: (row, context) -> html; needs `needs`
    render: Callable[[Mapping[str, Any], FormatContext], SafeString] | None = None
    needs: tuple[str, ...] = ()
    #: the value as data in place of the kind's, in JSON and in cells of files:
    #: (row, context) -> JSON; needs `needs`
    plain: Callable[[Mapping[str, Any], FormatContext], Any] | None = None
    #: the columns that stand for it in a CSV or XLSX file; their keys begin with its own and a dot
    parts: Callable[[], Sequence["Field"]] | None = None
    #: url name of the type's own page (pk) that a card carried to another value is sent to: it
    #: asks what such a change needs, and answers by `records.pages.boards.moved_on_cards`
    move_door: str = ""

    @property
    def orm(self) -> str:
        return self.path or self.key

    @property
    def is_custom(self) -> bool:
        """Whether a customer added it: its values stand in the column of custom values."""
        return self.path.startswith(PREFIX)

    @property
    def logged(self) -> str:
        """The name under which the ledger has it."""
        return self.key if self.is_custom else self.orm

    def raw(self, record: Record) -> Any:
        """The value a record in hand holds: the id of a link, the value itself else."""
        if self.is_custom:
            return take(self.key, getattr(record, COLUMN).get(self.key))
        item = record._meta.get_field(self.orm.split("__")[0])
        return getattr(record, getattr(item, "attname", self.orm))

    def paths(self) -> tuple[str, ...]:
        """ORM paths a list fetches for this field."""
        return (*self.kind.paths(self.orm), *self.needs)

    def data(self, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        """What reads this field of a row as JSON data."""
        plain = self.plain
        if plain is not None:
            return lambda row: plain(row, context)
        return self.kind.data(self.orm, context)

    def export(self, row: Mapping[str, Any], context: FormatContext) -> Any:
        """The value for a cell of a CSV or XLSX file."""
        if self.plain is not None:
            row = {**row, self.orm: self.plain(row, context)}
        return self.kind.export(row, self.orm, context)

    def cell(self, row: Mapping[str, Any], context: FormatContext) -> SafeString:
        if self.render is not None:
            return self.render(row, context)
        return self.kind.cell(row, self.orm, context)


@dataclass(frozen=True)
class Total:
    """A sum over all rows of a list, by currency; exact.

    Attributes:
        path, currency: ORM paths of the amount and its currency.
        percent: ORM path of whole percents (0 to 100) that weigh each amount.
        column: key of the field under which group lines show it.
    """

    key: str
    label: Any
    path: str = "amount"
    currency: str = "currency"
    percent: str = ""
    column: str = ""
    #: words for the weighted sum as a share of the plain one ("Win rate 47%")
    share: Any = ""


@dataclass(frozen=True)
class BulkVerb:
    """A verb on the bulk bar that the type's app answers itself.

    `url_name` gets the form's POST: `ids` (several) or `all=1` with the list's `f`.
    """

    key: str
    label: Any
    icon: str
    url_name: str
    verb: str = "edit"
    hotkey: str = ""


@dataclass(frozen=True)
class Preset:
    """A list that ships: conditions as in the address (`field.operator.value`)."""

    key: str
    label: Any
    conditions: tuple[str, ...] = ()
    sort: str = ""


Create = Callable[..., Record]
Edit = Callable[..., Record]


@dataclass(frozen=True)
class RecordDescription:
    """Everything the engine needs to list, show, edit, import and export one type.

    `create`, `edit`, `delete`, `assign` are the app's actions; without one the engine's own
    in records.actions does it.
    """

    type: str
    slug: str
    model: RecordModel
    name: Any
    plural: Any
    icon: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    sort: str
    title: str = "name"
    presets: tuple[Preset, ...] = ()
    totals: tuple[Total, ...] = ()
    #: counts and sums that the type keeps, for one reader: see records.listing.sums.RollUp
    rollup: Callable[[Actor], Any] | None = None
    #: verbs of the app's own on the bulk bar; edit, assign, tag, delete are everybody's
    bulk: tuple[BulkVerb, ...] = ()
    #: key of the field under the name where a list is narrow (phones)
    second: str = ""
    #: what makes two records likely the same; with it there are warnings, a queue and rules
    duplicates: Duplicates | None = None
    group_by: tuple[str, ...] = ()
    #: rows that hang on a record, for conditions only ("no activity in 14 days"); their kind
    #: is records.conditions.related.Related
    related: tuple[Field, ...] = ()
    create: Create | None = None
    edit: Edit | None = None
    #: `create` inside an open operation, for many at once: (recorder, values) -> record
    create_in: Callable[..., Any] | None = None
    #: `edit` inside an open operation on a locked record, for bulk edits and imports:
    #: (recorder, record, values, version) -> record
    edit_locked: Callable[..., Any] | None = None
    #: checks over several fields: (actor, values, record or None) -> errors by key
    check: Callable[[Actor, Mapping[str, Any], Record | None], dict[str, list[str]]] | None = None
    #: template of the record's page; without one the generic page
    page_template: str = "records/page.html"
    #: extra context of the page: (actor, record, now) -> dict
    page_context: Callable[[Actor, Any, datetime], dict[str, Any]] | None = None
    #: keys by which an import finds an existing record
    match_keys: tuple[str, ...] = ()
    #: class of what an import must know beyond this: see records.imports.rows.ImportRows
    import_rows: type[ImportRows] | None = None
    #: with one, records of the type can be merged
    merging: Merging | None = None
    #: url name of the type's board, or another way to look at its rows
    board: str = ""
    #: key of the field whose values that board has for columns; "" when it is no board
    board_by: str = ""
    board_label: Any = ""
    board_icon: str = "layout-kanban"
    empty_hint: Any = ""
    creatable: bool = True
    #: whether the Create menu of every page names it; parts of another record are made at theirs,
    #: and the palette makes all
    in_menu: bool = True
    #: whether files bring records in; as `creatable` says when None
    brought: bool | None = None
    #: another number whenever a workspace's own fields changed, for what is remembered of them
    edition: int = 0
    _by_key: dict[str, Field] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for one in self.fields:
            assert one.key not in self._by_key, f"{self.type}.{one.key} twice"
            self._by_key[one.key] = one
        for one in self.related:
            assert one.key not in self._by_key, f"{self.type}.{one.key} is a field already"

    @property
    def importable(self) -> bool:
        """Whether a file may bring records of the type, for whoever has the right."""
        return self.creatable if self.brought is None else self.brought

    def visible_fields(self, actor: Actor) -> list[Field]:
        hidden = actor.hidden_fields(self.type)
        return [one for one in self.fields if one.key not in hidden]

    def writable_fields(self, actor: Actor) -> list[Field]:
        closed = actor.read_only_fields(self.type)
        return [one for one in self.fields if one.writable and one.key not in closed]

    def field(self, key: str, actor: Actor) -> Field:
        """A field the actor may know of. Invalid with the same words for hidden and misspelt."""
        one = self._by_key.get(key)
        if one is None or key in actor.hidden_fields(self.type):
            raise self.unknown(key)
        return one

    def unknown(self, key: str) -> Invalid:
        """The one answer for a field that is misspelt, hidden or closed to this use."""
        return Invalid({"": [_("There is no field “%(key)s” here.") % {"key": key[:40]}]})

    def writable_field(self, key: str, actor: Actor) -> Field:
        one = self.field(key, actor)
        if not one.writable or key in actor.read_only_fields(self.type):
            raise Invalid({key: [_("This field cannot be changed here.")]})
        return one


_REGISTRY: dict[str, RecordDescription] = {}
_COMPLETIONS: list[Callable[[RecordDescription], RecordDescription]] = []


class _FieldNames(Sequence[tuple[str, Any]]):
    """Keys and labels of a type's fields as they are now, for the settings of roles."""

    def __init__(self, record_type: str) -> None:
        self._type = record_type

    def __getitem__(self, place: Any) -> Any:
        return [(one.key, one.label) for one in describe(self._type).fields][place]

    def __len__(self) -> int:
        return len(describe(self._type).fields)


def complete_with(completion: Callable[[RecordDescription], RecordDescription]) -> None:
    """Let `completion` add to each description what a workspace added to the type. It is called
    whenever somebody asks for one, so it answers from memory."""
    _COMPLETIONS.append(completion)


def _complete(description: RecordDescription) -> RecordDescription:
    for completion in _COMPLETIONS:
        description = completion(description)
    return description


#: types whose changes are looked at for duplicates
_COMPARED: set[str] = set()


#: types whose fields may hold files
_HANGING: set[str] = set()


def _hang_files(recorder: Any, records: list[Any]) -> None:
    from shangji.records.custom import attached  # noqa: PLC0415 - it reads descriptions

    attached.hang(recorder, records)


def _keep_duplicates(recorder: Any, records: list[Any]) -> None:
    from shangji.records.duplicates import keeping  # noqa: PLC0415 - it reads descriptions

    keeping.after_change(recorder, records)


def register(description: RecordDescription) -> None:
    """Hand a description to the engine. Call in `AppConfig.ready`."""
    _REGISTRY[description.type] = description
    names = _FieldNames(description.type)
    if description.duplicates is not None and description.type not in _COMPARED:
        _COMPARED.add(description.type)
        after_change(description.type, _keep_duplicates)
    if description.type not in _HANGING and custom_column(description.model):
        _HANGING.add(description.type)
        after_change(description.type, _hang_files)
    rule_over(access.Kind(description.type, description.plural, names, description.slug))


def add_fields(
    record_type: str, fields: tuple[Field, ...], *, presets: tuple[Preset, ...] = ()
) -> None:
    """Put fields of an app above on a type that is registered: a phase's own on the spine.

    They are looked up, listed, filtered, sorted, exported and hidden like the type's own.
    """
    known = _REGISTRY[record_type]
    register(
        replace(
            known,
            fields=(*known.fields, *fields),
            presets=(*known.presets, *presets),
            _by_key={},
        )
    )


def add_related(record_type: str, *rows: Field) -> None:
    """Let conditions of a registered type ask for rows of an app above that hang on it."""
    known = _REGISTRY[record_type]
    register(replace(known, related=(*known.related, *rows), _by_key={}))


def add_bulk(record_type: str, *verbs: BulkVerb) -> None:
    """Put verbs of an app above on the bulk bar of a type that is registered."""
    known = _REGISTRY[record_type]
    register(replace(known, bulk=(*known.bulk, *verbs), _by_key={}))


def base_of(record_type: str) -> RecordDescription | None:
    """A type as it ships, without what a workspace added to it."""
    return _REGISTRY.get(record_type)


def base_types() -> list[RecordDescription]:
    """Every type as it ships."""
    return list(_REGISTRY.values())


def describe(record_type: str) -> RecordDescription:
    return _complete(_REGISTRY[record_type])


def by_type(record_type: str) -> RecordDescription | None:
    found = _REGISTRY.get(record_type)
    return None if found is None else _complete(found)


def is_slug(slug: str) -> bool:
    """Whether a word is the address of a described type."""
    return any(one.slug == slug for one in _REGISTRY.values())


def by_slug(slug: str) -> RecordDescription | None:
    found = next((one for one in _REGISTRY.values() if one.slug == slug), None)
    return None if found is None else _complete(found)


def descriptions() -> list[RecordDescription]:
    return [_complete(one) for one in _REGISTRY.values()]
