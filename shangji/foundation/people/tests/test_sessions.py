"""The person that is asked for together with the session."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shangji.foundation.people import sessions
from shangji.foundation.people.models import User
from shangji.foundation.workspace.queries import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_named() -> Any:
    sessions._named.clear()
    yield
    sessions._named.clear()


def asked(client: Any, path: str = "/search/?q=zz") -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [one["sql"] for one in captured]


def test_it_asks_for_session_person_principals_and_notices_at_once(
    sign_in: Any, alice: Any
) -> None:
    client = sign_in(alice)
    first, second = asked(client), asked(client)
    about = ("FROM django_session", "deputy_from <=", "FROM notices_notice")
    assert not any(all(word in sql for word in about) for sql in first), first
    assert [sum(word in sql for sql in second) for word in about] == [1, 1, 1]
    assert any(all(word in sql for word in about) for sql in second)


def test_it_reads_the_person_anew_with_every_request(
    sign_in: Any, alice: Any, bob: Any, charlie: Any
) -> None:
    client = sign_in(alice)
    asked(client)
    User.objects.filter(pk=alice.pk).update(name="Alice Anew")
    User.objects.filter(pk=bob.pk).update(deputy=alice, deputy_from=today() - timedelta(days=1))
    User.objects.filter(pk=charlie.pk).update(
        deputy=alice, deputy_from=today() - timedelta(days=9), deputy_until=today() - timedelta(1)
    )
    request = client.get("/profile/").wsgi_request
    assert request.user.name == "Alice Anew"
    assert request.user.principal_ids == {bob.pk}


def test_it_takes_nobody_for_another(sign_in: Any, alice: Any, bob: Any) -> None:
    client = sign_in(alice)
    asked(client)
    sessions._named[client.session.session_key] = bob.pk  # whom it named before
    assert client.get("/profile/").wsgi_request.user.pk == alice.pk
    assert sessions._named[client.session.session_key] == alice.pk


@pytest.mark.parametrize("what", ["is_active", "session_epoch", "session"])
def test_it_lets_nobody_in_who_is_out(sign_in: Any, alice: Any, what: str) -> None:
    client = sign_in(alice)
    asked(client)
    if what == "session":
        client.session.delete()
    else:
        User.objects.filter(pk=alice.pk).update(**{what: 0 if what == "is_active" else 7})
    answer = client.get("/profile/")
    assert (answer.status_code, answer["Location"][:9]) == (302, "/account/")
