"""The OpenAPI of this workspace for one reader: types, fields and doors they may know of.

Ninja describes the doors; doors of every type are spelt out here for each described type, with
schemas made of its fields. What is hidden from the reader's role, or outside the key's scopes, is
not in it.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.records.api.doors import ANY
from shangji.records.api.reading import MOST
from shangji.records.api.shapes import PROBLEM, SHAPES
from shangji.records.description import Field, RecordDescription, descriptions
from shangji.records.kinds.base import OPERATORS
from shangji.records.listing.numbers import is_added_number
from shangji.records.listing.query import ListQuery

Json = dict[str, Any]
_JSON = "application/json"
#: refusals that any door may answer, and those of a change
ALWAYS = (400, 401, 403, 404, 405, 429, 503)
CHANGE = (409, 413, 415, 422)


def openapi(base: Json, actor: Actor) -> Json:
    """The document for a reader.

    Args:
        base: ninja's own document of all doors.
    """
    known = [one for one in descriptions() if actor.may("read", one.type)]
    schemas: Json = deepcopy(base.get("components", {}).get("schemas", {})) | deepcopy(SHAPES)
    for one in known:
        schemas |= _schemas(one, actor)
    paths: Json = {}
    for path, item in base["paths"].items():
        for method, operation in item.items():
            for target, described in _spelt_out(path, operation, known):
                if not _may_use(operation, described, actor):
                    continue
                found = _operation(method, target, operation, described, actor)
                paths.setdefault(target, {})[method] = found
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Shangji",
            "version": "1",
            "description": _(
                "Everything you may do here, with the fields of this workspace. Send a key in the"
                " header “Authorization: Bearer …”."
            ),
        },
        "paths": paths,
        "components": {
            "schemas": schemas | {"Problem": PROBLEM},
            "responses": {"Refused": {"description": _("Refused"), "content": _REFUSAL}},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _spelt_out(
    path: str, operation: Json, known: Iterable[RecordDescription]
) -> list[tuple[str, RecordDescription | None]]:
    """The addresses of a door: one, or one for each type it serves that the reader knows of."""
    record = operation["x-record"]
    if record == ANY:
        kinds = operation["x-kinds"]
        return [
            (path.replace("{slug}", one.slug), one)
            for one in known
            if not kinds or one.type in kinds
        ]
    if not record:
        return [(path, None)]
    return [(path, one) for one in known if one.type == record]


#: what one of must be allowed on any record of a type, for a door of a verb to be of use; the
#: others ask the record, or only to see it
_NEEDS = {
    "create": ("create",),
    "edit": ("edit",),
    "delete": ("delete",),
    "restore": ("delete",),
    "many": ("create", "edit", "delete"),
    "many_edit": ("edit",),
    "many_delete": ("delete",),
    "upsert": ("create", "edit"),
}


def _may_use(operation: Json, described: RecordDescription | None, actor: Actor) -> bool:
    if operation["x-right"] and not actor.can(operation["x-right"]):
        return False
    needs = _NEEDS.get(operation["x-verb"], ())
    return described is None or not needs or any(actor.may(one, described.type) for one in needs)


def _operation(
    method: str, path: str, given: Json, described: RecordDescription | None, actor: Actor
) -> Json:
    found = {key: deepcopy(value) for key, value in given.items() if not key.startswith("x-")}
    parts = path.removeprefix("/api/v1/").replace("{", "").replace("}", "").split("/")
    found["operationId"] = "_".join([method, *parts]).replace("-", "_")
    # docstrings of doors are gathered for translation (scripts/messages.py)
    found["summary"] = gettext(first_paragraph(given["description"])).rstrip(".。")
    found.pop("description")
    if described is not None:
        found["tags"] = [str(described.plural)]
    elif "tags" in found:
        found["tags"] = [gettext(one) for one in found["tags"]]
    parameters = [one for one in found.get("parameters", []) if one["name"] != "slug"]
    for one in parameters:
        _narrow_path(one)
    returns = _returned(given["x-returns"], described)
    if given["x-verb"] == "list" and returns.endswith("Page") and described is not None:
        parameters += _list_parameters(described, actor)
    if given["x-query"]:
        parameters += deepcopy(given["x-query"])
    if method != "get":
        parameters.append(_KEY)
    found["parameters"] = parameters
    body = _body(given, described)
    if body is not None:
        found["requestBody"] = body
    found["responses"] = _responses(method, given, found["responses"], returns)
    return found


def first_paragraph(text: str) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join(text.strip().partition("\n\n")[0].split())


def _narrow_path(parameter: Json) -> None:
    schema = parameter["schema"]
    if schema.get("type") == "integer":
        parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
    elif parameter["name"] == "other":
        parameter["schema"] = {"type": "string", "enum": [one.slug for one in descriptions()]}
    else:
        parameter["schema"] = {"type": "string", "minLength": 1, "maxLength": 200}


_KEY: Json = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


_REFUSAL: Json = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _returned(returns: str, described: RecordDescription | None) -> str:
    """The name of the schema of an answer; "" where the door names one itself."""
    if returns == ANY and described is not None:
        return _title(described)
    if returns == "page" and described is not None:
        return f"{_title(described)}Page"
    kinds = {one.type: one for one in descriptions()}
    return _title(kinds[returns]) if returns in kinds else returns


def _responses(method: str, given: Json, own: Json, returns: str) -> Json:
    """What a door answers when it does its work, and all it may refuse with."""
    found: Json = {}
    schema = {"$ref": f"#/components/schemas/{returns}"} if returns else None
    declared = {int(status): one.get("content") for status, one in own.items()}
    # a door may name further answers with ninja's `response={200: …, 204: None}`
    wanted = dict.fromkeys([*given["x-status"], *(one for one in declared if len(declared) > 1)])
    for status in wanted:
        content = declared.get(status) or (declared.get(200) if status != 204 else None)
        if schema is not None:
            content = {_JSON: {"schema": schema}}
        if given["x-bytes"]:
            content = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
        described = {"description": _("Done")}
        empty = status == 204 or content is None
        found[str(status)] = described if empty else {**described, "content": content}
        if status == 201:
            where = {"schema": {"type": "string", "format": "uri-reference"}, "required": True}
            where["description"] = _("The address of what was made")
            found[str(status)] |= {"headers": {"Location": where}}
    for status in (*ALWAYS, *(CHANGE if method != "get" else ())):
        found[str(status)] = {"$ref": "#/components/responses/Refused"}
    return found


def _body(given: Json, described: RecordDescription | None) -> Json | None:
    verb = given["x-verb"]
    if given["x-upload"]:
        part = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": {"file": part}, "required": ["file"]}
        return {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    body: Json | None = deepcopy(given.get("requestBody"))
    if body is None and described is not None and given["x-body"]:
        name = given["x-body"].replace("*", _title(described))
        body = {
            "required": True,
            "content": {_JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        }
    if body is not None and given["x-example"] is not None and verb not in {"create", "edit_any"}:
        body["content"][_JSON]["example"] = given["x-example"]
    return body


# ---------------------------------------------------------------- schemas of a type


def _title(described: RecordDescription) -> str:
    return described.type.title().replace("_", "")


def _schemas(described: RecordDescription, actor: Actor) -> Json:
    """A record read, a page of them, one to be made, one to be changed, many."""
    name = _title(described)
    kept = {
        "id": {"type": "integer", "readOnly": True},
        "version": {"type": "integer", "readOnly": True},
    }
    read = {one.key: _property(one, write=False) for one in described.visible_fields(actor)}
    writable = [
        one for one in described.writable_fields(actor) if one in described.visible_fields(actor)
    ]
    write = {one.key: _property(one, write=True) for one in writable}
    version = {"type": ["integer", "null"], "minimum": 1, "maximum": 2**31 - 1}
    ref = {"$ref": f"#/components/schemas/{name}"}
    change = {**write, "version": {**version, "description": _("The version you read.")}}
    row = {**change, "id": {"type": "integer", "minimum": 1}, "delete": {"type": "boolean"}}
    page = {
        "items": {"type": "array", "items": ref},
        "next": {"type": ["string", "null"]},
        "totals": _totals(described, actor),
    }
    return {
        name: _object({**kept, **read}, ["id", "version"]),
        f"{name}Page": _object(page, ["items", "next"]),
        f"{name}New": _object(
            write, [one.key for one in writable if one.required and one.default is None]
        ),
        f"{name}Change": _object(change, []),
        f"{name}Values": _object(write, []),
        f"{name}Rows": _object(
            {"rows": {"type": "array", "items": _object(row, []), "minItems": 1, "maxItems": 500}},
            ["rows"],
        ),
        f"{name}Where": _object(
            {
                "ids": {"type": "array", "items": {"type": "integer", "minimum": 1}},
                "where": {"type": "array", "items": {"type": "string"}},
                "values": _object(write, []) | ({"minProperties": 1} if write else {}),
            },
            ["values"],
        ),
    }


def _object(properties: Mapping[str, Any], required: list[str]) -> Json:
    found: Json = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return found | ({"required": required} if required else {})


def _property(one: Field, *, write: bool) -> Json:
    found = {"title": str(one.label), **one.kind.schema(write=write)}
    if one.plain is not None or not one.writable:
        found["readOnly"] = True
    if write and one.required and "minLength" not in found and found.get("maxLength"):
        found |= {"type": "string", "minLength": 1, "pattern": r"\S"}
    return found


_WHOLE: Json = {"type": "integer"}


def _totals(described: RecordDescription, actor: Actor) -> Json:
    amounts = {"type": "array", "items": {"$ref": "#/components/schemas/Amount"}}
    sums = {one.key: amounts for one in ListQuery(described, actor).totals}
    parts = {"count": _WHOLE, "sum": {"type": "string"}, "average": {"type": ["string", "null"]}}
    fields = described.visible_fields(actor)
    added = {one.key: _object(parts, list(parts)) for one in fields if is_added_number(one)}
    return _object({"count": _WHOLE, **sums, **added}, ["count"])


def _list_parameters(described: RecordDescription, actor: Actor) -> list[Json]:
    fields = described.visible_fields(actor)
    sorts = [one.key for one in fields if one.sortable]
    filters = [one.key for one in fields if one.filterable]
    return [
        _query(
            "f",
            {"type": "array", "items": {"type": "string"}, "maxItems": 30},
            _(
                "Conditions that all hold, field.operator.value, or groups of them:"
                " any(…)(…), all(…)(…), not(…). Fields: %(fields)s."
            )
            % {"fields": ", ".join(filters)}
            + " "
            + _("Operators: %(operators)s.") % {"operators": ", ".join(OPERATORS)},
        ),
        _query("sort", {"type": "string", "enum": [*sorts, *(f"-{key}" for key in sorts)]}, ""),
        _query(
            "fields",
            {"type": "string"},
            _("Which fields, with commas; without it those of the list."),
        ),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST}, ""),
        _query("cursor", {"type": "string"}, _("“next” of the page before.")),
        _query(
            "totals",
            {"type": "string", "enum": ["0", "1"]},
            _("Count and sums over all rows that match, never two currencies in one."),
        ),
    ]


def _query(name: str, schema: Json, description: str) -> Json:
    return {
        "in": "query",
        "name": name,
        "required": False,
        "schema": schema,
        "description": description,
    }
