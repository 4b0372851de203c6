"""Keys of programs on the own profile: listed, made, shown once, renamed, revoked."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangji.foundation.access.kinds import kinds
from shangji.foundation.access.scopes import EVERY_TYPE, SETTINGS, WRITE, level_of
from shangji.foundation.people.actions.tokens import make_token, rename_token, revoke_token
from shangji.foundation.people.forms.tokens import LEVELS, TokenForm, TokenNameForm
from shangji.foundation.people.models import ApiToken
from shangji.foundation.people.pages.answers import actor_of, answer, carried_out, done
from shangji.foundation.people.queries import token, tokens_of
from shangji.foundation.workspace.queries import today, zone

SECOND = timedelta(seconds=1)


@login_required
@require_safe
def token_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [token_row(one, now) for one in tokens_of(actor_of(request))]
    return render(request, "people/tokens.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a key; the answer is the only page that ever shows it."""
    actor, now = actor_of(request), timezone.now()
    form = TokenForm(request.POST or None, role=actor.role, today=today(now=now))
    made: list[Any] = []
    if request.method == "POST" and form.is_valid():
        values = {
            "name": form.cleaned_data["name"],
            "expires_on": form.cleaned_data["expires_on"],
            "scopes": form.scopes(),
        }
        if carried_out(form, lambda: made.extend(make_token(actor=actor, now=now, **values))):
            row, text = made
            context = {"row": token_row(row, now), "text": text}
            return render(request, "people/token_made.html", context)
    return answer(request, "people/token_new.html", form, {})


@login_required
@require_http_methods(["GET", "POST"])
def token_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name; what a key may do is chosen once."""
    actor, now = actor_of(request), timezone.now()
    row = token(actor, pk)
    form = TokenNameForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        if carried_out(form, lambda: rename_token(actor=actor, token=row, name=name, now=now)):
            return done(request, _("The key has another name."), "people:tokens")
    return answer(request, "people/token.html", form, {"row": token_row(row, now)})


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = revoke_token(actor=actor, token=token(actor, pk), now=timezone.now())
    to = "people:tokens" if row.user_id == actor.user_id else "people:programs"
    return done(request, _("The key “%(name)s” has ended.") % {"name": row.name}, to)


def token_row(row: ApiToken, now: Any) -> dict[str, Any]:
    """A key with its scopes in words."""
    levels = dict(LEVELS)
    every = level_of(row.scopes, EVERY_TYPE)
    words = [(_("Records of every type"), levels[every])] if every else []
    # the others as every type, or nothing
    words += [
        (kind.name, levels[level])
        for kind in kinds()
        if (level := level_of(row.scopes, kind.key)) != every
    ]
    if row.scopes.get(SETTINGS) == WRITE:
        words.append((_("Settings"), _("As the role")))
    return {
        "token": row,
        "scopes": words,
        # it ends with its last day
        "last_day": row.expires_at and localtime(row.expires_at - SECOND, zone()).date(),
        "ended": row.expires_at is not None and row.expires_at <= now,
    }
