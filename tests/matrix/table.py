"""Who gets what answer, on which address: the access matrix, to be read by a person.

A cell is a status, or one of the words
    ok    done, shown or redirected within the product (200, 204, 302)
    form  the form is reached, whatever it says about what was sent (200, 302, 400, 409, 422)
    in    redirected to the sign-in page
Columns are whose record it is, seen from the person who asks. 404 where the person may not know
that the record exists, 403 where it is seen and the verb is not allowed.
"""

from tests.matrix.world import OUTSIDE, ROLES

Table = dict[str, dict[str, str]]


def table(columns: str, **rows: str) -> Table:
    """A table from columns and one line a role; people without a session are sent to sign in."""
    names = columns.split()
    found = {role: dict(zip(names, line.split(), strict=True)) for role, line in rows.items()}
    for role in OUTSIDE:
        found.setdefault(role, dict.fromkeys(names, "in"))
    assert set(found) == {*ROLES, *OUTSIDE}, set(found) ^ {*ROLES, *OUTSIDE}
    return found


def same(answer: str, outside: str = "in", **others: str) -> Table:
    """One answer for everybody signed in, but for the roles named."""
    found = {role: {"any": others.get(role, answer)} for role in ROLES}
    return found | {role: {"any": others.get(role, outside)} for role in OUTSIDE}


# ---------------------------------------------------------------- records with an owner
WHOSE = "own team foreign pool bin foreign_bin"
READ = table(
    WHOSE,
    #        own  team foreign pool bin foreign_bin
    rep="     ok   404  404    ok   404  404",
    manager=" ok   ok   404    ok   404  404",
    marketer="ok   ok   ok     ok   404  404",
    service=" ok   ok   ok     ok   404  404",
    readonly="ok   ok   ok     ok   404  404",
    admin="   ok   ok   ok     ok   404  404",
    custom="  ok   ok   404    404  404  404",
)
EDIT = table(
    WHOSE,
    rep="     ok   404  404    403  404  404",
    manager=" ok   ok   404    403  404  404",
    marketer="ok   403  403    403  404  404",
    service=" ok   403  403    403  404  404",
    readonly="403  403  403    403  404  404",
    admin="   ok   ok   ok     ok   404  404",
    custom="  ok   403  404    404  404  404",
)
DELETE = table(
    WHOSE,
    rep="     ok   404  404    403  404  404",
    manager=" ok   ok   404    403  404  404",
    marketer="ok   403  403    403  404  404",
    service=" ok   403  403    403  404  404",
    readonly="403  403  403    403  404  404",
    admin="   ok   ok   ok     ok   404  404",
    custom="  403  403  404    404  404  404",
)
RESTORE = table(
    WHOSE,
    rep="     404  404  404    404  ok   404",
    manager=" 404  404  404    404  ok   404",
    marketer="404  404  404    404  ok   403",
    service=" 404  404  404    404  ok   403",
    readonly="404  404  404    404  403  403",
    admin="   404  404  404    404  ok   ok",
    custom="  404  404  404    404  403  404",
)
#: something new on a record that is only seen: an activity about it
LOG = table(
    WHOSE,
    rep="     ok   404  404    ok   404  404",
    manager=" ok   ok   404    ok   404  404",
    marketer="ok   ok   ok     ok   404  404",
    service=" ok   ok   ok     ok   404  404",
    readonly="403  403  403    403  404  404",
    admin="   ok   ok   ok     ok   404  404",
    custom="  403  403  404    404  404  404",
)
#: opportunities only: back into the open pool
GIVE_BACK = table(
    WHOSE,
    rep="     ok   404  404    403  404  404",
    manager=" ok   ok   404    403  404  404",
    marketer="ok   403  403    403  404  404",
    service=" 403  403  403    403  404  404",
    readonly="403  403  403    403  404  404",
    admin="   ok   ok   ok     ok   404  404",
    custom="  403  403  404    404  404  404",
)


def where(base: Table, **words: str) -> Table:
    """The same table with one word in place of another: `where(EDIT, ok="form")`."""
    return {
        role: {column: words.get(cell, cell) for column, cell in row.items()}
        for role, row in base.items()
    }


