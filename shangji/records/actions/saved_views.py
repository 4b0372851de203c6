"""Save, change and delete a view; choose the one a list opens with."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require, require_right, require_type
from shangji.foundation.access.queries import all_roles
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Forbidden, Invalid
from shangji.records import first_views, saved_views
from shangji.records.description import RecordDescription
from shangji.records.kinds.text import clean
from shangji.records.listing.state import ListState, check_state
from shangji.records.models import FirstView, SavedView

MAX_VIEWS = 100


def save_view(
    *,
    actor: Actor,
    description: RecordDescription,
    name: str,
    shared_with: str,
    state: ListState,
    now: datetime,
) -> SavedView:
    """Keep a list under a name. Invalid for no name, a name used before, or too many views."""
    require_type(actor, "read", description.type)
    if actor.user_id is None:
        raise Forbidden(_("Only people have views."))
    words = _checked(actor, description, name, shared_with, state)
    if SavedView.objects.alive().filter(owner_id=actor.user_id).count() >= MAX_VIEWS:
        raise Invalid.field("name", _("At most %(n)s views. Delete one first.") % {"n": MAX_VIEWS})
    with operation(actor, "view.create", now=now) as op:
        return op.created(
            SavedView(
                of_type=description.type,
                name=words,
                owner_id=actor.user_id,
                shared_with=shared_with,
                definition=saved_views.dump(state),
            )
        )


def change_view(
    *,
    actor: Actor,
    description: RecordDescription,
    view: SavedView,
    name: str,
    shared_with: str,
    state: ListState,
    now: datetime,
) -> SavedView:
    """Rename, share, and keep what the list shows now."""
    require(actor, "edit", view)
    words = _checked(actor, description, name, shared_with, state, view)
    values = {
        "name": words,
        "shared_with": shared_with,
        "definition": saved_views.dump(state),
    }
    with operation(actor, "view.edit", now=now) as op:
        return op.update(op.lock(view), values)


def delete_view(*, actor: Actor, view: SavedView, now: datetime) -> int:
    """Delete a view; undo brings it back. Answers the operation's id."""
    require(actor, "delete", view)
    with operation(actor, "view.delete", now=now) as op:
        op.deleted(op.lock(view))
        return op.id


def choose_first_view(
    *,
    actor: Actor,
    description: RecordDescription,
    view: str,
    role: str = "",
    now: datetime,
) -> int | None:
    """Open a type's list with a view, for oneself or for a role. Answers the operation's id, None
    when nothing was changed.

    Args:
        view: a preset's key or a saved view's id; "" takes the choice back.
        role: key of the role; "" for oneself.
    """
    require_type(actor, "read", description.type)
    if actor.user_id is None:
        raise Forbidden(_("Only people have views."))
    if role:
        require_right(actor, first_views.RIGHT)
        if role not in {one.key for one in all_roles()}:
            raise Invalid.field("role", _("There is no such choice."))
    if view:
        _require_fit(actor, description, view, for_role=bool(role))
    whose: dict[str, Any] = {"role": role} if role else {"person_id": actor.user_id}
    rows = FirstView.objects.alive().filter(of_type=description.type, **whose)
    with operation(actor, "view.first", now=now) as op:
        held = rows.first()
        if held is None and view:
            op.created(FirstView(of_type=description.type, view=view, **whose))
        elif held is not None and view:
            if held.view == view:
                return None
            op.update(op.lock(held), {"view": view})
        elif held is not None:
            op.deleted(op.lock(held))
        else:
            return None
        return op.id


def _require_fit(
    actor: Actor, description: RecordDescription, view: str, *, for_role: bool
) -> None:
    """The view is one of the type that the actor sees; for a role one that others see, too."""
    saved_views.base_state(description, actor, view)  # NotFound for what is none
    if for_role and view.isdecimal():
        row = get_visible(SavedView, actor, int(view))
        if row.shared_with == SavedView.PRIVATE:
            raise Invalid.field(
                "view", _("Only you see this view. Share it with the team or everybody first.")
            )


def _checked(
    actor: Actor,
    description: RecordDescription,
    name: str,
    shared_with: str,
    state: ListState,
    view: SavedView | None = None,
) -> str:
    """The name, cleaned; the state and sharing checked."""
    check_state(description, actor, state)
    words = clean(name[:200], keep_lines=False)
    if not words or len(words) > 60:
        raise Invalid.field("name", _("A name of 1 to 60 characters."))
    if shared_with not in dict(SavedView.SHARING):
        raise Invalid.field("shared_with", _("There is no such choice."))
    own = SavedView.objects.alive().filter(owner_id=actor.user_id, of_type=description.type)
    if own.filter(name__iexact=words).exclude(pk=view.pk if view else 0).exists():
        raise Invalid.field("name", _("You have a view of this name."))
    return words
