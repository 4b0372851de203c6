"""Routes by which records come in and go out."""

from collections.abc import Mapping
from typing import Any

from tests.matrix import table as t
from tests.matrix.routes import Ask, each, get, mine, post, with_args
from tests.matrix.world import TYPES, World


def one_cell(world: World, role: str, kind: str, column: str) -> Mapping[str, Any]:
    """One text pasted into one cell of the record."""
    record = world.record(role, kind, column)
    key = "outcome" if kind == "activity" else "description"
    rows = f"{record.pk}:{record.version}"
    return {"how": "paste", "rows": rows, "keys": key, "text": "Pasted", "sure": "1"}


MOVING: Mapping[str, list[Ask]] = {
    "records:imports": [get(t.IMPORT)],
    "records:import_page": [get(t.MINE_OR_ADMIN, mine("import"))],
    "records:import_failures": [get(t.MINE_OR_ADMIN, mine("import"))],
    "records:import_act": [post(t.IMPORT_ACT, with_args(mine("import"), verb="cancel"))],
    "records:export_page": [get(t.MINE_ONLY, mine("export"))],
    "records:export_file": [get(t.NOT_YET, mine("export"))],
    "records:whole": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "records:whole_file": [get(t.ADMIN_NOT_YET)],
    "records:cells": [
        post(t.BULK_EDIT_SEEN, data=one_cell, kinds=TYPES, slugged=True, changes=t.EDIT),
        post(
            t.PRODUCT_BULK_SEEN,
            data=one_cell,
            kinds=("product",),
            slugged=True,
            changes=t.PRODUCT_EDIT,
        ),
    ],
    "records:widths": each(post, t.EVERYBODY, t.EVERYBODY, data={"widths": "{}"}),
    "records:paste": each(get, t.IMPORT, t.PRODUCT_BULK),
    "records:import": each(get, t.IMPORT, t.PRODUCT_BULK),
    "records:export": each(get, t.EXPORT, t.PRODUCT_EXPORT),
    "records:export_start": each(post, t.EXPORT, t.PRODUCT_EXPORT),
}
