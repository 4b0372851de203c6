"""What granian serves in a measurement: the product's entry with the bare views beside it."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

from shangji.config.wsgi import application

__all__ = ["application"]
