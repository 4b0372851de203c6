"""What automatic steps may do with activities: the same actions as every other door."""

from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangji.automation.params import OWNER, Book, Number, Who, Words
from shangji.automation.people import person_for
from shangji.automation.steps import Params, StepKind
from shangji.core.activities.actions import create_activity
from shangji.core.activities.models import Activity
from shangji.foundation.access.actor import Actor
from shangji.foundation.workspace.queries import today, working_calendar


def describe(params: Params, book: Book) -> str:
    return ngettext(
        "Make the task “%(text)s” for %(who)s, due in %(days)s working day",
        "Make the task “%(text)s” for %(who)s, due in %(days)s working days",
        params["days"],
    ) % {"text": params["subject"], "who": book.who(params["who"]), "days": params["days"]}


def preview(actor: Actor, record: Any, params: Params, book: Book, now: datetime) -> str:
    return _("%(name)s would get the task “%(text)s”, due %(day)s") % {
        "name": person_for(record, params["who"]).name,
        "text": params["subject"],
        "day": date_format(_due(params, now), "Y-m-d"),
    }


def make_task(*, actor: Actor, record: Any, params: Params, now: datetime) -> None:
    create_activity(
        actor=actor,
        values={
            "kind": Activity.TASK,
            "subject": params["subject"],
            "opportunity": record.pk,
            "due_on": _due(params, now),
            "owner": person_for(record, params["who"]).pk,
        },
        now=now,
    )


def _due(params: Params, now: datetime) -> date:
    return working_calendar().add_working_days(today(now=now), params["days"])


MAKE_TASK = StepKind(
    key="activity.make_task",
    label=gettext_lazy("Make a task"),
    icon="checklist",
    record_type="opportunity",
    params=(
        Words("subject", gettext_lazy("Task"), limit=200),
        Number("days", gettext_lazy("Due in working days"), default=2, least=0, most=250),
        Who("who", gettext_lazy("Who does it"), default=OWNER),
    ),
    describe=describe,
    preview=preview,
    apply=make_task,
)
