"""How a person likes the product to look; through the top bar and the profile."""

from datetime import datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.models import User
from shangji.lib.errors import Forbidden, Invalid

CHOICES = {
    "language": {"zh-hans", "en"},
    "theme": {"auto", "light", "dark"},
    "density": {"compact", "standard", "roomy"},
}


def set_preference(*, actor: Actor, name: str, value: str, now: datetime) -> None:
    """Set one preference of the acting person. Invalid for an unknown one."""
    if actor.user_id is None:
        raise Forbidden(_("Only people have preferences."))
    if value not in CHOICES.get(name, set()):
        raise Invalid({name: [_("There is no such choice.")]})
    with operation(actor, "profile.preference", now=now) as op:
        op.update(op.lock(User.objects.get(pk=actor.user_id)), {name: value})
