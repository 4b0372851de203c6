"""Run jobs: mail, imports, exports, schedules. As many of them as wanted, on any host."""

import argparse

from shangji.foundation.jobs.worker import run_worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: what a worker does follows from the registered jobs."""


def run(options: argparse.Namespace) -> int:
    run_worker()
    return 0
