"""What the palette can do beside finding records: each app adds its own in `AppConfig.ready`."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from shangji.lib.values import dataclass
from shangji.ui.settings_nav import HasRights, pages_for


@dataclass(frozen=True)
class Command:
    """A line of the palette that leads to an address. `dialog`: it answers with a dialog."""

    label: str
    url: str
    icon: str
    dialog: bool = False


Provider = Callable[[HasRights], Iterable[Command]]
_PROVIDERS: list[Provider] = []


def add_commands(provider: Provider) -> None:
    """Let a provider name the commands an actor may use, in the language that is switched on."""
    _PROVIDERS.append(provider)


def commands_for(actor: HasRights) -> list[Command]:
    """All commands of an actor: those of the apps, then the pages of the settings."""
    found = [command for provider in _PROVIDERS for command in provider(actor)]
    for page in pages_for(actor):
        if page.url:
            label = _("Settings: %(page)s") % {"page": page.label}
            found.append(Command(label, page.url, page.icon))
    return found
