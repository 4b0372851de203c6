"""The web server: granian's own command, with the application loaded before it forks.

Workers then share what is loaded, and a start reads it once instead of once in each of them
(docs/decisions/0010). Where granian does not fork, each worker loads it, as without this.

    python -m shangji.config.web --interface wsgi … shangji.config.wsgi:application
"""

import sys
from importlib import import_module

from django.apps import apps
from django.core.signals import setting_changed
from django.db import connections
from django.template import engines
from django.urls import reverse
from granian.cli import entrypoint

from shangji.lib.collector import loading
from shangji.lib.stand_in import standing_in


def main() -> None:
    """Load the application that the last argument names, then hand over to granian."""
    sys.path.insert(0, "")  # as granian does: the application may stand in the working folder
    with loading():
        import_module(sys.argv[-1].partition(":")[0])
        # ninja listens to a signal that django.test hands on: 3 MB of tools for tests otherwise
        with standing_in("django.test.signals", setting_changed=setting_changed):
            import_module("shangji.config.api.plain")
        ready()
    # a connection belongs to one process
    connections.close_all()
    entrypoint()  # type: ignore[no-untyped-call]


def ready() -> None:
    """What each worker's first page would make and keep: names of addresses, the engine of
    templates with its tags, and how models relate."""
    reverse("healthz")
    engines.all()
    next(iter(apps.get_models()))._meta.related_objects  # noqa: B018 - works out all models' at once


if __name__ == "__main__":
    main()
