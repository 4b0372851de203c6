"""Calls that run at the same time, each with its own connection to the database."""

from threading import Barrier, Thread
from typing import Any

from django.db import connection


def at_once(*calls: Any) -> list[Exception | None]:
    """Run calls in threads of their own, started together. What each raised, in order."""
    gate, raised = Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Any) -> None:
        try:
            gate.wait(60)
            call()
        except Exception as error:  # noqa: BLE001 - handed to the test
            raised[place] = error  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised  # type: ignore[return-value]
