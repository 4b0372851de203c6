"""Lines of the matrix for the API: each door names the verb it asks, which names its table.

A door about one type is asked for that type; a door of every type for each described one. What a
door needs in its body is its own example.
"""

from collections.abc import Mapping
from typing import Any

from tests.matrix import table as t
from tests.matrix.routes import (
    Args,
    Ask,
    Data,
    a_file,
    fixed,
    its_forecast,
    its_risk,
    mine,
    named,
    nothing,
    one_to_merge,
    pk,
)
from tests.matrix.table import Table
from tests.matrix.world import OUTSIDE, TYPES, World

#: table of records with an owner, and of products, by the verb a door names
TABLES: dict[str, tuple[Table, Table]] = {
    "read": (t.READ, t.PRODUCT_READ),
    "edit": (t.EDIT, t.PRODUCT_EDIT),
    "delete": (t.DELETE, t.PRODUCT_DELETE),
    "restore": (t.RESTORE, t.PRODUCT_RESTORE),
    # who may delete may give away: the same reach in every role here
    "assign": (t.DELETE, t.PRODUCT_DELETE),
    "merge": (t.MERGE, t.MERGE),
    "give_back": (t.GIVE_BACK, t.PRODUCT_DELETE),
    "log": (t.LOG, t.PRODUCT_EDIT),
    "read_file": (t.FILE, t.FILE),
    "edit_file": (t.EDIT, t.EDIT),
    "claim": (t.CLAIM, t.CLAIM),
    "create": (t.CREATE, t.PRODUCT_CREATE),
    "list": (t.EVERYBODY, t.EVERYBODY),
    # row by row: the answer tells what became of each
    "many": (t.EVERYBODY, t.EVERYBODY),
    "many_edit": (t.BULK_EDIT_SEEN, t.PRODUCT_BULK_SEEN),
    "many_delete": (t.BULK_DELETE_SEEN, t.PRODUCT_BULK_DELETE_SEEN),
    # by a key that nothing has: it would be made
    "upsert": (t.CREATE, t.PRODUCT_CREATE),
}
#: over ids: which of the rows asked about change
CHANGES = {
    "many_edit": (t.EDIT, t.PRODUCT_EDIT),
    "many_delete": (t.DELETE, t.PRODUCT_DELETE),
    "claim": (t.CLAIMED, t.CLAIMED),
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
ON_ONE = {"read", "edit", "delete", "restore", "assign", "merge", "give_back", "log"}
FILES = {"read_file", "edit_file"}
#: types that hang on an opportunity: their doors are asked about one of it
HANGING: dict[str, Args] = {"risk": its_risk, "profit_forecast": its_forecast}


def outside(table: Table, **words: str) -> Table:
    """A program without a working key is told so: 401, never the way to a page."""
    return t.where(table, **words) | {
        role: dict.fromkeys(row, "401") for role, row in table.items() if role in OUTSIDE
    }


def operations() -> list[tuple[str, str, Any]]:
    """Every door: the name of its route, its method, ninja's operation."""
    # the API is loaded with the first request of a program, and here
    from shangji.config.api.whole import doors  # noqa: PLC0415 - needs the app registry

    return doors()


def lines() -> dict[str, list[Ask]]:
    found: dict[str, list[Ask]] = {
        "api:nowhere": [Ask(outside(t.same("404")), args=fixed(rest="no/where/at/all"))]
    }
    for name, method, operation in operations():
        found.setdefault(name, []).extend(_asks(method, operation.openapi_extra or {}))
    return found


def _asks(method: str, said: Mapping[str, Any]) -> list[Ask]:
    verb, record = said["x-verb"], said["x-record"]
    example = said["x-example"] or {}
    if verb == "own_thing":
        return [
            Ask(outside(t.MINE_OR_ADMIN), method, mine("operation"), json=True),
        ]
    if not record and verb not in FILES:
        table = RIGHTS[said["x-right"]] if verb == "right" else OWN
        return [Ask(outside(table, ok="form"), method, nothing, fixed(**example), json=True)]
    generic = record == "*"
    kinds = said["x-kinds"] or ((*TYPES, "product") if generic else (record,))
    if record in HANGING:
        table = outside(TABLES[verb][0], ok="form")
        return [
            Ask(table, method, HANGING[record], fixed(**example), kinds=("opportunity",), json=True)
        ]
    asks = []
    for group in ([kind for kind in kinds if kind != "product"], ["product"]):
        if not set(group) & set(kinds):
            continue
        table = TABLES[verb][group == ["product"]]
        # a door of one app is reached, whatever it says of its example here
        words = {} if method == "get" else {"ok": "form"}
        changes = CHANGES[verb][group == ["product"]] if verb in CHANGES else None
        asks.append(
            Ask(
                outside(table, **words),
                method,
                _args(said),
                _data(verb, example),
                kinds=tuple(group),
                slugged=generic,
                changes=changes,
                query="system=erp" if verb == "upsert" else "",
                json=True,
            )
        )
    return asks


def _args(said: Mapping[str, Any]) -> Args:
    """What the address needs: the record, its file, a key, the other type."""

    def args(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
        if said["x-verb"] in FILES:
            return a_file(world, role, kind, column)
        if said["x-verb"] == "upsert":
            return {"key": "external_id", "value": "no such"}
        found = dict(pk(world, role, kind, column)) if said["x-verb"] in ON_ONE else {}
        if "contact" in said["x-args"]:
            return {**found, "contact": world.record(role, "contact", "own").pk}
        return {**found, **said["x-args"]}

    return args


def _data(verb: str, example: Mapping[str, Any]) -> Data:
    def data(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
        if verb in {"create", "upsert"}:
            return named(world, role, kind, column)
        if verb == "merge":
            return one_to_merge(world, role, kind, column)
        if verb == "many":
            return {"rows": [dict(named(world, role, kind, column))]}
        if verb not in CHANGES:
            return {key: _there(key, value) for key, value in example.items()}
        ids = {"ids": [world.record(role, kind, column).pk]}
        if "ids" in example and verb != "claim":  # an action of its own over many
            return {**example, **ids}
        if verb == "many_edit":
            return {**ids, "values": {"name" if kind != "activity" else "outcome": "Renamed"}}
        return ids

    return data


def _there(key: str, value: Any) -> Any:
    """A stage or reason of an example, by its place among those a workspace begins with: their
    ids are others where a test before emptied the tables."""
    from shangji.core.opportunities.models import Reason, Stage  # noqa: PLC0415 - at run time

    model = {"stage": Stage, "reason": Reason}.get(key)
    return (
        value
        if model is None or isinstance(value, str)
        else model._default_manager.order_by("pk")[value - 1].pk
    )
