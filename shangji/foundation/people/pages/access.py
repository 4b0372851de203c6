"""Why can this person see this?"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible
from shangji.foundation.access.explain import explain
from shangji.foundation.audit.registry import tracked_model
from shangji.foundation.people.forms.fields import active_people
from shangji.foundation.people.forms.roles import SCOPED
from shangji.foundation.people.pages.answers import actor_of
from shangji.foundation.people.queries import person
from shangji.lib.errors import NotFound

RIGHT = "settings.people"


@login_required
@require_GET
def why(request: HttpRequest, record_type: str, pk: int) -> HttpResponse:
    """The rules by which the asker, or with `?person=` anybody, may see and change a record."""
    actor = actor_of(request)
    model = tracked_model(record_type)
    if model is None:
        raise NotFound
    record = get_visible(model, actor, pk)
    number = request.GET.get("person", "")
    who = Actor(person(actor, int(number))) if number.isdecimal() else actor
    verbs = ("read", "edit", "delete", "assign")
    context = {
        "record": record,
        "record_type": record_type,
        "who": who,
        "lines": [(SCOPED[verb], explain(who, record, verb)) for verb in verbs],
        "people": active_people() if actor.can(RIGHT) else [],
    }
    part = "#reasons" if request.headers.get("HX-Request") else ""
    return render(request, f"people/why.html{part}", context)
