from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from shangji.foundation.tests.things import django_db_setup, tracked  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Each test has its own folder of files."""
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR
