"""WSGI entry for granian."""

import os

from shangji.lib.collector import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangji.config.settings")

with loading():
    from django.core.wsgi import get_wsgi_application
    from django.db.backends.signals import connection_created
    from django.urls import get_resolver

    from shangji.config.sqlite import keep_little

    connection_created.connect(keep_little)
    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 - loads every page before the first request
