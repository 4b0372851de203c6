"""Touches and opportunities as rows that conditions of other types may ask for."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.core.channels.models import Touch
from shangji.core.opportunities.queries.channels import channel_options
from shangji.records.conditions.related import Hanging, Related
from shangji.records.description import Field
from shangji.records.kinds import Choice, DateTime, Text

TOUCHES = Hanging(
    "touch",
    Touch,
    (
        Field("at", _("Day"), DateTime()),
        Field("channel", _("Channel"), Choice(channel_options, numeric=True)),
        Field("source", _("Source"), Text(120)),
        Field("medium", _("Medium"), Text(60)),
        Field("campaign", _("Campaign"), Text(120)),
        Field("page", _("Page"), Text(300)),
    ),
)


def touches(link: str) -> Field:
    """Touches by people of a record whose id stands in this column; no machine's clicks."""
    ask = ("channel", "source", "campaign")
    kind = Related(TOUCHES, link=link, on="at", only=Q(is_machine=False), ask=ask)
    return Field("touches", _("Touches"), kind, path="pk", writable=False, sortable=False)


def opportunities(link: str) -> Field:
    """Opportunities of a customer or contact, those that the reader sees."""
    kind = Related("opportunity", link=link, on="opened_on", ask=("status", "stage", "kind"))
    return Field(
        "opportunities", _("Opportunities"), kind, path="pk", writable=False, sortable=False
    )
