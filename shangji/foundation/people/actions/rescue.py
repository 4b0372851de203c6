"""Let somebody in who lost the phone or the password."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.actions.checks import check_reach
from shangji.foundation.people.models import User
from shangji.lib.errors import Invalid


def drop_second_step(*, actor: Actor, user: User, now: datetime) -> None:
    """Let somebody in by password alone who lost the phone and the recovery codes with it.

    Invalid where there is none. Not undone: what the phone holds is not kept here.
    """
    require_right(actor, "settings.people")
    check_reach(actor, user)
    with operation(actor, "person.second_step", now=now) as op:
        user = op.lock(user)
        if not Authenticator.objects.filter(user=user).delete()[0]:
            raise Invalid.whole(_("This person has no second step."))
        op.note(user, "second_step", None, "removed")


def make_password_link(*, actor: Actor, user: User, now: datetime) -> str:
    """The link of "Forgot the password?" without the mail; it ends with the next sign-in."""
    require_right(actor, "settings.people")
    check_reach(actor, user)
    with operation(actor, "person.password_link", now=now) as op:
        user = op.lock(user)
        op.note(user, "password_link", None, "made")
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    link: str = get_adapter().get_reset_password_from_key_url(key)
    return link
