"""Mail addresses."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.records.kinds.text import Text


class Mail(Text):
    name = "mail"
    input = "email"

    def __init__(self) -> None:
        super().__init__(254)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        value = super().parse(text, actor=actor, locale=locale)
        if value:
            try:
                validate_email(value)
            except ValidationError:
                raise ValueError(_("Should be a mail address such as name@company.com.")) from None
        return value
