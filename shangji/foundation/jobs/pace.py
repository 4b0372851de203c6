"""How long work leaves room for people's own writes, whoever does it: a job or a command."""

import time

from django.db import connection

#: a step longer than this gives way after it, for so long; seconds. Who waits for SQLite's lock
#: looks every tenth of a second, and would never find it free between two long steps.
LONG_STEP, GIVE_WAY = 0.1, 0.11


class Pace:
    """Call `give_way` between steps, each of them a transaction of its own."""

    def __init__(self) -> None:
        self._stepped = time.monotonic()

    def give_way(self) -> None:
        """Let people's own writes in between two long steps."""
        long = time.monotonic() - self._stepped > LONG_STEP
        if long and connection.vendor == "sqlite" and not connection.in_atomic_block:
            time.sleep(GIVE_WAY)
        self._stepped = time.monotonic()
