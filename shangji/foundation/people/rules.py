"""Pure rules of signing in: where to go next, how long to wait, how a token is kept."""

import hashlib
from datetime import timedelta
from urllib.parse import unquote

#: wrong passwords in a row before signing in slows down
FAILURES_ALLOWED = 10
#: the longest pause, and how long a wrong password counts
LONGEST_PAUSE = timedelta(minutes=30)


def safe_path(target: str) -> str | None:
    """A path on this site as it came, or None for anything a browser might leave it by.

    Refused: other hosts and schemes, `//host`, backslashes, tabs and other control characters,
    and the same written with percent signs (decoded twice).
    """
    shapes = [target, unquote(target), unquote(unquote(target))]
    for shape in shapes:
        if not shape.startswith("/") or shape.startswith("//") or "\\" in shape:
            return None
        if any(ord(letter) < 33 or ord(letter) == 127 for letter in shape.split("?")[0]):
            return None
    return None if any(ord(letter) < 32 for letter in target) else target


def pause_after(failures: int) -> timedelta:
    """How long somebody waits after this many wrong passwords; the window while still allowed.

    The tenth costs one minute, each further one doubles it, up to half an hour.
    """
    if failures < FAILURES_ALLOWED:
        return LONGEST_PAUSE
    doubled = timedelta(minutes=2 ** min(failures - FAILURES_ALLOWED, 10))
    return min(doubled, LONGEST_PAUSE)


def hash_of(token: str) -> str:
    """What is stored of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()
