"""Say what is unsafe for production in this set-up. Ends with 1 when something is."""

import argparse

from django.core import checks

from shangji.config import checks as production  # noqa: F401 - registers them

# Django's own words for one thing we say once: HTTPS is off (shangji.W005). Sending people from
# http to https (W008) is the proxy's part.
SAID_BY_US = frozenset({"security.W004", "security.W008", "security.W012", "security.W016"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: the set-up is in the environment."""


def run(options: argparse.Namespace) -> int:
    found = checks.run_checks(include_deployment_checks=True)
    faults = [
        message
        for message in found
        if message.level >= checks.WARNING
        and message.id not in SAID_BY_US
        and not message.is_silenced()
    ]
    for message in faults:
        print(f"{message.id or '-'}: {message.msg}")
        if message.hint:
            print(f"    {message.hint}")
    print(f"{len(faults)} to mend." if faults else "Nothing unsafe found.")
    return 1 if faults else 0
