"""Save, change and delete a view."""

from datetime import datetime

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require, require_type
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Forbidden, Invalid
from shangji.records import saved_views
from shangji.records.description import RecordDescription
from shangji.records.kinds.text import clean
from shangji.records.listing.state import ListState, check_state
from shangji.records.models import SavedView

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
