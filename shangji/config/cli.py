"""The `shangji` command. Each subcommand is one file in shangji/config/commands/.

A command file has a docstring (its first line is the help), `add_arguments(parser)` and
`run(options) -> int`, the exit status. A name that Python keeps for itself ends in an underscore:
`import_.py` is `shangji import`.
"""

import argparse
import ast
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

from shangji import __version__
from shangji.config import sqlite  # noqa: F401 - first: replaces sqlite3 before Django loads

COMMANDS = Path(__file__).resolve().parent / "commands"
# The supervisor holds no database and no models: it stays small beside what it supervises.
WITHOUT_DJANGO = frozenset({"serve"})


class Command(Protocol):
    """What a file in commands/ offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, options: argparse.Namespace) -> int: ...


def command_names() -> dict[str, Path]:
    """Each command that exists, with its file."""
    files = sorted(path for path in COMMANDS.glob("*.py") if path.stem != "__init__")
    return {path.stem.rstrip("_"): path for path in files}


def help_of(path: Path) -> str:
    """The first line of a command file's docstring, read without importing it."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]


def usage() -> str:
    names = command_names()
    width = max(len(name) for name in names) + 2
    lines = [f"  {name:<{width}}{help_of(path)}" for name, path in names.items()]
    return "\n".join(
        ["usage: shangji COMMAND …", "", *lines, "", "shangji COMMAND --help says more."]
    )


def load(name: str) -> Command:
    """The module of one command; Django is set up before it, so that it may import models."""
    if name not in WITHOUT_DJANGO:
        # lazily: the supervisor never needs it
        import django  # noqa: PLC0415

        django.setup()
    path = command_names()[name]
    return cast(Command, importlib.import_module(f"shangji.config.commands.{path.stem}"))


def _with_database(command: Command, options: argparse.Namespace) -> int:
    """Run it; a database that is not there, or not of this version, is told in one line."""
    # lazily: the supervisor never needs it
    from django.db import OperationalError, ProgrammingError  # noqa: PLC0415

    try:
        return command.run(options)
    except (OperationalError, ProgrammingError) as error:
        told = str(error).partition("\n")[0]
        missing = "no such table" in told or "no such column" in told or "does not exist" in told
        way = "bring it to this version: shangji migrate" if missing else "is it there and free?"
        print(f"shangji: the database says: {told}; {way}", file=sys.stderr)
        return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji.config.settings")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if given else 2
    if given[0] in {"--version", "version"}:
        print(f"shangji {__version__}")
        return 0
    name = given[0]
    if name not in command_names():
        print(f"shangji: no command {name!r}\n\n{usage()}", file=sys.stderr)
        return 2
    command = load(name)
    parser = argparse.ArgumentParser(prog=f"shangji {name}", description=command.__doc__)
    command.add_arguments(parser)
    try:
        options = parser.parse_args(given[1:])
        return command.run(options) if name in WITHOUT_DJANGO else _with_database(command, options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


if __name__ == "__main__":
    sys.exit(main())
