"""Commands of every described type for the palette: create one, look through the list, import,
export."""

from collections.abc import Iterator
from typing import cast

from django.urls import reverse
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.records.description import RecordDescription, descriptions
from shangji.ui.commands import Command
from shangji.ui.settings_nav import HasRights


def record_commands(reader: HasRights) -> Iterator[Command]:
    """What the actor may do with each type it may read."""
    actor = cast(Actor, reader)
    for one in descriptions():
        if actor.may("read", one.type):
            yield from _of_type(actor, one)


def _of_type(actor: Actor, one: RecordDescription) -> Iterator[Command]:
    name, plural = str(one.name), str(one.plural)
    if one.creatable and actor.may("create", one.type):
        label = _("New %(name)s") % {"name": name.lower()}
        yield Command(label, _url("new", one), "plus", dialog=True)
    yield Command(_("Go to: %(page)s") % {"page": plural}, _url("list", one), one.icon)
    if one.importable and actor.may("import", one.type):
        label = _("Import: %(page)s") % {"page": plural}
        yield Command(label, _url("import", one), "upload")
    if actor.may("export", one.type):
        label = _("Export: %(page)s") % {"page": plural}
        yield Command(label, _url("export", one), "download")
    if one.duplicates is not None and one.merging is not None:
        label = _("Suspected duplicates: %(page)s") % {"page": plural}
        yield Command(label, _url("duplicates", one), "copy")


def _url(name: str, one: RecordDescription) -> str:
    return reverse(f"records:{name}", kwargs={"slug": one.slug})
