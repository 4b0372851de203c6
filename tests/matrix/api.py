"""Lines of the matrix for the API: each door names the verb it asks, which names its table.

A door about one type is asked for that type; a door of every type for each described one. What a
door needs in its body is its own example.
"""

from collections.abc import Mapping
from typing import Any

from tests.matrix import table as t
from tests.matrix.routes import Args, Ask, Data, fixed, named, nothing, pk
from tests.matrix.table import Table
from tests.matrix.world import OUTSIDE, TYPES, World

#: table of records with an owner, and of products, by the verb a door names
TABLES: dict[str, tuple[Table, Table]] = {
    "read": (t.READ, t.PRODUCT_READ),
    "edit": (t.EDIT, t.PRODUCT_EDIT),
    "delete": (t.DELETE, t.PRODUCT_DELETE),
    "restore": (t.RESTORE, t.PRODUCT_RESTORE),
    "assign": (t.GIVE_BACK, t.PRODUCT_EDIT),
    "create": (t.CREATE, t.PRODUCT_CREATE),
    "list": (t.EVERYBODY, t.EVERYBODY),
}
#: about no record: who is signed in
OWN = t.EVERYBODY
RIGHTS = {
    "settings.people": t.ADMIN,
    "settings.pipelines": t.PIPELINES,
    "settings.scoring": t.PIPELINES,
    "audit.read": t.AUDIT,
}
#: verbs on one record; the others are about a type
ON_ONE = {"read", "edit", "delete", "restore", "assign"}


def outside(table: Table, **words: str) -> Table:
    """A program without a working key is told so: 401, never the way to a page."""
    return t.where(table, **words) | {
        role: dict.fromkeys(row, "401") for role, row in table.items() if role in OUTSIDE
    }


def operations() -> list[tuple[str, str, Any]]:
    """Every door: the name of its route, its method, ninja's operation."""
    # the API is loaded with the first request of a program, and here
    from shangji.config.api import doors  # noqa: PLC0415 - needs the app registry

    return doors()


def lines() -> dict[str, list[Ask]]:
    found: dict[str, list[Ask]] = {
        "api:nowhere": [Ask(t.same("404", "404"), args=fixed(rest="no/where/at/all"))]
    }
    for name, method, operation in operations():
        found.setdefault(f"api:{name}", []).extend(_asks(method, operation.openapi_extra or {}))
    return found


def _asks(method: str, said: Mapping[str, Any]) -> list[Ask]:
    verb, record = said["x-verb"], said["x-record"]
    example = said.get("x-example", {})
    if not record:
        table = RIGHTS[said["x-right"]] if verb == "right" else OWN
        return [Ask(outside(table, ok="form"), method, nothing, fixed(**example), json=True)]
    generic = record == "*"
    kinds = (*TYPES, "product") if generic else (record,)
    asks = []
    for group in ([kind for kind in kinds if kind != "product"], ["product"]):
        if not set(group) & set(kinds):
            continue
        table = TABLES[verb][group == ["product"]]
        # a door of one app is reached, whatever it says of its example here
        words = {} if generic or method == "get" else {"ok": "form"}
        asks.append(
            Ask(
                outside(table, **words),
                method,
                _args(verb),
                _data(verb, example),
                kinds=tuple(group),
                slugged=generic,
                json=True,
            )
        )
    return asks


def _args(verb: str) -> Args:
    return pk if verb in ON_ONE else nothing


def _data(verb: str, example: Mapping[str, Any]) -> Data:
    def data(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
        return named(world, role, kind, column) if verb == "create" else example

    return data
