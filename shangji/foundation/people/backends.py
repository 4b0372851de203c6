"""Who a session stands for, read by a text that is put together once."""

from functools import cache
from typing import Any

from django.contrib.auth.backends import ModelBackend

from shangji.foundation.people.models import User
from shangji.foundation.people.sessions import asked_person


@cache
def _read() -> str:
    columns = ", ".join(f'"{one.column}"' for one in User._meta.concrete_fields)
    return f'SELECT {columns} FROM "{User._meta.db_table}" WHERE "id" = %s'  # noqa: S608 - names of ours


class PeopleBackend(ModelBackend):
    """Django's own, except that the person of a session is read without the ORM's preparations.

    Most of them were read with the session already (sessions.py).
    """

    def get_user(self, user_id: Any) -> User | None:
        user = asked_person(user_id) or next(iter(User.objects.raw(_read(), [user_id])), None)
        return user if user is not None and self.user_can_authenticate(user) else None
