"""Who somebody is at the OpenID Connect provider."""

from datetime import datetime

from allauth.socialaccount.models import SocialAccount

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.models import User


def link_identity(*, user: User, identity: SocialAccount, now: datetime) -> None:
    """Remember that a person signs in as this identity, and end open invitations: they joined.

    Args:
        identity: not saved yet; found to be theirs by an address the provider has verified.
    """
    with operation(Actor(user, "page"), "person.link", now=now) as op:
        user = op.lock(user)
        identity.user = user
        identity.save()
        user.invitations.filter(accepted_at=None).update(accepted_at=now)
        op.note(user, "identity", None, str(identity.provider))
