"""Wake workers, on whatever machine, when there is work (PostgreSQL's NOTIFY).

SQLite has one machine and no messages: its worker looks twice a second. A message only saves
waiting; the rows are the truth, and every worker looks for itself now and then (decision 0003).
"""

import threading
from collections.abc import Callable, Sequence

import structlog
from django.db import connection
from django.utils import timezone

from shangji.foundation.jobs.models import Job

log = structlog.get_logger(__name__)
CHANNEL = "shangji_jobs"
#: seconds between two looks at `stop`, and before connecting again after a fault
LOOK, AGAIN = 1.0, 2.0


def announce(jobs: Sequence[Job]) -> None:
    """Say that these jobs are waiting. Inside the open transaction: heard at its commit."""
    if connection.vendor != "postgresql":
        return
    now = timezone.now()
    queues = {job.queue for job in jobs if job.run_at <= now}
    if queues:
        with connection.cursor() as cursor:
            for queue in sorted(queues):
                cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, queue])


def listen(on_queue: Callable[[str], None], stop: threading.Event) -> None:
    """Call `on_queue(name)` for every message until `stop`; connects again when cut off."""
    # here: only a worker on PostgreSQL needs it, and it slows every start
    import psycopg  # noqa: PLC0415

    params = connection.get_connection_params()
    for name in ("cursor_factory", "context"):
        params.pop(name, None)
    while not stop.is_set():
        try:
            with psycopg.connect(**params, autocommit=True) as line:
                line.execute(f"LISTEN {CHANNEL}")
                while not stop.is_set():
                    for message in line.notifies(timeout=LOOK):
                        on_queue(message.payload)
        except psycopg.OperationalError as error:
            log.warning("cut off from the database's messages", error=str(error).strip())
            stop.wait(AGAIN)
