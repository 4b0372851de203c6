"""Gather the files under /static into the data folder (serve and migrate do it by themselves)."""

import argparse

from django.core.management import call_command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(options: argparse.Namespace) -> int:
    collect()
    return 0


def collect() -> None:
    """Copy what is new or changed to STATIC_ROOT, where the web server reads it."""
    call_command("collectstatic", interactive=False, verbosity=0)
