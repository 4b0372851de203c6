"""Schemas of answers that are the same for every type."""

from typing import Any


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def items(one: dict[str, Any]) -> dict[str, Any]:
    return obj("items", items={"type": "array", "items": one})


TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
PROBLEM = obj(
    "type", "title", "status", "code", "detail",
    type=TEXT, title=TEXT, status=NUMBER, code=TEXT, detail=TEXT, remedy=TEXT,
    merged_into=NUMBER, missing_scope=TEXT,
    duplicates={
        "type": "array",
        "items": obj(
            "why", id={"type": ["integer", "null"]}, title=TEXT, why=TEXT, score=NUMBER,
            ask={"type": ["string", "null"]},
        ),
    },
    errors={"type": "array", "items": obj("field", "message", field=TEXT, message=TEXT)},
    conflicts={"type": "array", "items": obj("field", field=TEXT, yours={}, theirs={})},
)  # fmt: skip
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_FILE = obj(
    "key", "name", "size", "media_type", "sha256", "created_at",
    key=TEXT, name=TEXT, size=NUMBER, media_type=TEXT, sha256=TEXT,
    created_at={"type": "string", "format": "date-time"},
)  # fmt: skip
_LINE = obj(
    "operation", "at", "by", "door", "action", "what", "may_undo", "fields",
    operation=NUMBER, at={"type": "string", "format": "date-time"},
    by={"type": ["object", "null"]}, door=TEXT, action=TEXT, what=TEXT,
    may_undo={"type": "boolean"},
    fields={
        "type": "array",
        "items": obj("field", "before", "after", field=TEXT, before=TEXT, after=TEXT),
    },
)  # fmt: skip
_ROW = {
    "type": "object",
    "properties": {
        "id": NUMBER, "version": NUMBER, "deleted": {"type": "boolean"}, "problem": _PROBLEM,
    },
}  # fmt: skip
SHAPES: dict[str, Any] = {
    "Document": {"type": "object"},
    "Amount": obj("currency", "amount", currency=TEXT, amount=TEXT),
    "History": items(_LINE),
    "File": _FILE,
    "Files": items(_FILE),
    "Hits": obj(
        "items", "meant",
        meant={"type": ["string", "null"]},
        items={
            "type": "array",
            "items": obj("type", "id", "title", "subtitle", type=TEXT, id=NUMBER, title=TEXT,
                         subtitle=TEXT),
        },
    ),
    "Written": obj(
        "operation", "results", operation=NUMBER, results={"type": "array", "items": _ROW}
    ),
    "Done": obj(
        "operation", "done", "unchanged", "left", "refused",
        operation=NUMBER, done=NUMBER, unchanged=NUMBER, left=NUMBER,
        refused={"type": "array", "items": obj("id", "message", id=NUMBER, message=TEXT)},
    ),
    "Merge": {
        **obj(
            "others",
            others={"type": "array", "items": {"type": "integer", "minimum": 1}},
            take={"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
            versions={"type": "object", "additionalProperties": {"type": "integer"}},
        ),
        "additionalProperties": False,
    },
    "Owner": {
        **obj("owner", owner={"type": ["integer", "string", "object", "null"]}),
        "additionalProperties": False,
    },
    "Which": obj(
        ids={"type": "array", "items": {"type": "integer", "minimum": 1}},
        where={"type": "array", "items": TEXT},
    ),
    "AnyPage": obj("items", "next", items={"type": "array", "items": {"type": "object"}},
                   next={"type": ["string", "null"]}, totals={"type": "object"}),
}  # fmt: skip
