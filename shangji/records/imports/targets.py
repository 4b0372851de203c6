"""What can be imported: every described type with its hook, and people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.scope import Scope
from shangji.lib.errors import NotFound
from shangji.records.description import Field, RecordDescription, by_type, descriptions
from shangji.records.imports.people import PERSON, PeopleRows
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds import DateTime, Person, Text, Whole

ID = Field("id", gettext_lazy("ID"), Whole(1, 2**62, group=False))
EXTERNAL_ID = Field(
    "external_id",
    gettext_lazy("ID in the other system"),
    Text(120),
    also=("external id", "record id", "deal id", "lead id", "外部编号", "业务编码", "数据id"),
)
#: for new records; the ledger keeps who brought them in, and when
CREATED_AT = Field(
    "created_at",
    gettext_lazy("Originally created"),
    DateTime(),
    also=("created at", "create date", "created date", "date created", "创建时间"),
)
CREATED_BY = Field(
    "created_by",
    gettext_lazy("Originally created by"),
    Person(),
    also=("created by", "创建人", "提交人"),
)
_HOOKS: dict[str, ImportRows] = {}


def rows_of(record_type: str) -> ImportRows:
    """The hook of a type. NotFound for a type nobody can import."""
    if record_type == PERSON.type:
        description: RecordDescription | None = PERSON
    else:
        description = by_type(record_type)
    if description is None:
        raise NotFound(_("There is no such record type."))
    hook = _HOOKS.get(record_type)
    if hook is None or hook.description is not description:
        kind = PeopleRows if description is PERSON else (description.import_rows or ImportRows)
        hook = _HOOKS[record_type] = kind().bound(description)
    return hook


def import_fields(rows: ImportRows, actor: Actor) -> dict[str, Field]:
    """Every field a column may go to, by key; those closed to the actor stay, marked closed."""
    description = rows.description
    hidden = actor.hidden_fields(description.type)
    extra = {one.key: one for one in rows.fields()}
    found: dict[str, Field] = {}
    for one in description.fields:
        if one.key in hidden:
            continue
        if one.key in extra:
            found[one.key] = extra.pop(one.key)
        elif one.writable and one.kind.importable:
            found[one.key] = one
    # of a field that a sheet spreads over several columns each is hidden with it
    found |= {key: one for key, one in extra.items() if key.partition(".")[0] not in hidden}
    if description is not PERSON:
        found |= {ID.key: ID, EXTERNAL_ID.key: EXTERNAL_ID, CREATED_AT.key: CREATED_AT}
        if actor.is_admin:
            # nobody writes in another's name by himself
            found[CREATED_BY.key] = CREATED_BY
    return found


def closed_fields(record_type: str, actor: Actor) -> list[Any]:
    """Names of fields whose values no cell can hold: files."""
    description = by_type(record_type)
    fields = description.writable_fields(actor) if description is not None else []
    return [one.label for one in fields if not one.kind.importable]


def importable(actor: Actor) -> list[RecordDescription]:
    """Types this person may import."""
    found = [one for one in descriptions() if actor.may("import", one.type) and one.importable]
    if actor.can("settings.people"):
        found.append(PERSON)
    return [one for one in found if one is PERSON or actor.scope("read", one.type) > Scope.NONE]


__all__ = ["EXTERNAL_ID", "ID", "import_fields", "importable", "rows_of"]
