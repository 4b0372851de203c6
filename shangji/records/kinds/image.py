"""Pictures as the value of a field, shown small where they stand."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.files.models import StoredFile
from shangji.lib.markup import escape
from shangji.records.kinds.base import FormatContext
from shangji.records.kinds.file import File, file_url


class Image(File):
    """Files that were drawn anew when they came in, and so may show inside a page."""

    name = "image"

    def check(self, stored: StoredFile) -> None:
        if not stored.is_picture:
            raise ValueError(
                _("“%(name)s” is no picture. Choose a PNG, JPEG, GIF or WebP file.")
                % {"name": stored.name[:60]}
            )

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        marks = "".join(
            f'<a href="{file_url(one.key)}" target="_blank" rel="noopener" '
            f'title="{escape(one.name)}"><img src="{file_url(one.key)}?small" '
            f'alt="{escape(one.name)}" loading="lazy"></a>'
            for one in self.files(row, path, context)
        )
        if not marks:
            return SafeString("")
        css = "pictures narrow" if context.narrow else "pictures"
        return mark_safe(f'<span class="{css}">{marks}</span>')  # noqa: S308 - escaped
