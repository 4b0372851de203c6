"""The team tree in settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.people.actions.teams import create_team, delete_team, edit_team
from shangji.foundation.people.forms.people import TeamForm
from shangji.foundation.people.pages.answers import (
    actor_of,
    answer,
    carried_out,
    done,
    tried,
    with_right,
)
from shangji.foundation.people.queries import team, team_tree

RIGHT = "settings.people"


@with_right(RIGHT)
@require_GET
def team_list(request: HttpRequest) -> HttpResponse:
    context = {"settings_page": "teams", "tree": team_tree(actor_of(request))}
    return render(request, "people/teams.html", context)


@with_right(RIGHT)
def team_new(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = TeamForm(request.POST or None, initial={"parent": request.GET.get("below")})
    if request.method == "POST" and form.is_valid():
        values = {key: form.cleaned_data[key] for key in ("name", "parent", "leader")}
        now = timezone.now()
        if carried_out(form, lambda: create_team(actor=actor, now=now, **values)):
            return done(request, _("The team was made."), "people:teams", undo=True)
    return answer(request, "people/team.html", form, {"settings_page": "teams"})


@with_right(RIGHT)
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = team(actor, pk)
    form = TeamForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: edit_team(actor=actor, team=row, **values)):
            return done(request, _("The team was changed."), "people:teams", undo=True)
    return answer(request, "people/team.html", form, {"settings_page": "teams", "team": row})


@with_right(RIGHT)
@require_POST
def team_delete(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row = team(actor, pk)
    gone = _("The team is gone.")
    tried(request, lambda: delete_team(actor=actor, team=row, now=now), gone, undo=True)
    return redirect("people:teams")
