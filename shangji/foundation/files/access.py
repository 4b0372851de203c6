"""Who may see a file: whoever may see the record it hangs on. A small registry of exceptions."""

from collections.abc import Callable
from typing import Any

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.registry import tracked_model, tracked_types

Rule = Callable[[Actor, int], bool]
OWN_TYPE = "file"
#: a file that waits for the form it was sent with: it hangs on the person who sent it
DRAFT = "draft"


def _is_self(actor: Actor, user_id: int) -> bool:
    return actor.user_id == user_id


_READ: dict[str, Rule] = {DRAFT: _is_self}
_CHANGE: dict[str, Rule] = {DRAFT: _is_self}


def register(record_type: str, may_read: Rule, may_change: Rule | None = None) -> None:
    """Say who may read (and change) files on things that are no tracked records.

    Args:
        may_read: called with the actor and the id of the thing.
        may_change: the same for adding and deleting; nobody when left out.
    """
    _READ[record_type] = may_read
    if may_change is not None:
        _CHANGE[record_type] = may_change


def may_read(actor: Actor, record_type: str, record_id: int) -> bool:
    """Whether the actor may know of the record. An unknown type: nobody."""
    if record_type in _READ:
        return _READ[record_type](actor, record_id)
    model = _model(record_type)
    if model is None:
        return False
    return bool(model_queryset(model).visible_to(actor).filter(pk=record_id).exists())


def may_change(actor: Actor, record_type: str, record_id: int) -> bool:
    """Whether the actor may hang files on the record and take them off."""
    if record_type in _READ:
        rule = _CHANGE.get(record_type)
        return rule is not None and rule(actor, record_id)
    model = _model(record_type)
    if model is None:
        return False
    rows = model_queryset(model).alive().permitted(actor, "edit")
    return bool(rows.filter(pk=record_id).exists())


def hold(record_type: str, record_id: int) -> None:
    """Keep the record from being deleted until the transaction ends. What is no tracked record
    is never deleted while in use. Call before asking for rights inside the transaction."""
    model = None if record_type in _READ else _model(record_type)
    if model is not None:
        model_queryset(model).select_for_update().filter(pk=record_id).values_list("pk").first()


def listed_types() -> list[str]:
    """Record types whose files can be listed in SQL: the tracked ones."""
    return [key for key in tracked_types() if key != OWN_TYPE and key not in _READ]


def rows(record_type: str, actor: Actor, verb: str) -> Any:
    """Ids of the records of a listed type on which the actor may do a verb, as a subquery."""
    records = model_queryset(_model(record_type))
    return records.alive().permitted(actor, verb).values("pk")


def ids(record_type: str) -> Any:
    """Ids of all records of a listed type, the bin included, as a subquery."""
    return model_queryset(_model(record_type)).order_by().values("pk")


def _model(record_type: str) -> Any:
    return None if record_type == OWN_TYPE else tracked_model(record_type)
