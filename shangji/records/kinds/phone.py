"""Phone numbers, kept as written, matched by their key."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.text import phone_key
from shangji.records.kinds.text import Text


class Phone(Text):
    name = "phone"
    input = "tel"

    def __init__(self) -> None:
        super().__init__(40)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        value = super().parse(text, actor=actor, locale=locale)
        if value and not phone_key(value):
            raise ValueError(_("This does not read as a phone number."))
        return value
