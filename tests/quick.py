"""What a piece of work costs by itself: neighbours, other threads and the collector left out."""

import gc
from collections.abc import Callable
from time import thread_time


def least_seconds(work: Callable[[], object], runs: int = 3) -> float:
    """Processor seconds of this thread for the quickest of some runs.

    A bar over it stands for what must not grow with its input, far above what the work takes.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return min(_seconds(work) for _run in range(runs))
    finally:
        if collects:
            gc.enable()


def _seconds(work: Callable[[], object]) -> float:
    began = thread_time()
    work()
    return thread_time() - began
