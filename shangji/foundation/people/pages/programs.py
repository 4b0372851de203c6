"""Programs that belong to nobody in particular: each with a role and keys administrators make."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from shangji.foundation.access.queries import all_roles, role_for
from shangji.foundation.people.actions.tokens import make_program, make_token
from shangji.foundation.people.forms.tokens import ProgramForm, TokenForm
from shangji.foundation.people.pages.answers import actor_of, answer, carried_out, with_right
from shangji.foundation.people.pages.tokens import token_row
from shangji.foundation.people.queries import program, programs
from shangji.foundation.workspace.queries import today

RIGHT = "settings.people"


@with_right(RIGHT)
@require_safe
def program_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    names = {role.key: role.name for role in all_roles()}
    rows = [
        {
            "program": one,
            "role": names.get(one.role, one.role),
            "keys": [token_row(row, now) for row in one.living_tokens],
        }
        for one in programs(actor_of(request))
    ]
    context = {"settings_page": "programs", "programs": rows}
    return render(request, "people/programs.html", context)


@with_right(RIGHT)
@require_http_methods(["GET", "POST"])
@never_cache
def program_new(request: HttpRequest) -> HttpResponse:
    """A program with its first key, shown once."""
    actor, now = actor_of(request), timezone.now()
    form = ProgramForm(request.POST or None, role=actor.role, today=today(now=now), actor=actor)
    made: list[Any] = []
    if request.method == "POST" and form.is_valid():
        values = {key: form.cleaned_data[key] for key in ("name", "role", "expires_on")}
        values["scopes"] = form.scopes()
        if carried_out(form, lambda: made.extend(make_program(actor=actor, now=now, **values))):
            return _made(request, made, now)
    context = {"settings_page": "programs", "program": None}
    return answer(request, "people/program.html", form, context)


@with_right(RIGHT)
@require_http_methods(["GET", "POST"])
@never_cache
def program_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A further key of a program, shown once."""
    actor, now = actor_of(request), timezone.now()
    owner = program(actor, pk)
    form = TokenForm(
        request.POST or None, role=role_for(owner.role, owner.is_active), today=today(now=now)
    )
    made: list[Any] = []
    if request.method == "POST" and form.is_valid():
        values = {
            "name": form.cleaned_data["name"],
            "expires_on": form.cleaned_data["expires_on"],
            "scopes": form.scopes(),
            "user": owner,
        }
        if carried_out(form, lambda: made.extend(make_token(actor=actor, now=now, **values))):
            return _made(request, made, now)
    context = {"settings_page": "programs", "program": owner}
    return answer(request, "people/program.html", form, context)


def _made(request: HttpRequest, made: list[Any], now: Any) -> HttpResponse:
    row, text = made
    context = {"row": token_row(row, now), "text": text, "of_program": True}
    return render(request, "people/token_made.html", context)
