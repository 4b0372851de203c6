"""The own profile."""

from typing import cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shangji.foundation.access.kinds import kinds
from shangji.foundation.people.actions.preferences import CHOICES, set_preferences
from shangji.foundation.people.actions.profile import (
    choose_deputy,
    edit_profile,
    end_other_sessions,
)
from shangji.foundation.people.forms.profile import DeputyForm, LooksForm, ProfileForm
from shangji.foundation.people.models import User
from shangji.foundation.people.pages.answers import actor_of, answer, carried_out, done
from shangji.foundation.people.queries import recent_sign_ins, stands_in_for
from shangji.foundation.people.tables import role_table, verbs


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    actor, user = actor_of(request), _self(request)
    form = ProfileForm(request.POST or None, row=user)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "now": timezone.now()}
        if carried_out(form, lambda: edit_profile(actor=actor, **values)):
            return done(request, _("Your profile was changed."), "people:profile", undo=True)
    return _page(request, form)


@login_required
@require_POST
def looks(request: HttpRequest) -> HttpResponse:
    actor, form = actor_of(request), LooksForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: set_preferences(actor=actor, values=form.cleaned_data, now=timezone.now()),
    ):
        return done(request, _("Your profile was changed."), "people:profile", undo=True)
    return _page(request, form, "looks")


@login_required
@require_POST
def deputy(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    form = DeputyForm(request.POST, user=_self(request))
    values = {"actor": actor, "now": timezone.now()}
    if form.is_valid() and carried_out(form, lambda: choose_deputy(**values, **form.cleaned_data)):
        return done(request, _("Your deputy was changed."), "people:profile", undo=True)
    return _page(request, form, "deputy")


@login_required
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else; this browser stays."""
    actor = actor_of(request)
    user = end_other_sessions(actor=actor, now=timezone.now())
    update_session_auth_hash(request, user)
    return done(request, _("You are signed out everywhere else."), "people:profile")


def _page(
    request: HttpRequest, form: ProfileForm | LooksForm | DeputyForm, which: str = "profile"
) -> HttpResponse:
    """The page with its three forms, one of which was sent."""
    user = _self(request)
    role = actor_of(request).role
    chosen = {name: getattr(user, name) for name in CHOICES}
    days = {name: getattr(user, name) for name in ("deputy", "deputy_from", "deputy_until")}
    forms = {
        "profile_form": ProfileForm(row=user),
        "looks_form": LooksForm(initial=chosen),
        "deputy_form": DeputyForm(user=user, initial=days),
        f"{which}_form": form,
    }
    context = {
        **forms,
        "person": user,
        "role": role,
        "verbs": verbs(),
        "table": role_table(role, kinds()),
        "principals": stands_in_for(user),
        "second_factor": is_mfa_enabled(user),
        "sign_ins": recent_sign_ins(user),
    }
    return answer(request, "people/profile.html", form, context)


def _self(request: HttpRequest) -> User:
    """The signed-in person, fresh from the database (the middleware's may be half changed)."""
    return User.objects.get(pk=cast(User, request.user).pk)
