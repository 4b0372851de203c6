"""A program with a key, as tests use one."""

import json
from datetime import date, datetime
from typing import Any

from django.test import Client

from shangji.foundation.access.actor import Actor
from shangji.foundation.people.actions.tokens import make_token
from shangji.foundation.people.models import ApiToken, User

ALL = {"*": "delete", "settings": "write"}


class Program:
    """Asks the API with the key of a person; answers are parsed."""

    def __init__(self, key: str, token: ApiToken | None = None) -> None:
        self.key, self.token = key, token
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given: dict[str, Any] = {}
        if body is not None:
            text = body if isinstance(body, str | bytes) else json.dumps(body)
            given = {"data": text, "content_type": "application/json"}
        response: Any = self.client.generic(
            method,
            f"/api/v1/{path}",
            headers={"Authorization": f"Bearer {self.key}", **headers},
            **given,
        )
        response.data = json.loads(response.content) if response.content else None
        return response

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, **headers)


def program(
    user: User, now: datetime, scopes: dict[str, str] | None = None, until: date | None = None
) -> Program:
    """A program that acts for a person."""
    token, key = make_token(
        actor=Actor(user), name="Sync", scopes=scopes or ALL, expires_on=until, now=now
    )
    return Program(key, token)
