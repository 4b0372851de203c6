"""Steps of a stage under test: English words, and a way to put a step."""

from typing import Any

import pytest
from django.utils import translation

from shangji.automation import actions
from shangji.automation.models import TriggeredStep
from shangji.core.opportunities.factories import stage
from shangji.core.opportunities.workflow_actions import ENTERED_STAGE
from shangji.foundation.access.actor import Actor


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def put(dana, now):
    """Put a step on a stage: `put("quote", "activity.make_task", TASK)`."""

    def add(key: str, kind: str, values: dict[str, Any]) -> TriggeredStep:
        return actions.add_step(
            actor=Actor(dana),
            trigger=ENTERED_STAGE,
            subject_id=stage(key).pk,
            kind=kind,
            values=values,
            now=now,
        )

    return add
