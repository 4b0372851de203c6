"""Tell somebody that it happened."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from shangji.automation.params import LEADER, OWNER, Book, Who, Words
from shangji.automation.people import person_for
from shangji.automation.steps import Params, Skip, StepKind
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.notices.actions import notify
from shangji.foundation.people.models import User
from shangji.records.description import describe as description_of


def describe(params: Params, book: Book) -> str:
    return _("Tell %(who)s: “%(text)s”") % {"who": book.who(params["who"]), "text": params["text"]}


def preview(actor: Actor, record: Any, params: Params, book: Book, now: datetime) -> str:
    return _("%(name)s would be told: “%(text)s”") % {
        "name": _reader(record, params).name,
        "text": params["text"],
    }


def apply(*, actor: Actor, record: Any, params: Params, now: datetime) -> None:
    described = description_of(record.record_type)
    notify(
        user_ids=[_reader(record, params).pk],
        kind="step.tell",
        title=gettext_noop("%(record)s: %(text)s"),
        params={"record": str(getattr(record, described.title)), "text": params["text"]},
        url=f"/{described.slug}/{record.pk}/",
        now=now,
    )


def _reader(record: Any, params: Params) -> User:
    """Who is told; only somebody who may see the record."""
    person = person_for(record, params["who"])
    if not model_queryset(type(record)).allows(Actor(person), "read", record):
        raise Skip(gettext_noop("%(name)s may not see this record."), name=person.name)
    return person


TELL = StepKind(
    key="notices.tell",
    label=gettext_lazy("Tell somebody"),
    icon="bell",
    params=(
        Who("who", gettext_lazy("Tell whom"), default=OWNER, roles=(OWNER, LEADER)),
        Words("text", gettext_lazy("What"), limit=200),
    ),
    describe=describe,
    preview=preview,
    apply=apply,
)
