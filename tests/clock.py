"""The clock of tests: every run begins on the same Monday morning and goes on from there.

Rows of a test are dated by `NOW`; pages, jobs and the libraries beside them ask Django what time it
is. Both agree on any day that tests are run on, at midnight and at the end of a month too."""

import os
import time
from datetime import UTC, datetime, timedelta

from django.utils import timezone

#: 10:00 on a Monday in Shanghai
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
# processes that a test starts go by the clock of whoever started them
_BEGAN = float(os.environ.setdefault("TESTS_BEGAN", str(time.monotonic())))


def now() -> datetime:
    return NOW + timedelta(seconds=time.monotonic() - _BEGAN)


def begin() -> None:
    """Before anything is loaded that keeps Django's own for itself."""
    timezone.now = now
