"""Every route × role × whose record it is: the answer stands in the matrix, or the test fails."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

from shangji.foundation.audit.models import Operation
from shangji.records.description import by_type
from tests.matrix.matrix import MATRIX, PUBLIC
from tests.matrix.routes import Ask, title
from tests.matrix.world import OUTSIDE, ROLES, World, build

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counts_nothing")]
BACKEND = "shangji.foundation.people.backends.PeopleBackend"
SIGN_IN = "/account/login/"
FORM = "application/x-www-form-urlencoded"
WORDS = {
    "ok": {200, 201, 204, 302},
    "form": {200, 201, 204, 302, 400, 409, 422},
    "form404": {200, 204, 302, 404},
}


def routes() -> list[str]:
    """Names of all routes, with their namespaces."""

    def walk(resolver: Any, space: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            if isinstance(one, URLPattern):
                yield f"{space}{one.name}"
            else:
                yield from walk(one, f"{space}{one.namespace}:" if one.namespace else space)

    return sorted(set(walk(get_resolver(), "")))


def address(name: str, ask: Ask, world: World, role: str, kind: str, column: str) -> str:
    kwargs = dict(ask.args(world, role, kind, column))
    if ask.slugged:
        description = by_type(kind)
        assert description is not None
        kwargs["slug"] = description.slug
    query = f"?{ask.query}" if ask.query else ""
    if "{pk}" in query:
        query = query.replace("{pk}", str(world.record(role, kind, column).pk))
    return reverse(name, kwargs=kwargs) + query.replace("{title}", title(kind))


class Sessions:
    """A session for each person, made once; "off" is switched off after signing in."""

    def __init__(self, world: World) -> None:
        self.cookies: dict[str, str] = {}
        self.handler = Client().handler
        for role in (*ROLES, "off"):
            client, user = Client(), world.people[role]
            user.is_active = True
            client.force_login(user, backend=BACKEND)
            self.cookies[role] = client.cookies["sj_session"].value

    def client(self, role: str, **more: Any) -> Client:
        client = Client(raise_request_exception=False, **more)
        if not more:
            client.handler = self.handler  # its middleware is loaded once, not for each request
        if role in self.cookies:
            client.cookies["sj_session"] = self.cookies[role]
        return client


def said(response: Any) -> str:
    """The status, with "in" for the way to the sign-in page."""
    if response.status_code == 302 and response.headers["Location"].startswith(SIGN_IN):
        return "in"
    return str(response.status_code)


def fits(answer: str, expected: str) -> bool:
    if answer == "in":
        return expected == "in"
    return answer == expected or int(answer) in WORDS.get(expected, ())


def answer(client: Client, url: str, ask: Ask, data: Any) -> Any:
    if ask.json:
        body = "" if ask.method == "get" else json.dumps(data)
        return client.generic(ask.method.upper(), url, body, "application/json")
    if ask.method == "post":
        return client.post(url, data, headers=ask.headers)
    return client.get(url, headers=ask.headers)


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, Sessions]]:
    """The company and a session for each of its people, made once: each ask is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build()
        yield world, Sessions(world)
        transaction.set_rollback(True)


@pytest.fixture
def world(whole: tuple[World, Sessions]) -> World:
    cache.clear()
    return whole[0]


@pytest.fixture
def sessions(whole: tuple[World, Sessions]) -> Sessions:
    return whole[1]


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_it_answers_as_the_matrix_says(world: World, sessions: Sessions, name: str) -> None:
    wrong = []
    for ask in MATRIX[name]:
        for kind in ask.kinds:
            for role, row in ask.expect.items():
                for column, expected in _columns(role, row):
                    with transaction.atomic():
                        url = address(name, ask, world, role, kind, column)
                        data = dict(ask.data(world, role, kind, column))
                        before = _state(world, role, kind, column)
                        operations = Operation.objects.count()
                        got = said(answer(sessions.client(role), url, ask, data))
                        changed = _state(world, role, kind, column) != before
                        wrote = Operation.objects.count() > operations
                        transaction.set_rollback(True)
                    where = f"{role:9} {ask.method} {url} ({column})"
                    if not fits(got, expected):
                        wrong.append(f"{where}: {got}, not {expected}")
                    elif expected in ("404", "403", "in") and (changed or wrote):
                        wrong.append(f"{where}: {got}, and yet something changed")
                    elif ask.method == "get" and (changed or wrote):
                        wrong.append(f"{where}: a GET changed something")
                    elif ask.changes and changed != (ask.changes[role][column] == "ok"):
                        wrong.append(f"{where}: {'changed' if changed else 'did not change'} it")
    assert not wrong, "\n".join(["", *wrong])


def _columns(role: str, row: dict[str, str]) -> list[tuple[str, str]]:
    """Every column; for people without a session one, as they are asked to sign in everywhere."""
    return list(row.items())[:1] if role in OUTSIDE else list(row.items())


def _state(world: World, role: str, kind: str, column: str) -> Any:
    """Version and bin of the record asked about."""
    if not kind or column in ("mine", "theirs", "any"):
        return None
    record = world.record(role, kind, column)
    return type(record).objects.filter(pk=record.pk).values_list("version", "deleted_at").get()


def test_every_route_has_a_line() -> None:
    assert set(routes()) - set(MATRIX) == set(), "routes without a line in tests/matrix/matrix.py"
    assert set(MATRIX) - set(routes()) == set(), "lines of routes that are gone"


def asked(world: World) -> Iterator[tuple[str, Ask, str, str]]:
    """Every route with each way to ask it, once a type: name, way, address, type."""
    for name in sorted(MATRIX):
        for ask in MATRIX[name]:
            for kind in ask.kinds:
                column = next(iter(ask.expect["admin"]))
                yield name, ask, address(name, ask, world, "admin", kind, column), kind


def test_no_address_is_hidden_behind_another(world: World) -> None:
    for name, _ask, url, _kind in asked(world):
        assert resolve(url.partition("?")[0]).view_name == name, url


def test_it_refuses_a_post_without_the_token_and_a_get_that_would_change(
    world: World, sessions: Sessions
) -> None:
    """AUTH-7: no token, a form of another type, or GET in place of POST."""
    before = Operation.objects.count()
    for name, ask, url, kind in asked(world):
        if ask.method == "get":
            continue
        data = dict(ask.data(world, "admin", kind, next(iter(ask.expect["admin"]))))
        strict = sessions.client("admin", enforce_csrf_checks=True)
        method = ask.method.upper()
        body, kind_of_body = (json.dumps(data), "application/json") if ask.json else ("a=1", FORM)
        assert strict.generic(method, url, body, kind_of_body).status_code == 403, url
        assert strict.generic(method, url, '{"a": 1}', "text/plain").status_code == 403, url
        if "get" not in {other.method for other in MATRIX[name]}:
            assert sessions.client("admin").get(url).status_code == 405, url
    assert Operation.objects.count() == before


def test_nobody_without_a_session_gets_a_page(world: World) -> None:
    visitor = Client(raise_request_exception=False)
    for name, _ask, url, _kind in asked(world):
        for method in ("get", "post"):
            response = getattr(visitor, method)(url)
            assert response.status_code < 500 or name == "readyz", (method, url)
            if name not in PUBLIC:
                assert response.status_code != 200, (method, url)
