"""WSGI entry for granian."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji.config.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - loads every page before the first request
# What is loaded by now stays for good: the collector need not walk it again and again.
gc.collect()
gc.freeze()
# A page makes some ten thousand short-lived objects: look once in a while, not all the time.
gc.set_threshold(20_000, 20, 20)
