"""Who else is after a deal: added and taken off one at a time. Nobody has to name any."""

from datetime import datetime

from django.utils.translation import gettext as _

from shangji.core.opportunities.actions import set_competitors
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.parts import competitors_of
from shangji.foundation.access.actor import Actor
from shangji.lib.errors import Invalid


def add_rival(*, actor: Actor, opportunity: Opportunity, name: str, now: datetime) -> None:
    """Name one more competitor on a deal; an unknown name becomes a new competitor."""
    name = name.strip()[:120]
    if not name:
        raise Invalid({"name": [_("Name the competitor.")]})
    names = competitors_of(opportunity)
    if name.casefold() not in {one.casefold() for one in names}:
        names = [*names, name]
    set_competitors(actor=actor, opportunity=opportunity, names=names, now=now)


def remove_rival(
    *, actor: Actor, opportunity: Opportunity, competitor_id: int, now: datetime
) -> None:
    """Take a competitor off a deal; its cards and findings stay."""
    rows = opportunity.competitors.exclude(competitor=competitor_id).order_by("id")
    names = list(rows.values_list("competitor__name", flat=True))
    set_competitors(actor=actor, opportunity=opportunity, names=names, now=now)
