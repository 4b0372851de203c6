"""Words of a notice, and when the daily mail is due."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

DIGEST_AT = time(7, 30)


def render(message_id: str, params: Mapping[str, object]) -> str:
    """The text in the language of now; a parameter that is missing shows as its name."""
    if not message_id:
        return ""

    def fill(found: re.Match[str]) -> str:
        name = found.group(1)
        return "%" if name is None else str(params.get(name, name))

    return re.sub(r"%(?:\((\w+)\)s|%)", fill, gettext(message_id))


def last_digest(now: datetime, zone: ZoneInfo) -> tuple[date, datetime] | None:
    """The day of a person whose 07:30 has come, and that instant; None before it."""
    local = now.astimezone(zone)
    due = datetime.combine(local.date(), DIGEST_AT, tzinfo=zone)
    return (local.date(), due) if now >= due else None


def is_own_path(url: str) -> bool:
    """Whether an address is a path on this server, or empty."""
    safe = not re.search(r"[\\\x00-\x20]", url)
    return url == "" or (url.startswith("/") and not url.startswith("//") and safe)
