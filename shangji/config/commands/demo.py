"""Load the demo workspace: 翰海工业 with two years of invented history, in both languages.

--once does nothing where anybody exists already; --reset empties the demo and loads it anew, and
refuses in any other workspace.
"""

import argparse
import sys
import time
from datetime import UTC, datetime

from shangji.config.demo.load import is_loaded, load, may_load, reset
from shangji.lib.errors import DomainError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--once", action="store_true", help="only where nobody exists yet")
    what.add_argument("--reset", action="store_true", help="empty the demo first")
    parser.add_argument("--now", help="the instant its history ends, ISO; default: now")


def run(options: argparse.Namespace) -> int:
    try:
        now = datetime.fromisoformat(options.now) if options.now else datetime.now(UTC)
    except ValueError:
        print(f"shangji: --now should be like 2026-11-23T02:00:00Z, is {options.now}")
        return 2
    now = now.astimezone(UTC)
    if options.once and not may_load():
        return 0
    try:
        if options.reset and not may_load():
            reset()
        elif not may_load():
            what = "it is loaded; --reset loads it anew" if is_loaded() else "people exist here"
            raise DomainError(f"the demo loads into an empty workspace only: {what}")
    except DomainError as error:
        print(f"shangji: {error}", file=sys.stderr)
        return 1
    began = time.monotonic()
    print("shangji: loading the demo workspace", flush=True)
    counts = load(now)
    seconds = time.monotonic() - began
    print(
        f"shangji: 翰海工业 has {counts['account']} customers and {counts['opportunity']} "
        f"opportunities ({seconds:.0f} s)"
    )
    return 0
