"""Routes of views (saved ones, and boards) and of one's own day."""

from collections.abc import Mapping

from tests.matrix import table as t
from tests.matrix.routes import Ask, each, get, mine, owned, pk, post
from tests.matrix.world import TYPES

VIEWING: Mapping[str, list[Ask]] = {
    "insights:today": [get(t.EVERYBODY)],
    "insights:later": [post(t.FORM)],
    "insights:back": [post(t.EVERYBODY)],
    "records:cards": [
        get(t.EVERYBODY, kinds=TYPES, slugged=True, query="shape=board&by=owner&column="),
        get(t.EVERYBODY, kinds=("product",), slugged=True, query="shape=board&column=1"),
    ],
    "records:card_move": [
        owned(get, t.EDIT, query="shape=board&by=owner"),
        post(
            t.EDIT,
            pk,
            {"column": "renewal"},
            kinds=("opportunity",),
            slugged=True,
            query="shape=board&by=kind",
        ),
    ],
    "records:view_save": each(post, t.EVERYBODY, t.EVERYBODY, data={"name": "Mine"}),
    "records:view_first": each(post, t.EVERYBODY, t.EVERYBODY, data={"view": "all"}),
    "records:view_change": [
        post(t.MINE_ONLY, mine("view"), {"name": "N"}, kinds=("opportunity",), slugged=True)
    ],
    "records:view_delete": [post(t.MINE_ONLY, mine("view"), kinds=("opportunity",), slugged=True)],
}
