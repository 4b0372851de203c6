"""Import as people do it, rows per second, beside bare inserts into the same table."""

import csv
import io
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from bench.bulk import write_rows
from bench.seed import opportunities_of
from shangji.core.accounts.models import Account
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.pipelines import stages
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.records.imports import actions

ROWS = 10_000


def measure(size: int) -> dict[str, float]:
    """Rows per second: `import` with guessing, matching, checks, audit and search; `bare`."""
    now = datetime.now(UTC)
    actor = Actor(User.objects.get(email="admin@bench.invalid"), "command")
    run = actions.bring_file(
        actor=actor,
        chunks=[_sheet().encode()],
        name="bench.csv",
        record_type="opportunity",
        now=now,
    )
    began = time.perf_counter()
    actions.begin(actor=actor, run=run, now=now)
    done = actions.run_import(actor=actor, run=run, now=now)
    took = time.perf_counter() - began
    if done.created != ROWS:
        raise RuntimeError(f"{done.created} of {ROWS} rows came in: {done.report}")
    return {"import": ROWS / took, "bare": ROWS / _bare(size, now)}


def _sheet() -> str:
    dice = random.Random(11)
    names = list(Account.objects.order_by("id").values_list("name", flat=True)[:2000])
    open_stages = [one for one in stages() if one.kind == "open"]
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(["Name", "Account", "Stage", "Amount", "Currency", "Expected close", "Next step"])
    for n in range(ROWS):
        stage = dice.choice(open_stages)
        out.writerow(
            [
                *(f"Import {n}", dice.choice(names), str(stage.name)),
                *(
                    dice.randrange(5_000, 900_000),
                    "CNY",
                    f"2027-0{dice.randrange(1, 9)}-15",
                    "Call",
                ),
            ]
        )
    return text.getvalue()


def _bare(size: int, now: datetime) -> float:
    """Seconds to insert as many rows by executemany or COPY, with all indexes and triggers."""
    first = (Opportunity.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    reps = list(User.objects.filter(role="rep").values_list("id", flat=True))

    def rows() -> Iterator[dict[str, Any]]:
        for row in opportunities_of(ROWS, reps, max(200, size // 10), now):
            yield {**row, "id": row["id"] + first}

    ready = list(rows())
    began = time.perf_counter()
    write_rows(Opportunity, iter(ready))
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        table = Opportunity._meta.db_table
        cursor.execute(f"DELETE FROM {table} WHERE id > %s", [first])
    return took
