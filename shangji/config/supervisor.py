"""Runs the web server and the worker under one process in the foreground, and ends both with it.

The web server's end is the end of all; a worker that dies is started again, with growing pauses.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

from shangji.lib.values import dataclass

STOP_WITHIN = 20.0  # seconds for children to finish what they hold
LONGEST_PAUSE = 30.0  # seconds between two starts of a worker that keeps dying
HEALTHY_AFTER = 60.0  # seconds alive after which a worker's earlier deaths are forgotten
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """In the child, on Linux: be told to stop when the supervisor is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass
class Child:
    """One process: how it is started, and whether its death ends the whole."""

    name: str
    command: Sequence[str]
    restarts: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    next_start: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        self.started = time.monotonic()
        # A group of its own: Ctrl-C reaches the supervisor alone, which then ends each child as a
        # whole. A web process that hears it itself while its parent ends it may hang for ever.
        self.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            list(self.command),
            stdin=subprocess.DEVNULL,
            preexec_fn=_die_with_parent,
            process_group=0,
        )

    def status(self) -> int | None:
        return None if self.process is None else self.process.poll()


@dataclass
class Supervisor:
    """Starts children, watches them, stops all of them together.

    Attributes:
        place: host and port that will answer once the web server is up.
        greeting: said then, not before: who opens the address at once is answered.
    """

    children: list[Child]
    place: tuple[str, int] = ("", 0)
    greeting: str = ""
    stopping: bool = False

    def run(self) -> int:
        """Until asked to stop (0) or a child that may not die died (its status, at least 1)."""
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, self._ask_to_stop)
        for child in self.children:
            child.start()
        result = 0
        while not self.stopping:
            result = self._look_after_children()
            if result:
                break
            if self.greeting and _answers(*self.place):
                sys.stdout.write(f"{self.greeting}\n")
                sys.stdout.flush()
                self.greeting = ""
            time.sleep(0.2)
        self._stop_all()
        return result

    def _ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look_after_children(self) -> int:
        """Restart what may be restarted; the status of a death that ends the whole, else 0."""
        now = time.monotonic()
        for child in self.children:
            if child.process is None:
                if now >= child.next_start:
                    child.start()
                continue
            status = child.status()
            if status is None:
                continue
            if self.stopping:
                return 0
            sys.stderr.write(f"shangji: {child.name} ended with status {status}\n")
            if not child.restarts:
                return max(1, abs(status))
            child.deaths = 1 if now - child.started > HEALTHY_AFTER else child.deaths + 1
            child.process = None
            child.next_start = now + min(LONGEST_PAUSE, 2.0 ** (child.deaths - 1))
        return 0

    def _stop_all(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + STOP_WITHIN
        for process in running:
            try:
                process.wait(timeout=max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # nothing of it outlives it and holds the port
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
