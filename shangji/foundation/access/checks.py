"""Ask permission once, in the action."""

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.access.scope import Scope
from shangji.foundation.access.scopes import SETTINGS, WRITE, level_for
from shangji.lib.errors import Forbidden, NotFound, OutOfScope

M = TypeVar("M", bound=models.Model)


def get_visible(model: type[M], actor: Actor, pk: object) -> M:
    """One row by id. NotFound when the actor may not know of it."""
    try:
        row: M = model_queryset(model).visible_to(actor).get(pk=pk)
    except model.DoesNotExist:
        raise NotFound(_("Not here, or not yours to see.")) from None
    return row


def require(actor: Actor, verb: str, record: models.Model) -> None:
    """The actor may do a verb on this row. NotFound when unseen, Forbidden when not allowed."""
    rows = model_queryset(type(record))
    if not rows.allows(actor, "read", record):
        raise NotFound(_("Not here, or not yours to see."))
    if not rows.allows(actor, verb, record):
        raise may_only_see(actor, verb, rows.record_type)


def may_only_see(actor: Actor, verb: str, record_type: str) -> Forbidden:
    """The refusal of a verb on a row that is seen."""
    text = _("Your role may see this and not change it.")
    return _out_of_scope(actor, verb, record_type) or Forbidden(text)


def require_type(actor: Actor, verb: str, record_type: str) -> None:
    """The actor may do a verb on this type at all (create, import, export)."""
    if not actor.may(verb, record_type):
        text = _("Your role does not allow this.")
        raise _out_of_scope(actor, verb, record_type) or Forbidden(text)


def require_field(actor: Actor, key: str, record_type: str) -> None:
    """The role sees a field and may change it, where a form or an action is about that one."""
    if key in actor.read_only_fields(record_type):
        raise Forbidden(_("Your role may not change this field."))


def require_right(actor: Actor, right: str) -> None:
    """The actor holds a right outside records, such as "settings.people"."""
    if not actor.can(right):
        if right in actor.whole_role.rights:
            raise OutOfScope(f"{SETTINGS}:{WRITE}")
        raise Forbidden(_("Your role does not allow this."))


def _out_of_scope(actor: Actor, verb: str, record_type: str) -> OutOfScope | None:
    """The refusal by a key's scopes, of what the person's role would allow."""
    whole = actor.whole_role.grant(record_type)
    if actor.may(verb, record_type) or whole.scope(verb) is Scope.NONE:
        return None
    return OutOfScope(f"{record_type}:{level_for(verb)}")
