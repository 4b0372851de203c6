"""Signing in through the real page."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from shangji.foundation.people.models import User

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """allauth counts in the cache; each test begins at nothing."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def with_password() -> Callable[[User], User]:
    def give(user: User, password: str = PASSWORD) -> User:
        user.set_password(password)
        user.save()
        return user

    return give


@pytest.fixture
def browser() -> Client:
    return Client()
