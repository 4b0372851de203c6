"""The same people in every test: Alice owns, Bob is in her team, Mei leads it,
Charlie is in another team, Dana is the administrator, Vera only reads."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings

from shangji.config import shell
from shangji.foundation.access.actor import Actor
from shangji.foundation.people import foreseen, wrong_keys
from shangji.foundation.people.models import Team, User
from shangji.foundation.search import store
from shangji.foundation.search.store import reading
from shangji.foundation.workspace import memory
from shangji.records.custom import live
from tests.clock import NOW

pytest_plugins = [
    "tests.plugins.no_network",
    "tests.plugins.left_out",
    "tests.plugins.pure",
    "tests.plugins.slow_first",
]
PASSWORD = "correct horse battery"

# How long an example takes tells of the machine and its neighbours, not of what is promised.
settings.register_profile("shangji", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shangji")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tables come from the models; the record of migrations stands beside them, empty."""
    with django_db_blocker.unblock():
        MigrationRecorder(connection).ensure_schema()


@pytest.fixture(autouse=True)
def reads_english() -> Iterator[None]:
    """Each test begins in English, whatever the one before left switched on."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def remembers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins in a process that remembers nothing of the one before, and what it
    remembers then stays young, however slow the machine: counted queries leave out what a process
    asks every few seconds."""
    memory.forget_all()
    cache.clear()
    store.forget_absent()
    foreseen.forget()
    wrong_keys.forget()
    live.assume_none()  # fields that customers add are those a test makes
    monkeypatch.setattr(memory, "clock", lambda: 0.0)
    monkeypatch.setattr(reading, "ABSENT_SECONDS", 3600)
    monkeypatch.setattr(shell, "COUNT_SECONDS", 0)


@pytest.fixture
def counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No number beside Today: for tests that ask for hundreds of pages and mean something else. It
    is a quarter of what a page costs where no page remembers it."""
    monkeypatch.setattr(shell, "due_count", lambda actor, now: 0)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def bar(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Tell a measured figure beside its bar: `python -m bench.evaluate` prints them."""
    return lambda text: record_property("bar", text)


@pytest.fixture
def north(db: None) -> Team:
    return Team.objects.create(name="North", created_at=NOW, updated_at=NOW)


@pytest.fixture
def south(db: None) -> Team:
    return Team.objects.create(name="South", created_at=NOW, updated_at=NOW)


def _user(name: str, role: str, team: Team | None) -> User:
    user = User(
        email=f"{name.lower()}@example.com",
        name=name,
        role=role,
        team=team,
        language="en",
        created_at=NOW,
        updated_at=NOW,
    )
    user.password = "!"
    user.save()
    return user


@pytest.fixture
def alice(north: Team) -> User:
    return _user("Alice", "rep", north)


@pytest.fixture
def bob(north: Team) -> User:
    return _user("Bob", "rep", north)


@pytest.fixture
def mei(north: Team) -> User:
    user = _user("Mei", "manager", north)
    Team.objects.filter(pk=north.pk).update(leader=user)
    return user


@pytest.fixture
def charlie(south: Team) -> User:
    return _user("Charlie", "rep", south)


@pytest.fixture
def dana(db: None) -> User:
    return _user("Dana", "admin", None)


@pytest.fixture
def vera(db: None) -> User:
    return _user("Vera", "readonly", None)


@pytest.fixture
def actor() -> Callable[[User], Actor]:
    """Make an actor of a user: `actor(alice)`."""
    return lambda user, door="page": Actor(user, door)


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser signed in as a user: `sign_in(alice).get("/")`."""

    def as_user(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="shangji.foundation.people.backends.PeopleBackend")
        return client

    return as_user
