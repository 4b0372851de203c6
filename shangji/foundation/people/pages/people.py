"""People in settings."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.access.queries import all_roles
from shangji.foundation.people.actions.invitations import Invited, invite_again, invite_person
from shangji.foundation.people.actions.rescue import drop_second_step
from shangji.foundation.people.actions.users import edit_person, switch_off, switch_on
from shangji.foundation.people.forms.people import InviteForm, PersonForm
from shangji.foundation.people.pages.answers import (
    actor_of,
    answer,
    carried_out,
    done,
    tried,
    with_right,
)
from shangji.foundation.people.queries import people, person, records_left
from shangji.foundation.workspace.queries import current_workspace

RIGHT = "settings.people"
PAGE_SIZE = 50


@with_right(RIGHT)
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    text, state = (
        request.GET.get("q", "")[:80].replace("\x00", ""),
        request.GET.get("state", "active"),
    )
    rows = people(actor_of(request), text=text, state=state)
    context = {
        "settings_page": "people",
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "roles": {role.key: role.name for role in all_roles()},
        "text": text,
        "state": state,
        "states": _states(),
    }
    return render(request, "people/people.html", context)


@with_right(RIGHT)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; where mail is not set up the link is shown, once."""
    actor = actor_of(request)
    initial = {"role": "rep", "language": current_workspace().language}
    form = InviteForm(request.POST or None, actor=actor, initial=initial)
    invited: list[Invited] = []
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: invited.append(invite_person(actor=actor, **values))):
            return _after_invitation(request, invited[0])
    return answer(request, "people/invite.html", form, {"settings_page": "people"})


@with_right(RIGHT)
@require_POST
def invite_once_more(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    invited = invite_again(actor=actor, user=person(actor, pk), now=timezone.now())
    return _after_invitation(request, invited)


@with_right(RIGHT)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    user = person(actor, pk)
    form = PersonForm(request.POST or None, actor=actor, row=user)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: edit_person(actor=actor, user=user, **values)):
            text = _("%(name)s was changed.") % {"name": user}
            return done(request, text, "people:list", undo=True)
    context = {
        "settings_page": "people",
        "person": user,
        "left": records_left(user),
        "second_factor": is_mfa_enabled(user),
    }
    return answer(request, "people/person.html", form, context)


@with_right(RIGHT)
@require_POST
def off(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    user = person(actor, pk)
    text = _("%(name)s can no longer sign in.") % {"name": user}
    tried(request, lambda: switch_off(actor=actor, user=user, now=now), text, undo=True)
    return redirect("people:edit", pk)


@with_right(RIGHT)
@require_POST
def on(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    user = person(actor, pk)
    text = _("%(name)s can sign in again.") % {"name": user}
    tried(request, lambda: switch_on(actor=actor, user=user, now=now), text, undo=True)
    return redirect("people:edit", pk)


@with_right(RIGHT)
@require_POST
def second_step(request: HttpRequest, pk: int) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    user = person(actor, pk)
    text = _("%(name)s signs in by password alone.") % {"name": user}
    tried(request, lambda: drop_second_step(actor=actor, user=user, now=now), text)
    return redirect("people:edit", pk)


def _after_invitation(request: HttpRequest, invited: Invited) -> HttpResponse:
    if settings.MAIL_URL:
        text = _("An invitation goes to %(mail)s.") % {"mail": invited.user.email}
        return done(request, text, "people:list")
    context = {"settings_page": "people", "invited": invited}
    response = render(request, "people/invited.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _states() -> list[tuple[str, str]]:
    return [
        ("active", _("Active")),
        ("invited", _("Invited")),
        ("off", _("Switched off")),
        ("all", _("All")),
    ]
