"""The house as DESIGN says it: where files lie, what they may import, what doors may do.

import-linter holds the layers; this holds the rest. There is no list of exceptions.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps

from shangji.config.env import SETTINGS
from tests.house import python

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "shangji"
LONGEST = 400

# The same names in each app; a folder of that name holds one file per noun.
APP_FILES = frozenset(
    "__init__ apps models choices defaults rules queries actions events forms schemas"
    " pages api tools workflow_actions jobs urls record imports factories subscriptions".split()
)
APP_FOLDERS = frozenset({"templates", "tests", "migrations", "management", "static"})
# Machinery has further parts, named after what they are; these names say nothing.
EMPTY_NAMES = frozenset(
    "views services service utils util helpers helper common misc signals managers manager tasks"
    " handlers selectors serializers admin constants".split()
)
APPS_OF_RECORDS = [
    folder
    for layer in ("core", "phases")
    for folder in sorted((PACKAGE / layer).iterdir())
    if (folder / "apps.py").exists()
]


def sources(*, tests: bool = False) -> list[Path]:
    """The Python files of the product, migrations left out."""
    found = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]
    return sorted(path for path in found if tests or "tests" not in path.parts)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def named(*names: str) -> list[Path]:
    """Files with these names in an app, and files in an app's folders of these names."""
    found = []
    for path in sources():
        app = next((folder for folder in path.parents if (folder / "apps.py").exists()), PACKAGE)
        inside = path.relative_to(app).with_suffix("")
        if any(part in names for part in inside.parts):
            found.append(path)
    return found


def breaking(paths: list[Path], rule: Callable[[ast.Module], Iterator[str]]) -> list[str]:
    return [f"{path.relative_to(ROOT)} {fault}" for path in paths for fault in rule(parse(path))]


# ---------------------------------------------------------------- the house as it stands


def test_it_keeps_files_short() -> None:
    frontend = [
        path
        for kind in ("*.ts", "*.css")
        for path in (ROOT / "frontend").rglob(kind)
        if "node_modules" not in path.parts
    ]
    templates = list(PACKAGE.rglob("*.html"))
    everything = [*sources(tests=True), *frontend, *templates, *(ROOT / "tests").rglob("*.py")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in everything}
    assert {str(p.relative_to(ROOT)): n for p, n in lengths.items() if n > LONGEST} == {}


def test_it_gives_each_app_the_same_file_names() -> None:
    strange = [
        str(path.relative_to(ROOT))
        for app in APPS_OF_RECORDS
        for path in app.iterdir()
        if path.name != "__pycache__"
        and path.stem not in APP_FILES
        and not (path.is_dir() and path.name in APP_FOLDERS)
    ]
    assert strange == []


def test_it_has_no_file_whose_name_says_nothing() -> None:
    # config/checks.py, core/ and the like are layers or Django's own; files only.
    assert [str(path) for path in sources() if path.stem in EMPTY_NAMES] == []


def test_it_labels_each_app_by_its_last_part() -> None:
    ours = [config for config in apps.get_app_configs() if config.name.startswith("shangji.")]
    assert {config.label: config.name.rsplit(".", 1)[-1] for config in ours} == {
        config.label: config.label for config in ours
    }
    on_disk = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in PACKAGE.rglob("apps.py")
        if "tests" not in path.parts
    }
    assert on_disk == {config.name for config in ours}


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (("rules",), python.pure),
        (("rules", "actions"), python.no_clock),
        (python.DOORS, python.thin_door),
        (("pages",), python.safe_get),
    ],
    ids=["rules are pure", "the moment is handed in", "doors do not write", "GET changes nothing"],
)
def test_it_keeps_the_house_rules(
    names: tuple[str, ...], rule: Callable[[ast.Module], Iterator[str]]
) -> None:
    assert breaking(named(*names), rule) == []


def test_it_keeps_lib_without_tables_and_settings() -> None:
    assert breaking([path for path in sources() if "lib" in path.parts], python.library) == []


def test_it_uses_events_not_signals_of_rows() -> None:
    assert breaking(sources(), python.no_row_signals) == []


def test_it_reads_the_environment_in_one_place() -> None:
    # env.py reads; cli.py and wsgi.py tell Django its settings; backup.py hands all to pg_dump.
    readers = {PACKAGE / "config" / f"{name}.py" for name in ("env", "cli", "wsgi", "backup")}
    others = [path for path in sources() if path not in readers]
    assert breaking(others, python.no_environment) == []


