"""What a new description of the API takes back of an old one."""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]


def broken_promises(old: Json, new: Json) -> list[str]:
    """Everything that a program written for `old` would trip over in `new`."""
    return [*_doors(old, new), *_schemas(old, new)]


def _doors(old: Json, new: Json) -> Iterator[str]:
    for path, item in old["paths"].items():
        for method, before in item.items():
            after = new["paths"].get(path, {}).get(method)
            where = f"{method.upper()} {path}"
            if after is None:
                yield f"{where} is gone"
                continue
            yield from _parameters(where, before, after)
            for status in before["responses"]:
                if status not in after["responses"]:
                    yield f"{where} no longer answers {status}"
            if "requestBody" in after and "requestBody" not in before:
                yield f"{where} now needs a body"


def _parameters(where: str, before: Json, after: Json) -> Iterator[str]:
    old = {(one["in"], one["name"]): one for one in before["parameters"]}
    new = {(one["in"], one["name"]): one for one in after["parameters"]}
    for key, one in old.items():
        if key not in new:
            yield f"{where} no longer takes {key[1]}"
        elif lost := _lost_options(one["schema"], new[key]["schema"]):
            yield f"{where} no longer takes {key[1]} = {', '.join(lost)}"
    for key, one in new.items():
        if one.get("required") and not old.get(key, {}).get("required"):
            yield f"{where} now needs {key[1]}"


def _schemas(old: Json, new: Json) -> Iterator[str]:
    for name, before in old["components"]["schemas"].items():
        after = new["components"]["schemas"].get(name)
        if after is None:
            yield f"schema {name} is gone"
            continue
        for key, one in before.get("properties", {}).items():
            found = after.get("properties", {}).get(key)
            if found is None:
                yield f"{name}.{key} is gone"
            elif _types(one) != _types(found):
                yield f"{name}.{key} was {_types(one)}, is {_types(found)}"
            elif lost := _lost_options(one, found):
                yield f"{name}.{key} no longer takes {', '.join(lost)}"
        for key in set(after.get("required", ())) - set(before.get("required", ())):
            if key in before.get("properties", {}):
                yield f"{name}.{key} is needed now"
        for key in set(after.get("properties", {})) - set(before.get("properties", {})):
            if key in after.get("required", ()) and name.endswith(("New", "In")):
                yield f"{name}.{key} is new and needed"


def _types(schema: Json) -> list[str]:
    if "anyOf" in schema:
        return sorted(kind for one in schema["anyOf"] for kind in _types(one))
    if "$ref" in schema:
        return [schema["$ref"]]
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else sorted(kinds)


def _lost_options(before: Json, after: Json) -> list[str]:
    if "enum" not in after:
        return []
    return [str(one) for one in before.get("enum", ["anything"]) if one not in after["enum"]]
