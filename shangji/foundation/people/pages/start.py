"""The first start, sign-in, the demo's buttons, and joining by invitation."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from shangji.foundation.access.actor import system_actor
from shangji.foundation.people.actions.invitations import accept_invitation
from shangji.foundation.people.actions.welcome import start_workspace
from shangji.foundation.people.forms.people import JoinForm, WelcomeForm
from shangji.foundation.people.models import User
from shangji.foundation.people.pages.answers import answer, carried_out
from shangji.foundation.people.queries import demo_people, is_demo, open_invitation
from shangji.lib.errors import NotFound


@method_decorator([never_cache, login_not_required], name="dispatch")
class SignInView(LoginView):
    """Mail and password, passkey, OpenID Connect; in a demo one button for each role."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not User.objects.exists():
            return redirect("people:welcome")
        stage = get_pending_stage(request)
        if stage is not None and not is_mfa_enabled(stage.login.user):
            # removed while this browser waited for it: the two pages would send it to and fro
            clear_login(request)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_form(self, form_class: Any = None) -> Any:
        """Without texts in the fields: labels stand above them."""
        form = super().get_form(form_class)
        for field in form.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "demo_people": demo_people(),
            "oidc": _oidc(),
        }


sign_in = SignInView.as_view()


@login_not_required
@sensitive_post_parameters("password")
@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """Name the workspace and its first administrator; gone as soon as anybody exists."""
    if User.objects.exists():
        raise NotFound
    now = timezone.now()
    initial = {"language": request.LANGUAGE_CODE, "currency": "CNY"}  # type: ignore[attr-defined]
    form = WelcomeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        first = system_actor("page")
        values = form.cleaned_data
        if carried_out(form, lambda: start_workspace(actor=first, now=now, **values)):
            return _let_in(request, User.objects.get(email=values["email"].lower()))
    return answer(request, "people/welcome.html", form, {})


@login_not_required
@sensitive_post_parameters("password")
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by the link of an invitation."""
    now = timezone.now()
    user = open_invitation(token, now).user
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        if carried_out(form, lambda: accept_invitation(token=token, password=password, now=now)):
            return _let_in(request, User.objects.get(pk=user.pk))
    return answer(request, "people/join.html", form, {"person": user})


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as a demo person; only a demo has this."""
    people = {person.role: person for person in demo_people()}
    if not is_demo() or role not in people:
        raise Http404
    get_adapter(request).login(request, people[role])
    return redirect("/")


def _oidc() -> dict[str, str]:
    """Name and id of the OpenID Connect provider, or nothing."""
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    apps = providers.get("openid_connect", {}).get("APPS", [])
    return {"name": apps[0]["name"] or "OpenID", "id": apps[0]["provider_id"]} if apps else {}


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response
