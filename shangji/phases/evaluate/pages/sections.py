"""The parts of one opportunity's evaluation, as tabs over its pages."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.checks import get_visible
from shangji.foundation.access.querysets import model_queryset
from shangji.lib.values import dataclass
from shangji.records.pages.answers import actor_of


@dataclass(frozen=True)
class Section:
    """One tab; its page takes the opportunity's `pk`."""

    key: str
    label: str | Promise
    url_name: str


#: in the order in which they are worked through; each noun's page adds its own line
SECTIONS: tuple[Section, ...] = (
    Section("decision", _("Decision"), "evaluate:decision"),
    Section("scorecard", _("Scorecard"), "evaluate:scorecard"),
    Section("intent", _("Intent"), "evaluate:intent"),
    Section("probability", _("Win probability"), "evaluate:probability"),
    Section("market", _("Market"), "evaluate:market"),
    Section("competition", _("Competition"), "evaluate:competition"),
    Section("resources", _("Resources"), "evaluate:resources"),
    Section("risks", _("Risks"), "evaluate:risks_of"),
    Section("profit", _("Profit"), "evaluate:profit"),
)


def section_context(request: HttpRequest, pk: int, key: str) -> dict[str, Any]:
    """The opportunity (NotFound when unseen), its tabs, and whether the actor may change it.

    For templates that extend evaluate/section.html.
    """
    actor = actor_of(request)
    opportunity = get_visible(Opportunity, actor, pk)
    return {
        "opportunity": opportunity,
        "may_edit": model_queryset(Opportunity).allows(actor, "edit", opportunity),
        "section": key,
        "sections": [
            {
                "label": one.label,
                "url": reverse(one.url_name, kwargs={"pk": pk}),
                "current": one.key == key,
            }
            for one in SECTIONS
        ],
    }
