"""What actions are called where people read the log. Each app names its own in `ready`."""

from collections.abc import Mapping

from django.utils.functional import Promise

_NAMES: dict[str, str | Promise] = {}


def name_actions(names: Mapping[str, str | Promise]) -> None:
    """Give words to actions: {"person.invite": _("Invited somebody")}."""
    _NAMES.update(names)


def action_name(action: str) -> str:
    """The words of an action; the action itself when nobody named it."""
    return str(_NAMES.get(action, action))
