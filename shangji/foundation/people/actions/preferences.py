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
