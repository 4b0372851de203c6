"""Times are those of the reader, and of the workspace for who chose none."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from shangji.config.middleware import speak
from shangji.foundation.workspace.models import Workspace
from shangji.foundation.workspace.queries import current_workspace


@pytest.mark.parametrize(
    ("own", "shown"), [("", "America/New_York"), ("Europe/Berlin", "Europe/Berlin")]
)
def test_it_shows_times_in_the_zone_of_the_reader(alice, own: str, shown: str) -> None:
    current_workspace()
    Workspace.objects.update(time_zone="America/New_York")
    alice.time_zone = own
    with timezone.override(None):
        speak(SimpleNamespace(), alice)
        assert str(timezone.get_current_timezone()) == shown
