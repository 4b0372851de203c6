"""Bring a CSV or XLSX file in.

For example: shangji import accounts.csv --mapping mappings/maven-accounts.json

Without --mapping the headers are read and the mapping is guessed; --save-mapping keeps it to be
corrected. --dry-run says what would happen. An import is taken back with --undo NUMBER.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.jobs.pace import Pace
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import current_workspace, zone
from shangji.lib.errors import DomainError, Invalid, os_fault
from shangji.records.imports import actions, queries
from shangji.records.imports.mapping import Constant, Mapping, dump, load
from shangji.records.imports.models import Import


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--mapping", type=Path, help="JSON that says which column is which field")
    parser.add_argument("--type", default="", help="kind of record, when the mapping names none")
    parser.add_argument("--currency", default="", help="of all amounts, such as USD")
    parser.add_argument("--as", dest="mail", default="", help="whose rights and name it bears")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen")
    parser.add_argument("--again", action="store_true", help="although the file came in before")
    parser.add_argument("--save-mapping", type=Path, metavar="FILE", help="write the mapping used")
    parser.add_argument("--undo", type=int, metavar="NUMBER", help="take an import back")
    parser.add_argument("--resume", type=int, metavar="NUMBER", help="go on with a broken-off one")


def run(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    try:
        actor = _actor(options.mail)
        language = getattr(actor.user, "language", "") or current_workspace().language
        with translation.override(language), timezone.override(zone(actor.user)):
            return _run(options, actor, now)
    except Invalid as error:
        for field, texts in error.errors.items():
            for text in texts:
                print(f"shangji: {field}: {text}" if field else f"shangji: {text}", file=sys.stderr)
        return 1
    except json.JSONDecodeError as error:
        text = f"shangji: {options.mapping} is no JSON: line {error.lineno}, {error.msg}"
        print(text, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"shangji: {os_fault(error)}", file=sys.stderr)
        return 1
    except DomainError as error:
        print(f"shangji: {error}", file=sys.stderr)
        return 1


def _actor(mail: str) -> Actor:
    if not mail:
        return system_actor("command")
    user = User.objects.filter(email__iexact=mail, is_active=True).first()
    if user is None:
        raise Invalid.field("--as", f"nobody here has the address {mail}")
    return Actor(user, "command")


def _run(options: argparse.Namespace, actor: Actor, now: datetime) -> int:
    if options.undo:
        return _take_back(actor, queries.get_import(actor, options.undo), now)
    if options.resume:
        run = queries.get_import(actor, options.resume)
        on = _take_back if run.state == Import.State.UNDOING else _bring
        return on(actor, run, now)
    if options.file is None:
        print("shangji: name a file, or --undo or --resume with a number", file=sys.stderr)
        return 2
    document = json.loads(options.mapping.read_text("utf-8")) if options.mapping else None
    mapping = load(document) if document is not None else None
    run = actions.bring_file(
        actor=actor,
        chunks=_bytes(options.file),
        name=options.file.name,
        record_type=mapping.type if mapping else options.type,
        now=now,
    )
    mapping = _with_currency(mapping or load(run.mapping), options.currency)
    run = actions.set_mapping(actor=actor, run=run, mapping=mapping)
    if options.save_mapping:
        text = json.dumps(dump(mapping), ensure_ascii=False, indent=2)
        options.save_mapping.write_text(f"{text}\n", "utf-8")
    if options.dry_run:
        told = actions.try_import(actor=actor, run=run, now=now)
        _counts(told)
        _causes(told["causes"])
        _words(told["words"])
        return 0
    actions.begin(actor=actor, run=run, now=now, again=options.again)
    return _bring(actor, run, now)


def _with_currency(mapping: Mapping, currency: str) -> Mapping:
    if not currency:
        return mapping
    others = tuple(one for one in mapping.constants if one.field != "currency")
    return replace(mapping, constants=(*others, Constant("currency", currency.upper())))


def _bytes(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(2**20):
            yield piece


def _take_back(actor: Actor, run: Import, now: datetime) -> int:
    report = actions.undo_import(actor=actor, run=run, now=now, between=_teller("changes"))
    _show("")
    print(f"{report.restored:,} changes taken back, {report.left_count:,} left")
    for one in report.left[:20]:
        print(f"  {one['record_type']} {one['record_id']} {one['field']}: {_(one['cause'])}")
    return 0


def _teller(what: str) -> Callable[[int], None]:
    """Between two parts: others have their turn, and whoever waits sees how far it is."""
    pace = Pace()

    def tell(done: int) -> None:
        pace.give_way()
        _show(f"{done:,} {what}")

    return tell


def _show(text: str) -> None:
    """How far it is, over what was shown before; only to a person at a terminal."""
    if sys.stderr.isatty():
        print(f"\r{text:<24}\r{text}", end="", file=sys.stderr, flush=True)


def _bring(actor: Actor, run: Import, now: datetime) -> int:
    tell = _teller("rows")
    done = actions.run_import(actor=actor, run=run, now=now, between=lambda at: tell(at.done_rows))
    _show("")
    print(f"import {done.pk} of {done.file_name}, {done.record_type}")
    _counts(
        {
            "total": done.done_rows,
            **{
                key: getattr(done, key)
                for key in ("created", "updated", "unchanged", "skipped", "failed")
            },
        }
    )
    _words(done.report.get("result", {}))
    for one in done.failures.all()[:20]:
        for header, cause in one.causes:
            print(f"  line {one.line}: {header + ': ' if header else ''}{cause}")
    print(f"take it back: shangji import --undo {done.pk}")
    return 0


def _counts(told: dict[str, Any]) -> None:
    print(
        f"{told['total']:,} rows: {told['created']:,} new, {told['updated']:,} changed, "
        f"{told['unchanged']:,} unchanged, {told['skipped']:,} skipped, {told['failed']:,} failing"
    )


def _causes(causes: list[dict[str, Any]]) -> None:
    for one in causes:
        lines = ", ".join(map(str, one["lines"][:5]))
        header = f"{one['header']}: " if one["header"] else ""
        print(f"  {one['count']:,} × {header}{one['cause']}  (lines {lines})")
        print(f"      {one['example']}")


def _words(words: dict[str, dict[str, Any]]) -> None:
    for header, one in words.items():
        if one["unknown"]:
            told = ", ".join(f"{word} ({n:,})" for word, n in list(one["unknown"].items())[:20])
            made = f", {one['made']} of them made" if one["made"] else ""
            print(f"  {header}: unknown{made}: {told}")
        if one["link"] and one["empty"]:
            print(f"  {header}: empty in {one['empty']:,} rows")
