"""A worker process for the kill test: runs queued jobs, and dies at a row when told to.

python -m tests.imports.import_process start FILE     migrate, bring the file, enqueue
python -m tests.imports.import_process work [ROW]     run jobs; kill -9 at that row

`work` tells rows, names, changes, stays and state, a line when it begins and one when it is done.
"""

import json
import os
import signal
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from shangji.core.opportunities.models import Opportunity, StageMove  # noqa: E402
from shangji.foundation.access.actor import Actor  # noqa: E402
from shangji.foundation.audit.models import Change, Operation  # noqa: E402
from shangji.foundation.jobs.leases import Reaper  # noqa: E402
from shangji.foundation.jobs.testing import run_all_jobs  # noqa: E402
from shangji.foundation.people.models import User  # noqa: E402
from shangji.foundation.workspace.tables import bring_up_to_date  # noqa: E402
from shangji.records.imports import actions, bulk, writing  # noqa: E402
from shangji.records.imports.mapping import Column, Mapping  # noqa: E402
from shangji.records.imports.models import Import  # noqa: E402

MAPPING = Mapping(
    type="opportunity",
    columns=(Column("n", "external_id"), Column("name", "name"), Column("amount", "amount")),
    match=("external_id",),
    system="kill",
)
insert = bulk.insert_tuples


def start(file: str) -> None:
    bring_up_to_date()
    dana = User.objects.create_user(email="dana@example.com", name="Dana", role="admin")
    now = datetime.now(UTC)
    run = actions.bring_file(
        actor=Actor(dana), chunks=[Path(file).read_bytes()], name="k.csv",
        record_type="opportunity", now=now,
    )  # fmt: skip
    actions.set_mapping(actor=Actor(dana), run=run, mapping=MAPPING)
    actions.start_import(actor=Actor(dana), run=run, now=now)


def work(row: int) -> None:
    """Row 1 is the first of the file; 0 never dies."""
    at = Import.objects.get().done_rows

    def dying(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
        nonlocal at
        rows = list(rows)
        if table == Opportunity._meta.db_table and row:
            before = rows[: max(0, row - at)]
            insert(table, columns, before)
            at += len(before)
            if at >= row:
                os.kill(os.getpid(), signal.SIGKILL)
            rows = rows[len(before) :]
        insert(table, columns, rows)

    bulk.insert_tuples = dying
    writing.insert_tuples = dying
    Reaper.reap_dead(now=datetime.now(UTC))
    run_all_jobs()


def count() -> None:
    run = Import.objects.get()
    found = {
        "rows": Opportunity.objects.count(),
        "different": Opportunity.objects.values("external_id").distinct().count(),
        "changes": Change.objects.filter(record_type="opportunity").count(),
        "stays": StageMove.objects.count(),
        "operations": Operation.objects.filter(action="opportunity.import").count(),
        "state": run.state,
        "done": run.done_rows,
        "created": run.created,
        "failed": run.failed,
    }
    sys.stdout.write(f"{json.dumps(found)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "start":
        start(sys.argv[2])
    else:
        count()
        work(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
        count()
