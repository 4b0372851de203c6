"""Who a step means."""

from typing import Any

from django.utils.translation import gettext_noop

from shangji.automation.params import LEADER, OWNER, Book, person_id
from shangji.automation.steps import Skip
from shangji.foundation.people.models import User
from shangji.foundation.people.queries import leader_of


def people_book() -> Book:
    """Active people by id."""
    rows = User.objects.filter(is_active=True, deleted_at=None).values_list("pk", "name")
    return Book(dict(rows))


def person_for(record: Any, who: str) -> User:
    """The active person a step means on a record. Skip says why there is none."""
    if who in (OWNER, LEADER):
        owner: User | None = record.owner
        if owner is None:
            raise Skip(gettext_noop("It has no owner."))
        person = owner if who == OWNER else leader_of(owner)
        if person is None:
            raise Skip(gettext_noop("Nobody leads %(name)s's team."), name=owner.name)
    else:
        person = User.objects.filter(pk=person_id(who) or 0).first()
    if person is None or not person.is_active:
        name = person.name if person is not None else "?"
        raise Skip(gettext_noop("%(name)s is no longer active."), name=name)
    return person
