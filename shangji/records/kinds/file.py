"""Files as the value of a field: keys of stored files that hang on the record."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.files import access
from shangji.foundation.files.models import StoredFile
from shangji.lib.markup import escape
from shangji.records.kinds.base import FormatContext, Kind
from shangji.ui.assets import sprite_url

_KEY = re.compile(r"[0-9a-f]{32}")


class File(Kind):
    """Up to MOST files, kept as a JSON list of keys. They come by the one upload path and hang on
    the record (records.custom.attached), so whoever sees the record sees them."""

    name = "file"
    input = "files"
    in_cell = False
    is_wide = True
    in_bulk = False
    importable = False
    operators: ClassVar = ("filled", "empty")
    MOST = 20

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        """Keys with a comma between. Each is a file that waits for this person's form, or hangs
        on a record this person sees; that it is this very record is looked at when it is set."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        keys = list(dict.fromkeys(words))
        if len(keys) > self.MOST:
            raise ValueError(_("At most %(n)s files.") % {"n": self.MOST})
        strange = next((word for word in keys if not _KEY.fullmatch(word)), "")
        if strange:
            raise ValueError(_no_file(strange))
        rows = StoredFile.objects.filter(key__in=keys, deleted_at=None) if keys else []
        found = {one.key: one for one in rows}
        places = {(one.on_type, one.on_id) for one in found.values()}
        seen = {at for at in places if access.may_read(actor, *at)}
        for key in keys:
            stored = found.get(key)
            if stored is None or (stored.on_type, stored.on_id) not in seen:
                raise ValueError(_no_file(key))
            self.check(stored)
        return keys

    def check(self, stored: StoredFile) -> None:
        """ValueError for a file that does not fit the field."""

    def look(self, rows: Iterable[Mapping[str, Any]], path: str, context: FormatContext) -> None:
        known: dict[str, Any] = context.memory.setdefault(File, {})
        wanted = {key for row in rows for key in row.get(path) or ()} - set(known)
        if wanted:
            known |= dict.fromkeys(wanted)
            files = StoredFile.objects.filter(key__in=wanted, deleted_at=None)
            known |= {one.key: one for one in files}

    def files(self, row: Mapping[str, Any], path: str, context: FormatContext) -> list[StoredFile]:
        """The files of a value in order; those that are gone are left out."""
        self.look([row], path, context)
        known: Mapping[str, StoredFile | None] = context.memory[File]
        found = (known[key] for key in row.get(path) or ())
        return [one for one in found if one is not None]

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return ", ".join(one.name for one in self.files(row, path, context))

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        marks = "".join(
            f'<a class="file-mark" href="{file_url(one.key)}" download title="{escape(one.name)}">'
            f'<svg class="icon s14" aria-hidden="true"><use href="{sprite_url()}#file"/></svg>'
            f'<span class="cut">{escape(one.name)}</span>'
            f'<span class="ink-3">{escape(filesizeformat(one.size))}</span></a>'
            for one in self.files(row, path, context)
        )
        return mark_safe(f'<span class="file-marks">{marks}</span>' if marks else "")  # noqa: S308

    def edit_text(self, value: Any, *, locale: str) -> str:
        return ",".join(value or ())

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return "\n".join(
            f"{one.name} {settings.BASE_URL}{file_url(one.key)}"
            for one in self.files(row, path, context)
        )

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        def read(row: Mapping[str, Any]) -> Any:
            return [
                {
                    "key": one.key,
                    "name": one.name,
                    "size": one.size,
                    "media_type": one.media_type,
                    "url": f"{settings.BASE_URL}{get_script_prefix()}api/v1/files/{one.key}",
                }
                for one in self.files(row, path, context)
            ]

        return read

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        given = [] if value is None else value
        if not isinstance(given, list):
            raise ValueError(_("Should be a list of files, each by its key."))
        keys = [one.get("key") if isinstance(one, Mapping) else one for one in given]
        if any(not isinstance(key, str) or "," in key for key in keys):
            raise ValueError(_("Should be a list of files, each by its key."))
        return self.parse(",".join(keys), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        text = {"type": "string"}
        properties = {
            "key": text,
            "name": text,
            "size": {"type": "integer"},
            "media_type": text,
            "url": text,
        }
        kinds: Any = ["object", "string"] if write else "object"
        one = {"type": kinds, "properties": properties, "required": ["key"]}
        return {
            "type": ["array", "null"] if write else "array",
            "items": one,
            "maxItems": self.MOST,
            "description": "Files that hang on the record: send them to its files first.",
        }

    def is_empty(self, path: str) -> Q:
        return Q(**{path: []})

    def is_blank(self, held: Any) -> bool:
        return held in (None, [])


def file_url(key: str) -> str:
    """The address `files:file`, without the price of a full reverse in each cell."""
    return f"{get_script_prefix()}files/{key}/"


def _no_file(word: str) -> str:
    return _("There is no file “%(word)s” here.") % {"word": word[:40]}
