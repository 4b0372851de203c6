"""`{% settings_groups as groups %}`: the list beside a settings page."""

from collections.abc import Sequence
from typing import Any

from django import template

from shangji.ui.settings_nav import Group, groups_for

register = template.Library()


@register.simple_tag(takes_context=True)
def settings_groups(context: dict[str, Any]) -> Sequence[Group]:
    """The settings pages the signed-in person may open, under their titles."""
    return groups_for(context.get("actor"))
