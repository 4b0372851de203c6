"""What granian serves in a measurement: the product's entry with the bare views beside it."""

import os
import sys

# structlog loads it where it is there: in a development environment, not in the product's
sys.modules["rich"] = None  # type: ignore[assignment]
os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"

from shangji.config.wsgi import application

__all__ = ["application"]
