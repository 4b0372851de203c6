"""Who a request comes from."""

from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shangji.foundation.people import foreseen, sessions
from shangji.foundation.people.models import User


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, except that the person is read together with the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        foreseen.begin(request)
        request.user = SimpleLazyObject(lambda: _person(request))  # type: ignore[assignment]


def _person(request: HttpRequest) -> User | AnonymousUser:
    with sessions.asked_with(request.session):  # type: ignore[arg-type]
        user = get_user(request)
    if isinstance(user, User):
        sessions.remember_named(request.session, user)  # type: ignore[arg-type]
    return user
