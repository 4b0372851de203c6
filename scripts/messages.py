"""Translations: gather, fill, compile and check them.

    messages.py update          gather all marked words into locale/ (needs xgettext)
    messages.py fill FILE…      take translations from JSON files {"English": "中文"}
    messages.py compile         .po to .mo, no gettext needed
    messages.py check           nothing missing, fuzzy, obsolete or with a lost placeholder

In a JSON file a plural's key is "singular|plural", a context stands before \\u0004.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
PO = ROOT / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sdif]|%[sdif]|\{[a-z_0-9.!:]*\}|%%", re.IGNORECASE)
ROUTE = re.compile(r"\w+\.(get|post|put|patch|delete)\(")
HEADER = "# Shangji, Simplified Chinese.\n"
# Head lines that hold dates or nobody's name.
EMPTY_HEADERS = (
    '"Project-Id-Version:',
    '"Report-Msgid-Bugs-To:',
    '"POT-Creation-Date:',
    '"PO-Revision-Date:',
    '"Last-Translator:',
    '"Language-Team:',
    '"Generated-By:',
)
Key = tuple[str, str]


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def write(catalog: Catalog, path: Path) -> None:
    """The catalogue in a stable order, without line numbers and dates: small differences in git."""
    catalog.header_comment = HEADER.rstrip()
    catalog.obsolete.clear()
    out = io.BytesIO()
    write_po(out, catalog, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True)
    lines = out.getvalue().decode("utf-8").splitlines(keepends=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(line for line in lines if not line.startswith(EMPTY_HEADERS))
    path.write_text(text, encoding="utf-8")


def ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def texts(message: Message) -> tuple[str, ...]:
    found = message.string
    return (found,) if isinstance(found, str) else tuple(found or ())


def key(message: Message) -> Key:
    return (message.context or "", ids(message)[0])


def entries(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def gather() -> Catalog:
    """All words marked in the code, through Django's makemessages in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="shangji-messages-") as folder:
        place = Path(folder)
        (place / "locale").mkdir()
        # a copy: makemessages writes beside the templates it reads, and tests read them too
        shutil.copytree(
            ROOT / "shangji",
            place / "shangji",
            ignore=shutil.ignore_patterns("tests", "static", "migrations", "__pycache__"),
        )
        (place / "shangji" / "doors.py").write_text(
            "".join(f"gettext_noop({text!r})\n" for text in door_words()), encoding="utf-8"
        )
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "--locale",
                LOCALE,
                "--keep-pot",
                "--ignore",
                "tests",
                "--ignore",
                "node_modules",
                "--ignore",
                "dist",
                "--verbosity",
                "0",
            ],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            env={name: value for name, value in os.environ.items() if "DJANGO" not in name},
        )
        if done.returncode:
            raise SystemExit(f"messages: {done.stderr.strip() or done.stdout.strip()}")
        pot = place / "locale" / "django.pot"
        # gettext leaves the plural rule open; Babel wants one.
        text = pot.read_text(encoding="utf-8")
        text = text.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=(n != 1)")
        pot.write_text(text, encoding="utf-8")
        return read(pot)


def door_words() -> Iterator[str]:
    """First paragraphs of the docstrings of API doors: the API page shows them."""
    for path in sorted((ROOT / "shangji").rglob("*.py")):
        if "api" not in {*path.parts, path.stem} or "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef) or not node.decorator_list:
                continue
            text = (ast.get_docstring(node) or "").partition("\n\n")[0]
            if text and any(ROUTE.match(ast.unparse(one)) for one in node.decorator_list):
                yield " ".join(text.split())


def update() -> int:
    """Write the committed catalogue anew, keeping what is translated."""
    found, kept = gather(), {}
    if PO.exists():
        kept = {key(message): message for message in entries(read(PO))}
    fresh = Catalog(locale=LOCALE, project="Shangji", charset="utf-8", fuzzy=False)
    for message in entries(found):
        old = kept.get(key(message))
        plural = not isinstance(message.id, str)
        string: str | tuple[str, ...] = ("",) if plural else ""
        if old is not None and (not isinstance(old.id, str)) == plural:
            string = texts(old) if plural else texts(old)[0]
        fresh.add(
            message.id,
            string,
            locations=message.locations,
            context=message.context,
            flags=message.flags - {"fuzzy"},
            auto_comments=message.auto_comments,
        )
    write(fresh, PO)
    empty = sum(1 for message in entries(fresh) if not all(texts(message)))
    print(f"messages: {len(fresh)} in {PO.relative_to(ROOT)}, {empty} without translation")
    return 0


def fill(files: Sequence[str]) -> int:
    """Take translations from JSON files; a translation that already stands is kept."""
    catalog, taken = read(PO), 0
    known: dict[str, str] = {}
    for name in files:
        known.update(json.loads(Path(name).read_text(encoding="utf-8")))
    for message in entries(catalog):
        name = "|".join(ids(message))
        context = f"{message.context}\u0004" if message.context else ""
        text = known.get(context + name) or known.get(name) or known.get(ids(message)[0])
        if text and not all(texts(message)):
            message.string = text if isinstance(message.id, str) else (text,)
            taken += 1
    write(catalog, PO)
    left = [key(message)[1] for message in entries(catalog) if not all(texts(message))]
    print(f"messages: {taken} taken, {len(left)} left")
    for text in left:
        print(f"  {json.dumps(text, ensure_ascii=False)}")
    return 0


def compile_all() -> int:
    for po in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        with po.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalog)
    return 0


def faults_in(catalog: Catalog) -> list[str]:
    """What is wrong with the committed translations by themselves."""
    faults = []
    for message in entries(catalog):
        name = json.dumps(ids(message)[0], ensure_ascii=False)
        if message.fuzzy:
            faults.append(f"fuzzy: {name}")
        if not texts(message) or not all(texts(message)):
            faults.append(f"not translated: {name}")
            continue
        # The plural form names what both languages count; Chinese has one form for all.
        wanted = set(PLACEHOLDER.findall(ids(message)[-1]))
        for text in texts(message):
            if set(PLACEHOLDER.findall(text)) != wanted:
                faults.append(f"placeholders differ: {name}")
    faults += [f"obsolete: {json.dumps(key(message)[1])}" for message in catalog.obsolete.values()]
    return faults


def faults_between(found: Catalog, committed: Catalog) -> list[str]:
    """What the code marks and the catalogue lacks, and the other way round."""
    marked = {key(message) for message in entries(found)}
    listed = {key(message) for message in entries(committed)}
    say = json.dumps
    return [f"missing: {say(text, ensure_ascii=False)}" for _, text in sorted(marked - listed)] + [
        f"no longer used: {say(text, ensure_ascii=False)}" for _, text in sorted(listed - marked)
    ]


def check() -> int:
    if not PO.exists():
        print(f"messages: {PO.relative_to(ROOT)} is missing: make messages")
        return 1
    committed = read(PO)
    faults = faults_in(committed)
    if shutil.which("xgettext"):
        faults += faults_between(gather(), committed)
        note = ""
    else:
        note = " (xgettext is not installed: not compared with the code)"
    for fault in faults:
        print(f"messages: {fault}")
    print(f"messages: {len(committed)} entries, {len(faults)} faults{note}")
    return 1 if faults else 0


def main(arguments: Sequence[str]) -> int:
    match list(arguments):
        case ["update"]:
            return update()
        case ["fill", *files] if files:
            return fill(files)
        case ["compile"]:
            return compile_all()
        case ["check"]:
            return check()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
