"""What hangs on an opportunity, as its history tells of it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from shangji.core.contacts.models import Contact
from shangji.core.opportunities.choices import ROLES, STANCES
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.words import Noted

_WORDS = {one.value: one.label for one in (*ROLES, *STANCES)}


def _people(actor: Actor, values: Sequence[Any]) -> list[str]:
    """Of [contact id, role, stance] the name, where the reader may know it, and the words."""
    ids = {value[0] for value in values if isinstance(value[0], int)}
    rows = model_queryset(Contact).visible_to(actor).filter(pk__in=ids)
    names: dict[Any, str] = dict(rows.values_list("pk", "name")) if ids else {}
    return [_person(value, names) for value in values]


def _person(value: Sequence[Any], names: Mapping[Any, str]) -> str:
    name = value[0]
    if isinstance(name, int):
        name = names.get(name) or gettext("somebody you may not see")
    return ", ".join([name, *(str(_WORDS.get(word, word)) for word in value[1:])])


def _lines(actor: Actor, values: Sequence[Any]) -> list[str]:
    """Of [[name, quantity, price, discount, total]] what was sold, how many of it, for how much."""
    return ["; ".join(_line(*line) for line in value) for value in values]


def _line(
    name: str, quantity: str, _price: str, _discount: str, total: str, _product: Any = None
) -> str:
    return f"{name} × {quantity} = {Decimal(total):,f}"


NOTED = {
    "people": Noted(pgettext_lazy("deal", "People"), _people),
    "lines": Noted(gettext_lazy("Product lines"), _lines, field="amount"),
    "competitors": Noted(gettext_lazy("Competitors")),
    "stage_history": Noted(gettext_lazy("Stage history"), field="stage"),
}
