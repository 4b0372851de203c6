"""Restore a backup or a whole export into an empty workspace; mail rests until you confirm it.

A restored copy of a workspace must not write to its customers by itself. When this is the
workspace to go on with: shangji restore --confirm-outgoing
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from shangji.config.backup import BackupError, restore_backup
from shangji.foundation.access.actor import system_actor
from shangji.foundation.mail.actions import resume_outgoing
from shangji.lib.errors import os_fault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "file", nargs="?", type=Path, help="what `shangji backup` or `shangji export --all` wrote"
    )
    what.add_argument("--confirm-outgoing", action="store_true", help="let mail go out again")


def run(options: argparse.Namespace) -> int:
    if options.confirm_outgoing:
        waiting = resume_outgoing(actor=system_actor("command"), now=datetime.now(UTC))
        print(f"Mail goes out again; {waiting} were waiting.")
        return 0
    try:
        summary = restore_backup(options.file.absolute())
    except BackupError as error:
        print(f"shangji: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"shangji: {os_fault(error)}", file=sys.stderr)
        return 1
    print(f"{summary.path}: {summary.entries} entries, {summary.size:,} bytes, all as backed up.")
    print("Outgoing mail is paused: shangji restore --confirm-outgoing lets it go.")
    return 0
