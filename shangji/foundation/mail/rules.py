"""What a mail may carry, when it is tried again, and what a mail server's address says."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass

MAX_ADDRESS = 254
MAX_SUBJECT = 300
MAX_BODY = 1_000_000
#: pauses between attempts; the last one repeats until PATIENCE is over
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
#: a server that cannot be reached at all says nothing about the mail: look again soon
UNREACHABLE_PAUSES = (timedelta(minutes=1), timedelta(minutes=5))
PATIENCE = timedelta(days=5)


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. `tls`: "none", "starttls" or "implicit"."""

    host: str
    port: int
    tls: str
    user: str = ""
    password: str = ""


class BadMailUrl(ValueError):
    """SHANGJI_MAIL_URL cannot be read; the message says what was expected."""


def parse_mail_url(url: str) -> MailServer:
    """smtp://user:password@host:587?tls=1 or smtps://host. Raises BadMailUrl."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise BadMailUrl(f"SHANGJI_MAIL_URL cannot be read: {error}") from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise BadMailUrl("SHANGJI_MAIL_URL should begin with smtp:// or smtps://")
    if not parts.hostname:
        raise BadMailUrl("SHANGJI_MAIL_URL names no host: smtp://user:password@host:587?tls=1")
    tls = "implicit" if parts.scheme == "smtps" else _starttls(parse_qs(parts.query))
    default = {"implicit": 465, "starttls": 587, "none": 25}[tls]
    return MailServer(
        host=parts.hostname,
        port=port or default,
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _starttls(query: Mapping[str, list[str]]) -> str:
    word = query.get("tls", ["0"])[-1].lower()
    return "starttls" if word in {"1", "true", "yes", "on"} else "none"


def clean_address(to: str) -> str:
    """One plain mail address. Raises Invalid; the length is looked at before anything else."""
    if len(to) > MAX_ADDRESS:
        raise Invalid.field("to", _("This mail address is too long."))
    text = to.strip()
    name, at, host = text.rpartition("@")
    plain = name and at and host and "." in f".{host}"
    if not plain or any(_breaks(char) or char in ' ,;<>()[]"\\' for char in text):
        raise Invalid.field("to", _("This is not a mail address."))
    return text


def clean_subject(subject: str) -> str:
    """A subject of one line. Raises Invalid for line breaks and control characters."""
    text = subject.strip()
    if any(_breaks(char) for char in text):
        raise Invalid.field("subject", _("A subject is one line without control characters."))
    if not text:
        raise Invalid.field("subject", _("A mail needs a subject."))
    return text if len(text) <= MAX_SUBJECT else text[: MAX_SUBJECT - 1] + "…"


def clean_body(text: str, key: str) -> str:
    """A body within the limit, without NUL. Raises Invalid."""
    if len(text) > MAX_BODY:
        raise Invalid.field(key, _("This mail is too long."))
    return text.replace("\x00", "")


def _breaks(char: str) -> bool:
    """Line and paragraph separators, control characters, lone surrogates."""
    return ord(char) < 32 or char in "\x7f\x85\u2028\u2029" or "\ud800" <= char <= "\udfff"


def next_try(*, attempts: int, asked_at: datetime, now: datetime, reached: bool) -> datetime | None:
    """When to try again after `attempts` failures, at least one; None when patience is over.

    Args:
        reached: whether a server answered; an outage drains minutes after it ends.
    """
    if now - asked_at >= PATIENCE:
        return None
    pauses = PAUSES if reached else UNREACHABLE_PAUSES
    return now + pauses[min(attempts, len(pauses)) - 1]
