"""`{% phase_pages "evaluate" as pages %}`: the tabs under a phase's name."""

from typing import Any

from django import template

from shangji.ui import phase_nav

register = template.Library()


@register.simple_tag(takes_context=True)
def phase_pages(context: dict[str, Any], phase: str) -> list[phase_nav.PhasePage]:
    """The pages of a phase that the signed-in person may open."""
    return phase_nav.phase_pages(phase, context.get("actor"))
