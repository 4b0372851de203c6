"""WSGI entry for granian."""

import gc
import os

# Nearly all that a start makes stays: to look for what does not took a fifth of the start.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after the collector is off
from django.urls import get_resolver  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji.config.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loads every page before the first request
# What is loaded by now stays for good: the collector need not walk it again and again.
gc.freeze()
# A page makes some ten thousand short-lived objects: look once in a while, not all the time. Too
# seldom, and what pages leave behind in circles grows the process (docs/decisions/0010).
gc.set_threshold(2_000, 10, 10)
gc.enable()
