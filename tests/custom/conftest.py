"""Fields for tests: made and published by Dana."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.records.custom.actions import add_field, change_field, publish_field
from shangji.records.custom.models import CustomField

MakeField = Callable[..., CustomField]


@pytest.fixture
def make_field(dana: User, now: datetime) -> MakeField:
    """`make_field("number", "Floor area", decimals=1)`: a published field of opportunities."""

    def make(
        kind: str, name: str = "Field", of: str = "opportunity", draft: bool = False, **more: Any
    ) -> CustomField:
        actor = Actor(dana, "page")
        told = ("is_required", "in_create", "default")
        flags = {key: more.pop(key) for key in told if key in more}
        values = {"label_zh": more.pop("zh", name), "label_en": name, **flags}
        row = add_field(actor=actor, record_type=of, kind=kind, values=values, now=now)
        if more:
            settings = {**row.settings, **more}
            row = change_field(actor=actor, field=row, values={"settings": settings}, now=now)
        return row if draft else publish_field(actor=actor, field=row, now=now)

    return make


def options(*names: str) -> list[dict[str, Any]]:
    """Options of a choice; the value is the name in small letters."""
    return [
        {"value": name.lower(), "zh": f"{name}中", "en": name, "tone": "plain", "retired": False}
        for name in names
    ]
