"""Write a list to a file, or with --all the whole workspace.

    shangji export opportunities all.xlsx
    shangji export --all workspace.tar.gz

--filter status.is.open (as in a list's address) takes some of the rows. A whole export holds
records, history, settings and files in a form that `shangji restore` takes on SQLite and
PostgreSQL alike.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone, translation

from shangji.config.backup import BackupError, export_workspace
from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import current_workspace, zone
from shangji.lib.errors import DomainError, Invalid, os_fault
from shangji.lib.sheets import TableWriter
from shangji.records import exports
from shangji.records.description import RecordDescription, by_slug, by_type, descriptions
from shangji.records.listing.query import ListQuery


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", nargs="*", metavar="TYPE FILE", help="such as: opportunities open.xlsx"
    )
    parser.add_argument("--all", action="store_true", help="the whole workspace into FILE")
    parser.add_argument(
        "--with-secrets",
        action="store_true",
        help="with --all: also what people and programs sign in with; keep the file safe",
    )
    parser.add_argument("--filter", action="append", default=[], metavar="FIELD.OPERATOR.VALUE")
    parser.add_argument("--columns", default="", help="field keys with commas; all without it")
    parser.add_argument("--sort", default="", help="a field key, with - before it for descending")
    parser.add_argument("--as", dest="mail", default="", help="whose rights it bears")
    parser.add_argument("--language", default="", help="of headers: en or zh-hans")


def run(options: argparse.Namespace) -> int:
    if options.all:
        return _whole(options)
    if len(options.what) != 2:
        print("shangji: name a kind of record and a file, or --all and a file", file=sys.stderr)
        return 2
    options.type, options.file = options.what[0], Path(options.what[1])
    return _list(options)


def _whole(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    target = Path(options.what[0] if options.what else f"shangji-{now:%Y%m%d-%H%M%S}.tar.gz")
    try:
        summary = export_workspace(target.absolute(), now=now, secrets=options.with_secrets)
    except BackupError as error:
        print(f"shangji: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"shangji: {os_fault(error)}", file=sys.stderr)
        return 1
    print(f"{summary.path}: {summary.entries} tables, {summary.size:,} rows")
    if not options.with_secrets:
        print("Without passwords and keys: people of the copy set a new password.")
    return 0


def _list(options: argparse.Namespace) -> int:
    description = by_slug(options.type) or by_type(options.type)
    form = options.file.suffix.lower().removeprefix(".")
    if description is None:
        known = ", ".join(sorted(one.slug for one in descriptions()))
        print(
            f"shangji: {options.type!r} is no kind of record; these are: {known}", file=sys.stderr
        )
        return 2
    if form not in exports.FORMATS:
        print(f"shangji: {options.file}: name a .csv, .xlsx or .json file", file=sys.stderr)
        return 2
    try:
        actor = _actor(options.mail)
        language = options.language or current_workspace().language
        with translation.override(language), timezone.override(zone(actor.user)):
            request = exports.Request(
                description=description,
                conditions=tuple(options.filter),
                sort=options.sort,
                columns=tuple(filter(None, options.columns.split(",")))
                or tuple(one.key for one in description.visible_fields(actor)),
                format=form,
            )
            query = exports.query_of(actor, request)
            count = _write(options.file, query, description, form)
        print(f"{options.file}: {count:,} rows")
    except DomainError as error:
        print(f"shangji: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"shangji: {os_fault(error)}", file=sys.stderr)
        return 1
    return 0


def _write(path: Path, query: ListQuery, description: RecordDescription, form: str) -> int:
    """The rows into the file; how many."""
    rows = exports.rows_of(query, datetime.now(UTC), form)
    with path.open("wb") as stream:
        if form == "json":
            count = 0
            for piece in exports.json_bytes(description, [o.key for o in query.fields], rows):
                stream.write(piece)
                count += 1
            return count - 2  # the brackets
        header = exports.header_of(exports.sheet_fields(query.fields, form))
        with TableWriter(form, stream, header, name=str(description.plural)) as table:  # type: ignore[arg-type]
            for row in rows:
                table.write_row(row)
        return table.rows


def _actor(mail: str) -> Actor:
    if not mail:
        return system_actor("command")
    user = User.objects.filter(email__iexact=mail, is_active=True).first()
    if user is None:
        raise Invalid.field("--as", f"nobody here has the address {mail}")
    return Actor(user, "command")