#: one's own record into this one: what goes is deleted, what stays is edited
MERGE = EDIT | {"custom": {**EDIT["custom"], "own": "403"}}
#: the page asks first whether the role merges at all
MERGE_PAGE = EDIT | {role: dict.fromkeys(WHOSE.split(), "403") for role in ("readonly", "custom")}
#: a record to begin with; of one that is not seen nothing is said
MERGE_SEEN = READ | {role: dict.fromkeys(WHOSE.split(), "403") for role in ("readonly", "custom")}
EDIT_FORM = where(EDIT, ok="form")
READ_FORM = where(READ, ok="form")
#: decisions that wait: seen by the team, answered by who holds the right and may change the deal
APPROVE = table(
    WHOSE,
    rep="     403  404  404    403  404  404",
    manager=" ok   ok   404    403  404  404",
    marketer="403  403  403    403  404  404",
    service=" 403  403  403    403  404  404",
    readonly="403  403  403    403  404  404",
    admin="   ok   ok   ok     ok   404  404",
    custom="  403  403  404    404  404  404",
)
#: reached, and answered that there is nothing to reopen or take off
REOPEN = where(EDIT, ok="form")
REMOVE = {
    role: {column: "form404" if cell == "ok" else cell for column, cell in row.items()}
    for role, row in EDIT.items()
}
#: the row is there and its bytes are not: 404 with another text, so nobody gets a 200
FILE = where(READ, ok="404")
# ---------------------------------------------------------------- over a whole type
EVERYBODY = same("ok")
CREATE = same("ok", readonly="403", custom="403")
BULK_EDIT = same("ok", readonly="403")
BULK_DELETE = same("ok", readonly="403", custom="403")
#: over ids: what is not seen is not counted, what is only seen is left; `changes` says what moved
BULK_EDIT_SEEN = {role: dict.fromkeys(WHOSE.split(), row["any"]) for role, row in BULK_EDIT.items()}
BULK_DELETE_SEEN = {
    role: dict.fromkeys(WHOSE.split(), row["any"]) for role, row in BULK_DELETE.items()
}
#: what lies in the pool is taken; of anything else one only learns that it is not there to take
CLAIM = table(
    WHOSE,
    rep="     409  409  409    ok   409  409",
    manager=" 409  409  409    ok   409  409",
    marketer="409  409  409    ok   409  409",
    service=" 403  403  403    403  403  403",
    readonly="403  403  403    403  403  403",
    admin="   409  409  409    ok   409  409",
    custom="  403  403  403    403  403  403",
)
CLAIMED = table(
    WHOSE,
    rep="     no   no   no     ok   no   no",
    manager=" no   no   no     ok   no   no",
    marketer="no   no   no     ok   no   no",
    service=" no   no   no     no   no   no",
    readonly="no   no   no     no   no   no",
    admin="   no   no   no     ok   no   no",
    custom="  no   no   no     no   no   no",
)
EXPORT = same("ok", service="403", readonly="403", custom="403")
IMPORT = same("ok", service="403", readonly="403", custom="403")
# ---------------------------------------------------------------- products: nobody owns them
PRODUCT_READ = table(
    "alive bin",
    rep="     ok 404",
    manager=" ok 404",
    marketer="ok 404",
    service=" ok 404",
    readonly="ok 404",
    admin="   ok 404",
    custom="  ok 404",
)
PRODUCT_EDIT = table(
    "alive bin",
    rep="     403 404",
    manager=" ok  404",
    marketer="403 404",
    service=" 403 404",
    readonly="403 404",
    admin="   ok  404",
    custom="  403 404",
)
PRODUCT_DELETE = table(
    "alive bin",
    rep="     403 404",
    manager=" 403 404",
    marketer="403 404",
    service=" 403 404",
    readonly="403 404",
    admin="   ok  404",
    custom="  403 404",
)
PRODUCT_RESTORE = table(
    "alive bin",
    rep="     404 403",
    manager=" 404 403",
    marketer="404 403",
    service=" 404 403",
    readonly="404 403",
    admin="   404 ok",
    custom="  404 403",
)
_REFUSED = "403"
PRODUCT_CREATE = same(_REFUSED, manager="ok", admin="ok")
PRODUCT_BULK = same(_REFUSED, manager="ok", admin="ok")
PRODUCT_BULK_DELETE = same(_REFUSED, admin="ok")
PRODUCT_BULK_SEEN = {
    role: {"alive": row["any"], "bin": row["any"]} for role, row in PRODUCT_BULK.items()
}
PRODUCT_BULK_DELETE_SEEN = {
    role: {"alive": row["any"], "bin": row["any"]} for role, row in PRODUCT_BULK_DELETE.items()
}
PRODUCT_EXPORT = same("ok", readonly="403")
# ---------------------------------------------------------------- one's own things
MINE = table(
    "mine theirs",
    rep="     ok 404",
    manager=" ok 404",
    marketer="ok 404",
    service=" ok 404",
    readonly="ok 404",
    admin="   ok 404",
    custom="  ok 404",
)
MINE_ONLY = MINE
MINE_OR_ADMIN = MINE | {"admin": {"mine": "ok", "theirs": "ok"}}
IMPORT_ACT = {role: dict.fromkeys(("mine", "theirs"), "form404") for role in ROLES} | {
    role: {"mine": "in", "theirs": "in"} for role in OUTSIDE
}
#: a file that is not written yet is not there; who may not export learns that first
NOT_YET = table(
    "mine theirs",
    rep="     404 404",
    manager=" 404 404",
    marketer="404 404",
    service=" 403 404",
    readonly="403 404",
    admin="   404 404",
    custom="  403 404",
)
MINE_OR_AUDIT = MINE_OR_ADMIN | {"custom": {"mine": "ok", "theirs": "ok"}}
# ---------------------------------------------------------------- rights outside records
ADMIN = same("403", admin="ok")
#: not written yet; who may not have it learns that first
ADMIN_NOT_YET = same("403", admin="404")
ADMIN_FORM = same("403", admin="form")
PIPELINES = same("403", admin="ok", manager="ok")
PIPELINES_FORM = same("403", admin="form", manager="form")
AUDIT = same("403", admin="ok", custom="ok")
# ---------------------------------------------------------------- before sign-in
PUBLIC = same("ok", outside="ok")
PUBLIC_FORM = same("form", outside="form")
NOT_HERE = same("404", outside="404")
NO_PHASE = same("404")
FORM = same("form")
#: people are invited: the page says so, and takes nothing
SIGN_UP = same("form", outside="form")
#: nobody is half signed in here
#: a second step, a key that nobody has set up here
NONE_YET = same("404")
SCRIPT = same("form", outside="in")
OIDC_FAILED = same("401", outside="401")
BIN_RESTORE = same("ok", readonly="403", custom="403")
NO_SECOND_STEP = same("ok", outside="in")
