"""Lists over added fields at a size, beside the bare statements: prints a table.

    python -m bench.custom [--size 200000] [--rounds 40]

30 added fields on each opportunity, three of them indexed. SQLite in a folder of its own, or the
empty database that BENCH_DATABASE_URL names.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

KINDS = (
    ["number"] * 8 + ["text"] * 6 + ["choice"] * 4 + ["date"] * 4 + ["whole"] * 4
    + ["boolean"] * 2 + ["money"] * 2
)  # fmt: skip
INDEXED = ("number", "choice", "date")
OPTIONS = tuple(f"o{n}" for n in range(8))


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.custom")
    parser.add_argument("--size", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shangji-bench-") as folder:
        os.environ |= {"SHANGJI_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "bench.settings"}
        os.environ.pop("DATABASE_URL", None)
        if os.environ.get("BENCH_DATABASE_URL"):
            os.environ["DATABASE_URL"] = os.environ["BENCH_DATABASE_URL"]
        import django

        django.setup()
        keys = prepare(options.size)
        for line in measure(keys, options.rounds):
            print(line, flush=True)
    return 0


def prepare(size: int) -> dict[str, str]:
    """The workspace; the keys of an indexed number, choice and date and of a number without."""
    from django.core.management import call_command

    from bench.bulk import without_indexes, write_rows
    from bench.seed import opportunities_of, people
    from shangji.core.accounts.models import Account
    from shangji.core.opportunities.actions import rollup
    from shangji.core.opportunities.models import Opportunity
    from shangji.foundation.access.actor import Actor
    from shangji.foundation.people.models import User
    from shangji.foundation.workspace.queries import current_workspace
    from shangji.records.custom.actions import add_field, publish_field
    from shangji.records.custom.indexes import tend

    begun, now = time.perf_counter(), datetime.now(UTC)
    call_command("migrate", verbosity=0)
    current_workspace()
    reps = [one.pk for one in people(now)]
    stamp = {"created_at": now, "updated_at": now, "kind": "company"}
    Account.objects.bulk_create(
        Account(name=f"Account {n}", name_key=f"account {n}", owner_id=reps[n % len(reps)], **stamp)
        for n in range(200)
    )
    actor = Actor(User.objects.get(email="admin@bench.invalid"), "page")
    fields, first = [], dict[str, str]()
    for number, kind in enumerate(KINDS):
        values: dict[str, Any] = {"label_en": f"{kind} {number}"}
        if kind == "choice":
            texts = [{"value": one, "zh": one, "en": one} for one in OPTIONS]
            listed = [{**one, "tone": "plain", "retired": False} for one in texts]
            values["settings"] = {"version": 1, "options": listed}
        indexed = kind in INDEXED and kind not in first
        values["is_indexed"] = indexed
        row = add_field(actor=actor, record_type="opportunity", kind=kind, values=values, now=now)
        fields.append(publish_field(actor=actor, field=row, now=now))
        if not first.setdefault(kind if indexed else f"bare {kind}", row.key):
            raise AssertionError(kind)
    dice = random.Random(11)

    def rows() -> Iterator[dict[str, Any]]:
        for row in opportunities_of(size, reps, 200, now):
            yield {**row, "custom_values": json.dumps(_values(dice, fields))}

    rollup.put_away()
    with without_indexes(Opportunity._meta.db_table):
        write_rows(Opportunity, rows())
    rollup.ensure()
    written = time.perf_counter() - begun
    tend()
    _analyse()
    print(
        f"{size} opportunities × {len(fields)} added fields: written in {written:.0f} s, "
        f"{len(first) and 3} fields indexed in {time.perf_counter() - begun - written:.0f} s",
        file=sys.stderr,
    )
    return first


def _values(dice: random.Random, fields: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields:
        letter = field.key[0]
        if field.kind == "choice":
            found[field.key] = dice.choice(OPTIONS)
        elif letter == "t":
            found[field.key] = f"text {dice.randrange(100_000)}"
        elif letter == "n":
            found[field.key] = dice.randrange(1, 10_000_000) / 100
        elif letter == "w":
            found[field.key] = dice.randrange(1, 10_000)
        elif letter == "d":
            found[field.key] = (date(2026, 1, 1) + timedelta(days=dice.randrange(700))).isoformat()
        elif dice.random() < 0.5:
            found[field.key] = True
    return found


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(keys: dict[str, str], rounds: int) -> Iterator[str]:
    """Lines of the table: the bare statement, ours alone, ours with all that Python adds."""
    from django.db import connection

    from shangji.foundation.access.actor import Actor
    from shangji.foundation.audit.custom_values import COLUMN, sql_of
    from shangji.foundation.people.models import User
    from shangji.records.conditions import Condition
    from shangji.records.description import describe
    from shangji.records.listing.patience import SECONDS, TooLong, patience
    from shangji.records.listing.query import ListQuery

    description = describe("opportunity")
    table = description.model._meta.db_table
    actor = Actor(User.objects.get(email="admin@bench.invalid"), "page")
    quote = connection.ops.quote_name

    def value(name: str) -> str:
        return sql_of(keys[name], quote(COLUMN), connection.vendor)

    def query(sort: str, *conditions: Condition) -> ListQuery:
        return ListQuery(description, actor, conditions, sort, typed=True, is_patient=True)

    number, choice = keys["number"], keys["choice"]
    cases = (
        ("sorted by an indexed number", "", (), f"-{number}"),
        (
            "a range of it, sorted by it",
            f"{value('number')} >= 50000",
            (Condition(number, "gte", "50000"),),
            f"-{number}",
        ),
        (
            "an indexed choice, sorted by the number",
            f"{value('choice')} = 'o3'",
            (Condition(choice, "is", "o3"),),
            f"-{number}",
        ),
    )
    yield f"{connection.vendor}: ms, median of {rounds}; the list of 50 without its page"
    yield f"{'':42}{'bare':>9}{'ours alone':>12}{'ratio':>7}{'with Python':>13}{'first time':>12}"
    for name, where, conditions, sort in cases:
        at = value("number")
        more = f" AND {where}" if where else ""
        bare = (
            f"SELECT id, {at} FROM {quote(table)} WHERE deleted_at IS NULL AND {at} IS NOT NULL"
            f"{more} ORDER BY {at} DESC, id DESC LIMIT 50"
        )
        first = _timed(lambda c=conditions, s=sort: query(s, *c).ids(0, 50), 1)  # type: ignore[misc]
        sql, params = _statement(lambda c=conditions, s=sort: query(s, *c).ids(0, 50))  # type: ignore[misc]
        plain = _timed(lambda b=bare: _run(b, ()), rounds)  # type: ignore[misc]
        alone = _timed(lambda q=sql, p=params: _run(q, p), rounds)  # type: ignore[misc]
        whole = _timed(lambda c=conditions, s=sort: query(s, *c).ids(0, 50), rounds)  # type: ignore[misc]
        yield (
            f"{name:42}{plain:>9.2f}{alone:>12.2f}{alone / plain:>7.1f}{whole:>13.2f}{first:>12.2f}"
        )
    bare_number = keys["bare number"]
    for name, conditions, sort in (
        ("without an index: sorted", (), bare_number),
        ("without an index: filtered", (Condition(bare_number, "gte", "99990"),), "name"),
        ("without an index: sums of a filter", (Condition(bare_number, "gte", "99990"),), ""),
    ):
        begun = time.perf_counter()
        try:
            with patience(SECONDS):
                asked = query(sort or "name", *conditions)
                _ = asked.ids(0, 50) if sort else asked.counted()
            told = "answered"
        except TooLong:
            told = "goes on in the background"
        yield f"{name:42}{time.perf_counter() - begun:>8.2f} s  {told}"


def _timed(run: Callable[[], Any], rounds: int) -> float:
    """Milliseconds, the median."""
    took = []
    for _round in range(rounds):
        begun = time.perf_counter()
        run()
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took)


def _run(sql: str, params: Any) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _statement(run: Callable[[], Any]) -> tuple[str, Any]:
    """The statement that is sent, with its parameters."""
    from django.db import connection

    seen: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        run()
    return seen[-1]


if __name__ == "__main__":
    sys.exit(main())
