"""A very long import, its export and its undo: rows per second and memory. Prints a table.

    python -m bench.rows [--size 1000000] [--without export undo]

SQLite in a folder of its own, or the empty database that BENCH_DATABASE_URL names. Bare: the same
number of rows by executemany or COPY into the same table with the same indexes, at the end, when
the imported rows stand in it (deleted rows are kept for the bin).
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

MAPPING = {
    "version": 1,
    "type": "opportunity",
    "match": ["external_id"],
    "system": "old",
    "columns": [
        {"header": "Id", "field": "external_id"},
        {"header": "Name", "field": "name"},
        {"header": "Account", "field": "account", "unknown": "make"},
        {"header": "Amount", "field": "amount"},
        {"header": "Currency", "field": "currency"},
        {"header": "Expected close", "field": "expected_close_on"},
        {"header": "Next step", "field": "next_step"},
    ],
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.rows")
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--without", nargs="*", choices=("trial", "export", "undo"), default=[])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as folder:
        os.environ["SHANGJI_DATA_DIR"] = folder
        os.environ.pop("DATABASE_URL", None)
        if os.environ.get("BENCH_DATABASE_URL"):
            os.environ["DATABASE_URL"] = os.environ["BENCH_DATABASE_URL"]
        from bench.run import prepare

        prepare(2_000)  # 200 accounts, for bare rows to name
        _measure(given.size, given.without)
    return 0


class Peak:
    """The most memory of its own (RssAnon, MB) that this process held while something ran."""

    def __init__(self) -> None:
        self.most = 0.0
        self._going = True
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._going = False
        self._thread.join()

    def _watch(self) -> None:
        while self._going:
            with open("/proc/self/status") as status:
                for line in status:
                    if line.startswith("RssAnon"):
                        self.most = max(self.most, int(line.split()[1]) / 1024)
            time.sleep(0.2)


def _measure(size: int, without: list[str]) -> None:
    from django.db import connection

    from shangji.foundation.access.actor import Actor
    from shangji.foundation.people.models import User
    from shangji.records.imports import actions
    from shangji.records.imports.mapping import load

    now = datetime.now(UTC)
    who = Actor(User.objects.get(email="admin@bench.invalid"), "command")

    def say(what: str, took: float, peak: Peak, rows: int) -> float:
        print(
            f"| {connection.vendor}, {what} | {rows / took:,.0f} rows/s | {took:,.0f} s"
            f" | {peak.most:.0f} MB |",
            flush=True,
        )
        return rows / took

    run = actions.bring_file(
        actor=who, chunks=_lines(size), name="rows.csv", record_type="opportunity", now=now
    )
    run = actions.set_mapping(actor=who, run=run, mapping=load(MAPPING))
    if "trial" not in without:
        with Peak() as peak:
            began = time.perf_counter()
            actions.try_import(actor=who, run=run, now=now)
            say("trial", time.perf_counter() - began, peak, size)
    actions.begin(actor=who, run=run, now=now)
    with Peak() as peak:
        began = time.perf_counter()
        done = actions.run_import(actor=who, run=run, now=now)
        speed = say("import", time.perf_counter() - began, peak, size)
    if done.created != size:
        raise RuntimeError(f"{done.created} of {size} rows came in: {done.report}")
    if "export" not in without:
        with Peak() as peak:
            began = time.perf_counter()
            rows = _export(who, now)
            say("export", time.perf_counter() - began, peak, rows)
    if "undo" not in without:
        with Peak() as peak:
            began = time.perf_counter()
            actions.undo_import(actor=who, run=done, now=now)
            say("undo", time.perf_counter() - began, peak, size)
    bare = size / _bare(size, now)
    print(f"| {connection.vendor}, bare | {bare:,.0f} rows/s | import {speed / bare:.1%} | |")


def _export(who: Any, now: datetime) -> int:
    """Write and read all opportunities sorted by name; how many."""
    from shangji.records import exports
    from shangji.records.description import describe

    keys = ("name", "account", "stage", "amount", "owner", "expected_close_on")
    wish = exports.Request(describe("opportunity"), (), "name", keys, "csv")
    made = exports.start_export(actor=who, request=wish, now=now)
    made = exports.write_export(actor=who, export=made, now=now)
    fields, rows = exports.read_export(actor=who, export=made)
    for _chunk in exports.csv_bytes(exports.header_of(fields), rows):
        pass
    return made.rows


def _lines(size: int) -> Iterator[bytes]:
    """The file in pieces: ten deals of each customer."""
    yield b"Id,Name,Account,Amount,Currency,Expected close,Next step\n"
    for start in range(0, size, 5_000):
        yield "".join(
            f"{n:012d},Import {n},Customer {n % max(1, size // 10)} Ltd,{n % 900_000},CNY,"
            f"2027-0{n % 9 + 1}-15,Call\n"
            for n in range(start, min(size, start + 5_000))
        ).encode()


def _bare(size: int, now: datetime) -> float:
    """Seconds for as many bare rows, made beforehand in portions that are not timed."""
    from bench.bulk import write_rows
    from bench.seed import opportunities_of
    from shangji.core.opportunities.models import Opportunity
    from shangji.foundation.people.models import User

    first = (Opportunity.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    reps = list(User.objects.filter(role="rep").values_list("id", flat=True))
    took = 0.0
    portion = 50_000
    for start in range(0, size, portion):
        ready: list[dict[str, Any]] = [
            {**row, "id": row["id"] + first + start}
            for row in opportunities_of(min(portion, size - start), reps, 200, now)
        ]
        began = time.perf_counter()
        write_rows(Opportunity, iter(ready))
        took += time.perf_counter() - began
    return took


if __name__ == "__main__":
    sys.exit(main())
