"""Whole percents, 0 to 100."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.records.kinds.base import FormatContext, no_value
from shangji.records.kinds.integer import Whole


class Percent(Whole):
    name = "percent"

    def __init__(self) -> None:
        super().__init__(0, 100)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None
        try:
            return super().parse(text.strip().rstrip("%％"), actor=actor, locale=locale)
        except ValueError:
            raise ValueError(_("Should be a whole percent from 0 to 100.")) from None

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        return "" if value is None else f"{value}%"
