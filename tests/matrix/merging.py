"""Routes of duplicates and merging with the tables that answer for them."""

from tests.matrix import table as t
from tests.matrix.routes import Ask, a_pair, get, post, two_to_merge, typed

FILED = {"kinds": ("account", "contact", "opportunity")}
MERGING: dict[str, list[Ask]] = {
    "search:commands": [get(t.EVERYBODY)],
    "search:pin": [post(t.READ, typed, **FILED)],
    "search:visit": [post(t.READ, typed, **FILED)],
    "records:duplicates": [get(t.EVERYBODY, slugged=True, **FILED)],
    "records:duplicate_judge": [post(t.EDIT, a_pair, slugged=True, **FILED)],
    "records:duplicate_rules": [
        get(t.ADMIN),
        post(t.ADMIN, data={"type": "account", "on": ["name"], "likeness": "85"}),
    ],
    "records:merge": [
        get(t.MERGE_SEEN, slugged=True, query="ids={pk}", **FILED),
        post(t.BULK_DELETE_SEEN, data=two_to_merge, slugged=True, **FILED),
    ],
    "records:merge_go": [post(t.MERGE_PAGE, data=two_to_merge, slugged=True, **FILED)],
}
