"""Write the whole workspace into one file, while people work.

The file holds everything, the signing secret too: keep it where only you can read it.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from shangji.config.backup import BackupError, write_backup
from shangji.lib.errors import os_fault


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", type=Path, help="default: shangji-<date and time>.tar here"
    )


def run(options: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    target = options.file or Path(f"shangji-{now:%Y%m%d-%H%M%S}.tar")
    try:
        summary = write_backup(target.absolute(), now=now)
    except BackupError as error:
        print(f"shangji: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"shangji: {os_fault(error)}", file=sys.stderr)
        return 1
    print(f"{summary.path}: {summary.entries} entries, {summary.size:,} bytes")
    return 0