@pytest.mark.parametrize(
    "libraries",
    [("nh3",), ("xlsxwriter",), ("python_calamine",), ("requests", "httpx", "urllib.request"),
     ("PIL",), ("pypinyin",)],
    ids=" ".join,
)  # fmt: skip
def test_it_has_one_of_each(libraries: tuple[str, ...]) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in sources()
        for _, name in python.imported(parse(path))
        if any(name == library or name.startswith(library + ".") for library in libraries)
    }
    assert len(users) <= 1, f"{libraries[0]} is used by {sorted(users)}"


def test_it_says_why_an_import_is_lazy() -> None:
    silent = []
    for path in sources():
        before = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            reasoned = re.search(r"PLC0415\W+\w", line) or before.strip().startswith("#")
            if "PLC0415" in line and not reasoned:
                silent.append(f"{path.relative_to(ROOT)}:{number}")
            # A group of lazy imports shares the reason above its first line.
            before = before if "PLC0415" in line else line
    assert silent == []


# ---------------------------------------------------------------- settings


def documented() -> list[tuple[str, ...]]:
    """The rows of the table in docs/settings.md: name, kind, default, meaning."""
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    return [(name, kind, default.strip("`"), meaning) for name, kind, default, meaning in rows]


def test_it_documents_every_setting() -> None:
    assert documented() == [
        (setting.name, setting.kind, setting.default, setting.help) for setting in SETTINGS
    ]


def test_it_reads_every_setting() -> None:
    env = PACKAGE / "config" / "env.py"
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources() if path != env)
    code += env.read_text(encoding="utf-8").partition("_DEFAULTS")[2]
    assert [setting.name for setting in SETTINGS if f'"{setting.name}"' not in code] == []


# ---------------------------------------------------------------- the rules themselves

EXAMPLES: list[tuple[Callable[[ast.Module], Iterator[str]], str, str]] = [
    (python.pure, "from decimal import Decimal", "from django.db import models"),
    (
        python.pure,
        "from shangji.lib.money import Money",
        "from shangji.core.accounts.models import A",
    ),
    (python.no_clock, "def due(now): return now", "due = timezone.now()"),
    (python.no_clock, "end = start.date()", "from datetime import date\nd = date.today()"),
    (
        python.library,
        "from django.utils.translation import gettext",
        "from django.conf import settings",
    ),
    (python.thin_door, "context.update(title=1)", "Account.objects.filter(pk=1).update(name='x')"),
    (python.thin_door, "create_account(actor=a, now=n)", "form.save()"),
    (
        python.thin_door,
        "@router.delete('/x')\ndef door(request): remove(actor=1)",
        "@router.delete('/x')\ndef door(request): account.delete()",
    ),
    (python.thin_door, "super().save()", "Account.objects.create(name='x')"),
    (python.thin_door, "undo(operation)", "account.delete()"),
    (
        python.no_row_signals,
        "from django.db.models.signals import post_migrate",
        "from django.db.models.signals import post_save",
    ),
    (python.no_environment, "env.text('A')", "import os\nx = os.environ['A']"),
]
ACTION = "from shangji.core.accounts.actions import close\n"
PAGES: list[tuple[str, str]] = [
    (
        f"{ACTION}@require_POST\ndef page(request): close(actor=1)",
        f"{ACTION}def page(request): close(actor=1)",
    ),
    (
        f"{ACTION}def page(request):\n if request.method == 'POST':\n  close()\n return 1",
        f"{ACTION}def page(request):\n if request.GET.get('x'):\n  close()\n return 1",
    ),
    (
        f"{ACTION}def page(request):\n if request.method != 'POST':\n  return 1\n close()",
        f"{ACTION}def page(request):\n if request.method != 'POST':\n  x = 1\n close()",
    ),
    (
        f"{ACTION}@require_http_methods(['POST'])\ndef page(request): close()",
        f"{ACTION}@require_http_methods(['GET', 'POST'])\ndef page(request): close()",
    ),
    (
        "from shangji.core.accounts import queries\ndef page(request): queries.close()",
        "from shangji.core.accounts import actions\ndef page(request): actions.close()",
    ),
    (
        f"{ACTION}def page(request):\n if request.method == 'POST' and form.ok():\n  close()",
        f"{ACTION}def page(request):\n try:\n  close()\n except E:\n  pass",
    ),
]


@pytest.mark.parametrize(
    ("rule", "good", "bad"), [*EXAMPLES, *((python.safe_get, good, bad) for good, bad in PAGES)]
)
def test_it_tells_good_lines_from_bad(
    rule: Callable[[ast.Module], Iterator[str]], good: str, bad: str
) -> None:
    assert list(rule(ast.parse(good))) == []
    assert len(list(rule(ast.parse(bad)))) == 1
