"""How often one person and their programs may ask the API, counted over all processes.

Each process takes permits in packs, so that most requests cost the database nothing. The limit is
never passed; what a process took and did not use by the end of the minute is lost.
"""

import threading
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shangji.foundation.people.models import ApiUse
from shangji.lib.errors import DomainError
from shangji.lib.values import dataclass

WINDOW = 60
#: a process takes this part of the limit at once
SHARE = 20


class TooMany(DomainError):
    """The minute's requests are used up (429); `reset` says in how many seconds to go on."""

    status = 429
    code = "rate_limit"

    def __init__(self, allowance: "Allowance") -> None:
        super().__init__(
            _("Only %(n)s requests a minute. Go on in %(seconds)s seconds.")
            % {"n": allowance.limit, "seconds": allowance.reset}
        )
        self.allowance = allowance


@dataclass(frozen=True)
class Allowance:
    """The limit of a minute, how much is left, and in how many seconds the next begins."""

    limit: int
    left: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.reset),
        }


@dataclass
class _Pack:
    minute: int
    left: int
    # permits nobody had taken when this process took its last pack
    free: int


_packs: dict[int, _Pack] = {}
_lock = threading.Lock()


def forget() -> None:
    """Drop the packs of this process (tests)."""
    with _lock:
        _packs.clear()


def take(user_id: int, now: datetime) -> Allowance | None:
    """Use one permit of this minute. TooMany when there is none; None where nothing is limited."""
    limit: int = settings.API_LIMIT
    if limit <= 0:
        return None
    seconds = int(now.timestamp())
    minute, reset = seconds // WINDOW, WINDOW - seconds % WINDOW
    with _lock:
        pack = _packs.get(user_id)
        if pack is None or pack.minute != minute:
            if len(_packs) > 10_000:
                _packs.clear()
            pack = _packs[user_id] = _Pack(minute, 0, limit)
        if pack.left == 0:
            pack.left, pack.free = _draw(user_id, minute, limit)
        if pack.left == 0:
            raise TooMany(Allowance(limit, 0, reset))
        pack.left -= 1
        return Allowance(limit, pack.left + pack.free, reset)


def _draw(user_id: int, minute: int, limit: int) -> tuple[int, int]:
    """A pack from the database: how many permits, and how many nobody has yet."""
    size = max(1, limit // SHARE)
    with transaction.atomic():
        rows = ApiUse.objects.select_for_update().filter(user_id=user_id)
        row = rows.first()
        if row is None:
            try:
                with transaction.atomic():
                    ApiUse.objects.create(user_id=user_id, minute=minute, used=0)
            except IntegrityError:
                pass  # another process made it at the same moment; it is locked next
            row = rows.get()
        used = row.used if row.minute == minute else 0
        got = min(size, max(0, limit - used))
        rows.update(minute=minute, used=used + got)
    return got, limit - used - got
