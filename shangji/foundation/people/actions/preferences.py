"""How a person likes Shangji to look: the one writer, for top bar, lists and profile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.models import User
from shangji.lib.errors import Forbidden, Invalid

#: what may be chosen; no language: as the browser says
CHOICES: dict[str, frozenset[object]] = {
    "language": frozenset({"", "zh-hans", "en"}),
    "theme": frozenset({"auto", "light", "dark"}),
    "density": frozenset({"compact", "standard", "roomy"}),
    "single_keys": frozenset({True, False}),
}
#: lists of which one person's widths are kept
MOST_LISTS = 200


def set_preferences(*, actor: Actor, values: Mapping[str, Any], now: datetime) -> User:
    """Set preferences of the acting person, by name. Invalid names what is no choice."""
    wrong = [name for name, value in values.items() if value not in CHOICES.get(name, frozenset())]
    if wrong:
        raise Invalid({name: [_("There is no such choice.")] for name in wrong})
    user: User | None = User.objects.filter(pk=actor.user_id).first()
    if user is None:
        raise Forbidden(_("Only people have preferences."))
    with operation(actor, "profile.preference", now=now) as op:
        return op.update(op.lock(user), values)


def set_list_widths(*, actor: Actor, key: str, widths: Mapping[str, int], now: datetime) -> User:
    """How wide the acting person has the columns of a list.

    Args:
        key: which list: a record type, or a type and a view.
        widths: pixels by field key; none sets it back.
    """
    user: User | None = User.objects.filter(pk=actor.user_id).first()
    if user is None:
        raise Forbidden(_("Only people have preferences."))
    with operation(actor, "profile.preference", now=now) as op:
        locked = op.lock(user)
        kept = {name: value for name, value in locked.list_widths.items() if name != key}
        if widths:
            # the oldest lists are forgotten before this grows without end
            kept = dict([*kept.items(), (key, dict(widths))][-MOST_LISTS:])
        return op.update(locked, {"list_widths": kept})
