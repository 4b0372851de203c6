"""What stands around every request: log line, language, actor, domain errors."""

import re
import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from shangji.config.errors import API_PREFIX, answer_domain_error
from shangji.foundation.access.actor import Actor
from shangji.foundation.files.middleware import UploadMiddleware
from shangji.foundation.people.actions.tokens import mark_used
from shangji.foundation.people.models import User
from shangji.foundation.people.wrong_keys import KeysWait, owner_of
from shangji.foundation.workspace.queries import zone
from shangji.lib import problems
from shangji.lib.errors import DomainError, NotFound
from shangji.records.pages.merged import moved_to

log = structlog.get_logger("shangji.request")
# a part of a path that may be the key of a link: reset, invitation, feed
_SECRET = re.compile(r"[A-Za-z0-9_-]{20,}")
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """One structured line per request: method, path, status, milliseconds; never a query."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex[:12])
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            log.info(
                "request",
                method=request.method,
                path=_SECRET.sub("…", request.path[:200]),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
                user=getattr(getattr(request, "actor", None), "user_id", None),
            )
        return response


class LanguageMiddleware:
    """The person's language and zone; before sign-in the cookie, the browser, the setting."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if language not in dict(settings.LANGUAGES):
            language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        timezone.deactivate()
        return response


class ActorMiddleware:
    """`request.actor` for signed-in people, with their language and time zone switched on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            request.actor = Actor(user, "page")  # type: ignore[attr-defined,arg-type]
            speak(request, user)
        return self.get_response(request)


class KeyMiddleware:
    """A program with a key goes straight to the API: past sessions, cookies and forms.

    The key is the one proof: it stands in a header that a browser never sends by itself, so
    nothing here needs a CSRF token, and a cookie beside it is not looked at.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.answer = UploadMiddleware(self._answer)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, _space, key = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        now = timezone.now()
        translation.activate(translation.get_language_from_request(request))
        try:
            token = owner_of(request, key.strip()[:200], now)
        except KeysWait as error:
            return problems.answer(error, headers={"Retry-After": str(error.seconds)})
        except problems.Unauthorized as error:
            return problems.answer(error)
        mark_used(token=token, now=now)
        request.actor = Actor(token.user, "api", token.scopes)  # type: ignore[attr-defined]
        request.user = token.user
        speak(request, token.user)
        return self.answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            match = resolve(request.path_info)
        except Resolver404:  # a line break in the address
            return problems.nothing_here()
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response


def speak(request: HttpRequest, user: User) -> None:
    """Switch the person's language and zone on; without one of their own the workspace's."""
    if user.language in dict(settings.LANGUAGES):
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language  # type: ignore[attr-defined]
    timezone.activate(zone(user))


class DomainErrorMiddleware:
    """Turn what actions and queries raise into a page, a fragment or a toast."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            moved = moved_to(request) if isinstance(exception, NotFound) else ""
            return redirect(moved) if moved else answer_domain_error(request, exception)
        return None
