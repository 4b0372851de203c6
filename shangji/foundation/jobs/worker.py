"""The worker: threads that claim and run jobs, and a keeper that holds leases and schedules.

One thread serves "urgent" only, so that a huge export never delays a password reset (LOAD-2).
"""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db import close_old_connections, connection, connections
from django.utils import timezone

from shangji.foundation.jobs import leases
from shangji.foundation.jobs.context import JobContext
from shangji.foundation.jobs.models import Job
from shangji.foundation.jobs.registry import QUEUES, UnknownKind, kind_named
from shangji.foundation.jobs.runner import DATABASE_AWAY, execute
from shangji.foundation.jobs.schedules import run_due, sync_schedules
from shangji.foundation.jobs.transport import listen

log = structlog.get_logger(__name__)

#: seconds: an idle thread looks for work; the keeper's beat; how often it reaps and schedules
POLL, BEAT, CHORES = 0.5, 1.0, 5.0
#: how often it looks where the database says when there is work; a retry's time comes unsaid
POLL_WITH_MESSAGES = 2.0
LONGEST_WAIT = 10.0


class Worker:
    """One process of workers.

    Args:
        threads: general threads, beside the one for urgent work.
        stop: set it to end; running jobs may finish for `grace` seconds, then are put back.
        patience: seconds a lease must be seen run out before its job is taken back.
        chores: seconds between two looks for lost leases and due schedules.
    """

    def __init__(
        self,
        *,
        threads: int,
        stop: threading.Event,
        grace: float = 15.0,
        patience: float = 15.0,
        chores: float = CHORES,
        clock: Callable[[], datetime] = timezone.now,
    ) -> None:
        self.threads = threads
        self.stop = stop
        self.grace = grace
        self.chores = chores
        self.clock = clock
        self.reaper = leases.Reaper(patience=patience)
        self._running: dict[int, tuple[JobContext, float]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._wake = {name: threading.Event() for name in QUEUES}

    # -- running

    def run(self) -> None:
        """Until `stop` is set."""
        self._patiently(self._start_up)
        keeper = threading.Thread(target=self._keep, name="job-keeper", daemon=True)
        slots = [
            threading.Thread(target=self._slot, args=(queues,), name=name, daemon=True)
            for name, queues in self._slots()
        ]
        for thread in (keeper, *slots):
            thread.start()
        if connection.vendor == "postgresql":
            threading.Thread(
                target=listen, args=(self._wake_up, self._over), name="job-ear", daemon=True
            ).start()
        self.stop.wait()
        for event in self._wake.values():
            event.set()
        log.info("worker stops", running=len(self._running))
        until = time.monotonic() + self.grace
        for thread in slots:
            thread.join(max(0.0, until - time.monotonic()))
        self._over.set()
        keeper.join(5.0)
        self._release()
        connections.close_all()

    def run_until_idle(self) -> None:
        """In this thread, until nothing is ready."""
        self._start_up()
        run_due(now=self.clock())
        while not self.stop.is_set() and self._next(("urgent", "default")):
            pass

    def _start_up(self) -> None:
        now = self.clock()
        sync_schedules(now=now)
        if connection.vendor == "sqlite":  # one machine: its dead processes are known at once
            leases.Reaper.reap_dead(now=now)

    def _slots(self) -> list[tuple[str, Sequence[str]]]:
        general = [(f"job-{n}", ("urgent", "default")) for n in range(1, self.threads + 1)]
        return [("job-urgent", ("urgent",)), *general]

    # -- one thread

    def _slot(self, queues: Sequence[str]) -> None:
        wait = POLL
        while not self.stop.is_set():
            try:
                busy = self._next(queues)
            except DATABASE_AWAY as error:
                log.warning("database away", error=str(error), seconds=wait)
                connection.close()
                self.stop.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            except Exception:
                log.exception("worker thread goes on after a fault")
                connection.close()
                self.stop.wait(LONGEST_WAIT)
                continue
            wait = POLL
            if not busy:
                close_old_connections()
                self._pause(queues)
        connection.close()

    def _pause(self, queues: Sequence[str]) -> None:
        """Wait for work: a message where the database sends them, and a look now and then."""
        if connection.vendor == "postgresql":
            wake = self._wake[queues[-1]]
            wake.wait(POLL_WITH_MESSAGES)
            wake.clear()
        else:
            self.stop.wait(POLL)

    def _wake_up(self, queue: str) -> None:
        for name, event in self._wake.items():
            if name == queue or queue == "urgent":
                event.set()

    def _next(self, queues: Sequence[str]) -> bool:
        """Claim and run one job. False when none is ready."""
        for queue in queues:
            job = leases.claim(queue, now=self.clock())
            if job is not None:
                self._execute(job)
                return True
        return False

    def _execute(self, job: Job) -> None:
        ctx = JobContext(job, now=self.clock(), stopping=self.stop.is_set)
        with self._lock:
            self._running[job.pk] = (ctx, time.monotonic())
        try:
            execute(ctx, clock=self.clock)
        finally:
            with self._lock:
                self._running.pop(job.pk, None)

    # -- the keeper

    def _keep(self) -> None:
        """Extend leases first, then take back what others lost, then schedule: in one thread,
        so that a clock that jumps never makes this process rob itself."""
        chores = float("-inf")
        while not self._over.wait(min(BEAT, self.chores)):
            try:
                self._beat()
                if time.monotonic() - chores >= self.chores and not self.stop.is_set():
                    chores = time.monotonic()
                    now = self.clock()
                    self.reaper.reap(now=now)
                    run_due(now=now)
                    close_old_connections()
            except DATABASE_AWAY as error:
                log.warning("database away", error=str(error))
                connection.close()
            except Exception:
                log.exception("keeper goes on after a fault")
                connection.close()
        connection.close()

    def _beat(self) -> None:
        with self._lock:
            held = list(self._running.items())
        for pk, (ctx, since) in held:
            job = ctx.job
            if _is_atomic(job) or time.monotonic() - since < _beat_every(job):
                continue
            if leases.extend(job, now=self.clock()):
                with self._lock:
                    if pk in self._running:
                        self._running[pk] = (ctx, time.monotonic())
            else:
                ctx.lost.set()

    # -- the end

    def _release(self) -> None:
        """Put back what did not finish in time; the process ends with its threads."""
        with self._lock:
            held = [ctx.job for ctx, _since in self._running.values()]
        for job in held:
            try:
                leases.put_back(job, run_at=self.clock(), attempts=job.attempts - 1)
            except DATABASE_AWAY as error:
                log.warning("not released, its lease will run out", job=job.pk, error=str(error))

    def _patiently(self, step: Callable[[], None]) -> None:
        wait = POLL
        while not self.stop.is_set():
            try:
                step()
                return
            except DATABASE_AWAY as error:
                log.warning("database away", error=str(error), seconds=wait)
                connection.close()
                self.stop.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)


def _is_atomic(job: Job) -> bool:
    try:
        return kind_named(job.kind).atomic
    except UnknownKind:
        return False


def _beat_every(job: Job) -> float:
    return min(leases.lease_of(job.kind).total_seconds() / 4, 10.0)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; call in the main thread."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run_worker(
    *, threads: int = 2, stop: threading.Event | None = None, once: bool = False
) -> None:
    """Run jobs until `stop` is set, or (`once`) until nothing is ready.

    Args:
        threads: jobs at a time, beside the thread that serves "urgent" alone.
        stop: SIGTERM and SIGINT set it when left out.
    """
    worker = Worker(threads=threads, stop=stop or stop_on_signals())
    if once:
        worker.run_until_idle()
    else:
        worker.run()
