"""Small pages that belong to no app: language and theme."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from shangji.foundation.people.actions.preferences import set_preferences


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch language for this browser and, signed in, for this person."""
    response = _back(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31536000,
            samesite="Lax",
            secure=settings.HTTPS,
        )
        if actor := getattr(request, "actor", None):
            set_preferences(actor=actor, values={"language": language}, now=timezone.now())
    return response


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Switch between light, dark and the system's choice."""
    response = _back(request)
    theme = request.POST.get("theme", "")
    if theme in {"auto", "light", "dark"}:
        response.set_cookie("sj_theme", theme, max_age=31536000, samesite="Lax")
        if actor := getattr(request, "actor", None):
            set_preferences(actor=actor, values={"theme": theme}, now=timezone.now())
    return response


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    return HttpResponseRedirect(target)
