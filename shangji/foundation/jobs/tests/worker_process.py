"""A process of real workers for the kill test. Reads words from standard input:

`migrate` makes the tables; `enqueue 250 6` so many jobs of each kind; `work` forks a worker
and answers its process id.
"""

import os
import random
import signal
import sys
import threading
import time
from datetime import timedelta

import django
from django.db import connection, connections, transaction

django.setup()

from shangji.foundation.jobs.context import JobContext  # noqa: E402
from shangji.foundation.jobs.queue import enqueue_many  # noqa: E402
from shangji.foundation.jobs.registry import job  # noqa: E402
from shangji.foundation.jobs.worker import Worker, stop_on_signals  # noqa: E402
from shangji.foundation.workspace.tables import bring_up_to_date  # noqa: E402

LEASE = timedelta(seconds=2)
CHUNKS = 40


def _write(job_id: int, part: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO test_ledger (job_id, part) VALUES (%s, %s)", [job_id, part])


@job("test.twice", atomic=True, max_attempts=200, lease=LEASE)
def twice(ctx: JobContext) -> None:
    """Two rows, or none."""
    _write(ctx.job.pk, 1)
    time.sleep(random.uniform(0, 0.02))
    _write(ctx.job.pk, 2)


@job("test.chunks", max_attempts=200, lease=LEASE)
def chunks(ctx: JobContext) -> None:
    """A row per chunk, resumed from the checkpoint."""
    for part in range(ctx.job.checkpoint.get("next", 0), CHUNKS):
        with transaction.atomic():
            _write(ctx.job.pk, part)
            time.sleep(random.uniform(0, 0.02))
            ctx.checkpoint({"next": part + 1})
        ctx.raise_if_cancelled()


def _work() -> None:
    Worker(threads=2, stop=stop_on_signals(), patience=0.5, chores=0.2, grace=3).run()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed workers leave nothing behind
    for line in sys.stdin:
        if line.strip() == "migrate":
            bring_up_to_date()
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE test_ledger (job_id BIGINT, part INTEGER)")
            answer = "migrated"
        elif line.startswith("enqueue"):
            for kind, count in zip(("test.twice", "test.chunks"), line.split()[1:], strict=True):
                enqueue_many(kind, [({}, None)] * int(count))
            answer = "enqueued"
        else:
            connections.close_all()
            if connection.vendor == "postgresql":
                connection.close_pool()  # its threads would not live on in a fork
            assert threading.active_count() == 1
            pid = os.fork()
            if pid == 0:
                nothing = os.open(os.devnull, os.O_RDWR)
                os.dup2(nothing, 0)
                os.dup2(nothing, 1)
                _work()
                os._exit(0)
            answer = str(pid)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


main()
