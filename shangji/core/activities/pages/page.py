"""What the page of one activity shows beside its facts."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse

from shangji.core.accounts.models import Account
from shangji.core.activities.choices import ICONS
from shangji.core.activities.models import Activity
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import model_queryset
from shangji.records.description import describe

_ABOUT: tuple[tuple[str, Any], ...] = (
    ("opportunity", Opportunity),
    ("account", Account),
    ("contact", Contact),
)


def page_context(actor: Actor, record: Activity, now: datetime) -> dict[str, Any]:
    """What it is about, as far as the actor may know; who was named; notes unless hidden."""
    hidden = actor.hidden_fields("activity")
    people = get_user_model().objects.filter(pk__in=record.mentions).order_by("name")
    return {
        "kind_icon": ICONS.get(record.kind, "pencil"),
        "due": None if "due_on" in hidden else record.due_on,
        "outcome": "" if "outcome" in hidden else record.outcome,
        "body": "" if "body" in hidden else record.body,
        "about": [] if record.deleted_at else list(_about(actor, record, hidden)),
        "mentioned": [] if "body" in hidden else list(people),
    }


def _about(actor: Actor, record: Activity, hidden: Any) -> Any:
    for key, model in _ABOUT:
        pk = getattr(record, f"{key}_id")
        if pk is None or key in hidden:
            continue
        found = model_queryset(model).visible_to(actor).filter(pk=pk).first()
        if found is None:
            continue
        one = describe(key)
        yield {
            "icon": one.icon,
            "name": str(found),
            "url": reverse("records:page", kwargs={"slug": one.slug, "pk": pk}),
            "phase": getattr(found, "phase", ""),
        }
