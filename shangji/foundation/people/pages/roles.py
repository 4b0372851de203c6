"""Roles in settings: what each may do, and roles of one's own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.access.kinds import kinds
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.queries import role_of
from shangji.foundation.access.roles import BUILT_IN, RIGHTS
from shangji.foundation.people.actions.roles import create_role, delete_role, edit_role
from shangji.foundation.people.forms.roles import RoleForm
from shangji.foundation.people.pages.answers import (
    actor_of,
    answer,
    carried_out,
    done,
    tried,
    with_right,
)
from shangji.foundation.people.queries import custom_role, role_cards, role_named
from shangji.foundation.people.tables import role_table, verbs

RIGHT = "settings.people"


@with_right(RIGHT)
@require_GET
def role_list(request: HttpRequest) -> HttpResponse:
    context = {"settings_page": "roles", "cards": role_cards()}
    return render(request, "people/roles.html", context)


@with_right(RIGHT)
@require_GET
def role_page(request: HttpRequest, key: str) -> HttpResponse:
    """A role as a table of verbs and scopes."""
    role, row, broken = role_named(key)
    context = {
        "settings_page": "roles",
        "role": role,
        "row": row,
        "broken": broken,
        "built_in": key in BUILT_IN,
        "verbs": verbs(),
        "table": role_table(role, kinds()),
        "rights": [RIGHTS[right] for right in RIGHTS if right in role.rights],
    }
    return render(request, "people/role.html", context)


@with_right(RIGHT)
def role_new(request: HttpRequest) -> HttpResponse:
    """A copy of another role, to be changed."""
    actor = actor_of(request)
    start, _row, _broken = role_named(request.GET.get("from", "rep"))
    initial = {"name": _("%(name)s (copy)") % {"name": start.name}}
    form = RoleForm(request.POST or None, start=start, kinds=kinds(), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = _without_version(form.cleaned_data)
        now = timezone.now()
        if carried_out(form, lambda: create_role(actor=actor, now=now, **values)):
            return done(request, _("The role was made."), "people:roles")
    return answer(request, "people/role_edit.html", form, {"settings_page": "roles"})


@with_right(RIGHT)
def role_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = custom_role(pk)
    form = RoleForm(request.POST or None, start=role_of(row), kinds=kinds(), row=row)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: edit_role(actor=actor, role=row, **values)):
            return done(request, _("The role was changed."), "people:role", f"custom:{pk}")
    context = {"settings_page": "roles", "row": row}
    return answer(request, "people/role_edit.html", form, context)


@with_right(RIGHT)
@require_POST
def role_delete(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    row: CustomRole = custom_role(pk)
    tried(request, lambda: delete_role(actor=actor, role=row, now=now), _("The role is gone."))
    return redirect("people:roles")


def _without_version(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "version"}
