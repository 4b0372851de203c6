"""The list beside every settings page. Each app adds its own lines in `AppConfig.ready`."""

from collections.abc import Sequence
from typing import Protocol

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangji.lib.values import dataclass


class HasRights(Protocol):
    """What is asked of an actor (foundation.access.actor.Actor)."""

    def can(self, right: str) -> bool: ...


@dataclass(frozen=True)
class SettingsPage:
    """One line: `key` is the page's `settings_page`, `right` what it takes (empty: anybody)."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    right: str
    group: str
    order: int
    args: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Its address; empty where the page is not there."""
        try:
            return reverse(self.url_name, args=self.args)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Group:
    """Lines under one title."""

    title: str | Promise
    lines: Sequence[SettingsPage]


GROUPS: dict[str, Promise] = {
    "people": _("People"),
    "workspace": _("Workspace"),
    "records": _("Records"),
    "system": _("System"),
}
_PAGES: dict[str, SettingsPage] = {}


def add_settings_page(
    key: str,
    label: str | Promise,
    *,
    icon: str,
    url_name: str,
    right: str = "",
    group: str = "workspace",
    order: int = 50,
    args: tuple[str, ...] = (),
) -> None:
    """Put a page on the list. `group` is a key of GROUPS; lower `order` stands higher."""
    _PAGES[key] = SettingsPage(key, label, icon, url_name, right, group, order, args)


def pages_for(actor: HasRights | None) -> list[SettingsPage]:
    """The pages an actor may open, in order."""
    allowed = [
        page for page in _PAGES.values() if actor and (not page.right or actor.can(page.right))
    ]
    rank = {key: place for place, key in enumerate(GROUPS)}
    return sorted(allowed, key=lambda page: (rank[page.group], page.order, page.key))


def groups_for(actor: HasRights | None) -> list[Group]:
    """The same, under their titles."""
    pages = pages_for(actor)
    grouped = [
        Group(title, [page for page in pages if page.group == key]) for key, title in GROUPS.items()
    ]
    return [group for group in grouped if group.lines]


def first_url(actor: HasRights | None) -> str | None:
    """Where "Settings" leads for this actor; None when nothing there is theirs."""
    return next((page.url for page in pages_for(actor) if page.url), None)
