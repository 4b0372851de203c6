from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import settings as hypothesis_settings


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Messages are compared in the language their ids are written in."""
    with translation.override("en"):
        yield


# A property is true or not; how long an example takes depends on who else uses the machine.
hypothesis_settings.register_profile("lib", deadline=None)
hypothesis_settings.load_profile("lib")
