"""House rules for Python files. Each takes a parsed file and yields what breaks it, with lines."""

import ast
from collections.abc import Iterator

DOORS = ("pages", "api", "tools", "workflow_actions", "jobs", "urls", "forms", "schemas")
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"),
          ("time", "time"), ("datetime", "today"), ("timezone", "localdate")}  # fmt: skip
WRITES = frozenset({"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create",
                    "update_or_create", "asave", "acreate", "adelete"})  # fmt: skip
OF_QUERYSETS = frozenset({"objects", "filter", "exclude", "all", "visible_to", "permitted",
                          "select_for_update", "order_by"})  # fmt: skip
ROW_SIGNALS = frozenset({"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed",
                         "pre_init", "post_init"})  # fmt: skip


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything a file imports, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _under(name: str, *roots: str) -> bool:
    return any(name == root or name.startswith(root + ".") for root in roots)


def _chain(node: ast.AST) -> Iterator[str]:
    """The names in `a.b(…).c(…)`, from the outside in."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            yield node.attr
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Name):
            yield node.id
            return
        else:
            return


def pure(tree: ast.AST) -> Iterator[str]:
    """rules.py is arithmetic: no database, no request, no tables."""
    for line, name in imported(tree):
        parts = name.split(".")
        tables = parts[0] == "shangji" and {"models", "queries", "actions"} & set(parts)
        if _under(name, "django.db", "django.http", "django.conf", "django.core.cache") or tables:
            yield f"line {line}: imports {name}"


def no_clock(tree: ast.AST) -> Iterator[str]:
    """The moment is handed in as `now`, so that a test can choose it."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        if (name, node.func.attr) in CLOCKS:
            yield f"line {node.lineno}: reads the clock"


def library(tree: ast.AST) -> Iterator[str]:
    """lib/ knows neither tables nor settings."""
    for line, name in imported(tree):
        if _under(name, "django.db", "django.conf", "django.apps", "django.contrib"):
            yield f"line {line}: imports {name}"


def thin_door(tree: ast.AST) -> Iterator[str]:
    """No door writes by itself: it calls an action. `@router.delete(…)` names a method of HTTP."""
    routes = {
        id(one)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for one in node.decorator_list
    }
    for node in ast.walk(tree):
        if id(node) in routes:
            continue
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        method = node.func.attr
        if method in WRITES and not _is_super(node.func.value):
            yield f"line {node.lineno}: .{method}()"
        elif method == "update" and OF_QUERYSETS & set(_chain(node.func.value)):
            yield f"line {node.lineno}: .update() of rows"


def _is_super(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def no_row_signals(tree: ast.AST) -> Iterator[str]:
    """What follows from a change is an event somebody subscribes to in apps.py."""
    for line, name in imported(tree):
        if _under(name, "django.db.models.signals") and name.rsplit(".", 1)[-1] in ROW_SIGNALS:
            yield f"line {line}: {name}"


def no_environment(tree: ast.AST) -> Iterator[str]:
    """The environment is read in config/env.py alone."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "getenv"}
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
        ):
            yield f"line {node.lineno}: os.{node.attr}"


# ---------------------------------------------------------------- no state change on GET


def safe_get(tree: ast.Module) -> Iterator[str]:
    """A page that calls an action does so for POST only."""
    names, modules = _actions(tree)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        arguments = [argument.arg for argument in function.args.args[:2]]
        if "request" not in arguments or function.name in {"post", "put", "patch", "delete"}:
            continue
        if any(_refuses_get(decorator) for decorator in function.decorator_list):
            continue
        for call in _open_calls(function.body, names, modules):
            yield f"line {call.lineno}: {function.name} calls {ast.unparse(call.func)} on GET"


def _actions(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Names of functions from an actions module, and names such modules are known by."""
    names: set[str] = set()
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if "actions" in node.module.split("."):
                    if alias.name[:1].islower():
                        names.add(alias.asname or alias.name)
                elif alias.name == "actions":
                    modules.add(alias.asname or alias.name)
    return names, modules


def _refuses_get(decorator: ast.expr) -> bool:
    text = ast.unparse(decorator)
    if "require_POST" in text:
        return True
    return "require_http_methods" in text and "GET" not in text


def _open_calls(body: list[ast.stmt], names: set[str], modules: set[str]) -> Iterator[ast.Call]:
    """Calls of actions that a GET request reaches."""
    for statement in body:
        if isinstance(statement, ast.If):
            asks = _asks_for_post(statement.test)
            if asks is True:
                yield from _open_calls(statement.orelse, names, modules)
                continue
            if asks is False:  # not POST: whatever follows is POST, when this leaves
                yield from _open_calls(statement.body, names, modules)
                if isinstance(statement.body[-1], ast.Return | ast.Raise):
                    return
                continue
            yield from _calls_in(statement.test, names, modules)
            yield from _open_calls(statement.body, names, modules)
            yield from _open_calls(statement.orelse, names, modules)
        elif isinstance(statement, ast.With | ast.For | ast.While | ast.Try):
            for field in ("body", "orelse", "finalbody"):
                yield from _open_calls(getattr(statement, field, []), names, modules)
            for handler in getattr(statement, "handlers", []):
                yield from _open_calls(handler.body, names, modules)
        elif not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            yield from _calls_in(statement, names, modules)


def _asks_for_post(test: ast.expr) -> bool | None:
    """True: the branch is for POST; False: for anything but POST; None: says nothing of it."""
    parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    for part in parts:
        text = ast.unparse(part).replace('"', "'")
        if text == "request.method == 'POST'":
            return True
        if text in {"request.method != 'POST'", "request.method == 'GET'"} and len(parts) == 1:
            return False
    return None


def _calls_in(node: ast.AST, names: set[str], modules: set[str]) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if not isinstance(call, ast.Call):
            continue
        func = call.func
        if (isinstance(func, ast.Name) and func.id in names) or (
            isinstance(func, ast.Attribute)
            and isinstance(func.value, ast.Name)
            and func.value.id in modules
        ):
            yield call
