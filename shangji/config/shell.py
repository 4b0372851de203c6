"""What the frame around every page shows: places, counts, the person (docs/ui.md, the shell)."""

from collections.abc import Sequence
from functools import lru_cache

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.core.opportunities.queries.totals import RollUp
from shangji.foundation.access.actor import Actor
from shangji.foundation.notices.queries import unread_count
from shangji.foundation.workspace.queries import current_workspace
from shangji.insights.queries.due import due_count
from shangji.lib.phases import PHASES
from shangji.records.description import describe, descriptions
from shangji.ui import assets
from shangji.ui.addresses import address
from shangji.ui.menus import menu_links

#: seconds the number beside Today may be old
COUNT_SECONDS = 30


def current_place(path: str) -> str:
    """The key of the place a path belongs to, for the lit line of the sidebar."""
    parts = path.strip("/").split("/")
    if parts == [""]:
        return "today"
    if parts[0] == "phases" and len(parts) > 1:
        return parts[1]
    if parts[0] in {"settings", "bin", "products"}:
        return "settings"
    return parts[0]


def build_shell(request: HttpRequest, actor: Actor) -> dict[str, object]:
    """The `shell` of docs/ui.md. Six small queries at most, whatever the page."""
    user = actor.user
    workspace = current_workspace()
    counts = RollUp(actor).counts()
    place = getattr(request, "shell_place", "") or current_place(request.path)
    return {
        "workspace_name": workspace.name,
        "home_url": "/",
        "current": place,
        "today_url": "/",
        "today_count": _today_count(request, actor),
        "opportunities_url": address("records:list", "opportunities"),
        "in_opportunities": place == "opportunities" or place in {one.key for one in PHASES},
        "phases": [
            {
                "key": one.key,
                "label": one.label,
                "count": counts[one.key],
                "url": address("opportunities:phase", one.key),
            }
            for one in PHASES
        ],
        "nav": _nav(actor),
        "settings_url": address("people:settings"),
        "search_url": address("search:search"),
        "suggest_url": address("search:suggest"),
        "notices_url": address("notices:list"),
        "unread": unread_count(actor),
        "create": _create(actor),
        "user": user,
        "profile_url": address("people:profile"),
        "sign_out_url": address("account_logout"),
        "language_url": address("set_language"),
        "theme_url": address("set_theme"),
        "theme": getattr(user, "theme", "auto"),
        "density": getattr(user, "density", "standard"),
        "keys": "on" if getattr(user, "single_keys", True) else "off",
    }


def _today_count(request: HttpRequest, actor: Actor) -> int:
    """What cannot wait. Today counts for itself; elsewhere it may be half a minute old."""
    key, now = f"due:{actor.user_id}:{actor.role.key}", timezone.now()
    count: int | None = getattr(request, "today_count", None)
    if count is None:
        count = cache.get(key)
        if count is not None:
            return count
        count = due_count(actor, now)
    cache.set(key, count, COUNT_SECONDS)
    return count


def _nav(actor: Actor) -> Sequence[dict[str, object]]:
    readable = tuple(key for key, _hotkey in _KEYS if actor.may("read", key))
    return _places(_spoken(), readable, actor.role.grant("opportunity").pool)


_KEYS = (("account", "g c"), ("contact", "g p"), ("activity", "g a"))
#: language, prefix of addresses: what pages of readers with the same rights differ by
_Spoken = tuple[str, str]


def _spoken() -> _Spoken:
    return get_language() or "", get_script_prefix()


@lru_cache(maxsize=50)
def _places(_told: _Spoken, readable: Sequence[str], pool: bool) -> Sequence[dict[str, object]]:
    items: list[dict[str, object]] = []
    for key, hotkey in _KEYS:
        one = describe(key)
        if key in readable:
            url = address("records:list", one.slug)
            items.append(
                {
                    "key": one.slug,
                    "label": str(one.plural),
                    "icon": one.icon,
                    "url": url,
                    "hotkey": hotkey,
                }
            )
    if pool:
        items.append(
            {
                "key": "pool",
                "label": _("Open pool"),
                "icon": "lifebuoy",
                "url": address("identify:pool"),
                "hotkey": "g o",
            }
        )
    items.append(
        {
            "key": "insights",
            "label": _("Insights"),
            "icon": "chart-histogram",
            "url": address("insights:results"),
            "hotkey": "g i",
        }
    )
    return tuple(items)


def _create(actor: Actor) -> SafeString:
    types = tuple(
        one.type
        for one in descriptions()
        if one.creatable and one.in_menu and actor.may("create", one.type)
    )
    return _create_menu(_spoken(), assets.build(), types)


@lru_cache(maxsize=50)
def _create_menu(_told: _Spoken, _build: assets.Build, types: Sequence[str]) -> SafeString:
    found = [describe(key) for key in types]
    return menu_links(
        {"label": one.name, "icon": one.icon, "url": address("records:new", one.slug)}
        for one in found
    )
