"""Tell workers on other machines that there is work (PostgreSQL); SQLite's worker looks itself."""

from collections.abc import Sequence

from django.db import connection

from shangji.foundation.jobs.models import Job


def announce(jobs: Sequence[Job]) -> None:
    """Inside the open transaction, so that the message and the rows are one commit."""
    if connection.vendor != "postgresql" or not jobs:
        return
    from shangji.foundation.jobs.carrier import defer  # noqa: PLC0415 - PostgreSQL only

    defer(jobs)
