"""The very first start."""

from datetime import datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.actions.checks import (
    check_currency,
    check_language,
    check_mail,
    check_password,
    log_row,
)
from shangji.foundation.people.models import User
from shangji.foundation.workspace.models import Workspace
from shangji.foundation.workspace.queries import current_workspace, forget
from shangji.lib.errors import NotFound


def start_workspace(
    *,
    actor: Actor,
    workspace_name: str,
    language: str,
    currency: str,
    name: str,
    email: str,
    password: str,
    now: datetime,
) -> User:
    """Name the workspace and make its first administrator.

    NotFound as soon as anybody exists: no path makes or resets an administrator later.
    """
    check_language(language, optional=False)
    currency = check_currency(currency)
    current_workspace()
    with operation(actor, "workspace.start", now=now) as op:
        # the lock lets one of two simultaneous starts in
        workspace = Workspace.objects.select_for_update().get()
        if User.objects.exists():
            raise NotFound(_("This workspace has been set up."))
        user = User(email=check_mail(email), name=name.strip(), role="admin", language=language)
        check_password(password, user)
        user.set_password(password)
        op.created(user)
        workspace.name, workspace.language = workspace_name.strip(), language
        workspace.currency = currency
        workspace.version += 1
        workspace.save()
        log_row(op, workspace, Change.UPDATED, {"name": [None, workspace.name]})
    forget()
    return user
