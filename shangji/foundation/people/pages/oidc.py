"""To the OpenID Connect provider and back."""

from typing import Any

from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException


@login_not_required
@require_POST
@never_cache
def go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider by a page of our own: the policy lets no form be sent elsewhere, and
    a redirect after a form counts as such."""
    try:
        answer: HttpResponse = views.login(request, provider_id)
    except (RequestException, KeyError, ValueError):
        # away, or no such thing: it says nothing of how to reach it
        return render(request, "socialaccount/authentication_error.html", status=503)
    if answer.status_code != 302:
        return answer
    context: dict[str, Any] = {"url": answer.headers["Location"]}
    return render(request, "socialaccount/going.html", context)
