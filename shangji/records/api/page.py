"""The API as a page to read: sections of doors, each with what it takes and answers."""

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from shangji.lib.values import dataclass

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A parameter or a field: its name, type and what is said of it."""

    name: str
    type: str
    words: str
    is_needed: bool


@dataclass(frozen=True)
class Door:
    """One method on one address."""

    key: str
    method: str
    path: str
    summary: str
    parameters: list[Part]
    body: list[Part]
    example: str
    answers: str


@dataclass
class Section:
    """Doors under one title."""

    key: str
    title: str
    doors: list[Door] = field(default_factory=list)
    fields: list[Part] = field(default_factory=list)


def read_page(document: Json, base: Json) -> list[Section]:
    """Sections of a reader's document, in the order of its addresses."""
    schemas = document["components"]["schemas"]
    sections: dict[str, Section] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            title = (operation.get("tags") or ["API"])[0]
            section = sections.setdefault(title, Section(f"part-{len(sections)}", title))
            section.doors.append(_door(method, path, operation, schemas))
            answer: Json = operation["responses"].get("201", {})
            made = answer.get("content", {}).get("application/json", {}).get("schema")
            if made and operation["operationId"].count("_") == 1:
                section.fields = _parts(_named(made, schemas))
    return sorted(sections.values(), key=lambda one: (one.title == "API", -len(one.doors)))


def _door(method: str, path: str, operation: Json, schemas: Json) -> Door:
    sent = operation.get("requestBody", {}).get("content", {})
    nothing: tuple[str, Json] = ("", {})
    media, content = next(iter(sent.items()), nothing)
    schema = _named(content.get("schema", {}), schemas)
    done = [code for code in operation["responses"] if code.startswith("2")]
    return Door(
        key=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        parameters=[
            Part(
                one["name"],
                _type(one["schema"]),
                one.get("description", ""),
                one.get("required", False),
            )
            for one in operation["parameters"]
        ],
        body=_parts(schema),
        example=_curl(method, path, content.get("example"), media),
        answers=", ".join(done),
    )


def _parts(schema: Json) -> list[Part]:
    needed = set(schema.get("required", ()))
    return [
        Part(name, _type(one), str(one.get("title", "")), name in needed)
        for name, one in schema.get("properties", {}).items()
    ]


def _named(schema: Json, schemas: Json) -> Json:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Json = schemas.get(name, schema)
    return found


def _type(schema: Json) -> str:
    """A type in few words: text, date, one of …"""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"] if one is not None)
    if "anyOf" in schema:
        return _type(next(one for one in schema["anyOf"] if one.get("type") != "null"))
    kinds = schema.get("type", "object")
    names = [kinds] if isinstance(kinds, str) else [one for one in kinds if one != "null"]
    if names == ["array"]:
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or " | ".join(names))


def _curl(method: str, path: str, example: Any, media: str) -> str:
    """The door as a command; `$URL` and `$KEY` are the reader's own."""
    lines = [f'curl -H "Authorization: Bearer $KEY" "$URL{path}"']
    if method != "get":
        lines[0] = lines[0].replace("curl", f"curl -X {method.upper()}")
    if media.startswith("multipart"):
        lines.append("  -F file=@offer.pdf")
    elif example is not None:
        lines.append('  -H "Content-Type: application/json"')
        lines.append(f"  -d '{json.dumps(example, ensure_ascii=False)}'")
    return " \\\n".join(lines)
