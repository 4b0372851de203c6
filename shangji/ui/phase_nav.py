"""The pages of a phase, listed under its name. Each app adds its own in `AppConfig.ready`."""

from django.utils.functional import Promise

from shangji.lib.values import dataclass
from shangji.ui.settings_nav import HasRights


@dataclass(frozen=True)
class PhasePage:
    """One tab: `key` is the page's `phase_page`, `right` what it takes (empty: anybody)."""

    key: str
    label: str | Promise
    url_name: str
    right: str
    order: int


_PAGES: dict[str, dict[str, PhasePage]] = {}


def add_phase_page(
    phase: str,
    key: str,
    label: str | Promise,
    *,
    url_name: str,
    right: str = "",
    order: int = 50,
) -> None:
    """Put a page under a phase; lower `order` stands further left."""
    _PAGES.setdefault(phase, {})[key] = PhasePage(key, label, url_name, right, order)


def phase_pages(phase: str, actor: HasRights | None) -> list[PhasePage]:
    """The pages of a phase that an actor may open, in order."""
    found = [
        page
        for page in _PAGES.get(phase, {}).values()
        if actor and (not page.right or actor.can(page.right))
    ]
    return sorted(found, key=lambda page: (page.order, page.key))
