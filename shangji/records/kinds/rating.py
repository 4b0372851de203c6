"""A rating in stars, from one up to a top."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.records.kinds.base import FormatContext, no_value
from shangji.records.kinds.integer import Whole

FULL, HOLLOW = "★", "☆"


class Rating(Whole):
    """Whole stars; none is no rating."""

    name = "rating"
    align = "start"

    def __init__(self, top: int = 5) -> None:
        super().__init__(1, top)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Every rating with its stars, for a form."""
        return [
            (str(n), f"{FULL * n}{HOLLOW * (self.maximum - n)}")
            for n in range(self.minimum, self.maximum + 1)
        ]

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text) or text.strip() == "0":
            return None
        stars = text.strip().rstrip(HOLLOW)
        if stars and set(stars) == {FULL}:
            text = str(len(stars))
        try:
            return super().parse(text, actor=actor, locale=locale)
        except ValueError:
            raise ValueError(_("Should be 1 to %(top)s.") % {"top": self.maximum}) from None

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        value = row.get(path)
        if value is None:
            return SafeString("")
        said = gettext("%(n)s of %(top)s") % {"n": value, "top": self.maximum}
        stars = f"{FULL * value}{HOLLOW * (self.maximum - value)}"
        return mark_safe(  # noqa: S308 - numbers only
            f'<span role="img" aria-label="{said}" title="{said}">{stars}</span>'
        )
