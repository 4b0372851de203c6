"""Routes by which records come in and go out."""

from collections.abc import Mapping

from tests.matrix import table as t
from tests.matrix.routes import Ask, each, get, mine, post, with_args

MOVING: Mapping[str, list[Ask]] = {
    "records:imports": [get(t.IMPORT)],
    "records:import_page": [get(t.MINE_OR_ADMIN, mine("import"))],
    "records:import_failures": [get(t.MINE_OR_ADMIN, mine("import"))],
    "records:import_act": [post(t.IMPORT_ACT, with_args(mine("import"), verb="cancel"))],
    "records:export_page": [get(t.MINE_ONLY, mine("export"))],
    "records:export_file": [get(t.NOT_YET, mine("export"))],
    "records:whole": [get(t.ADMIN), post(t.ADMIN_FORM)],
    "records:whole_file": [get(t.ADMIN_NOT_YET)],
    "records:import": each(get, t.IMPORT, t.PRODUCT_BULK),
    "records:export": each(get, t.EXPORT, t.PRODUCT_EXPORT),
    "records:export_start": each(post, t.EXPORT, t.PRODUCT_EXPORT),
}
