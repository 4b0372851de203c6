"""The garbage collector while a web process loads: off, and never over what was loaded."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is made inside stays for good.

    Nearly all that a start makes stays: to look for what does not took a fifth of the start, and
    to walk it again and again would un-share its pages between the processes. A page makes some
    ten thousand short-lived objects: look once in a while, not all the time. Too seldom, and what
    pages leave behind in circles grows the process (docs/decisions/0010).
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(1_000, 10, 10)
        gc.enable()
