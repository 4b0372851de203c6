"""The product's settings, with the bare views to measure against."""

from shangji.config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []
