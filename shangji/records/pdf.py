"""The one writer of PDF: a typst template and data, set in Noto Sans SC.

What people wrote never becomes part of the template: it is handed over as JSON, which typst
shows as text, so there is nothing to escape and nothing to break out of.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.lib.errors import DomainError
from shangji.ui.assets import DIST

MEDIA_TYPE = "application/pdf"
FONTS = DIST / "fonts"
#: what every sheet shares; a template goes on from here with `data`, `words` and these helpers
PRELUDE = Path(__file__).parent / "templates" / "records" / "sheet.typ"


class PdfUnavailable(DomainError):
    """The build lacks the font, so that Chinese would come out as boxes."""

    status = 503
    code = "pdf_unavailable"


def render_pdf(
    template: Path,
    data: Mapping[str, Any],
    *,
    title: str,
    made: str,
    now: datetime,
    landscape: bool = False,
) -> bytes:
    """The PDF of a template.

    Args:
        template: a `.typ` file beside the app's templates; it reads `data`.
        data: JSON-able; decimals and days become text.
        title: of the document, also in its head; `made`: by whom and when, in its foot.
        now: the moment it is dated with, so that the same data gives the same bytes.
    PdfUnavailable (503) when the front end was built without the font.
    """
    # typst holds its own fonts and compiler: loaded with the first PDF, not at web start
    import typst  # noqa: PLC0415 - heavy, only PDFs need it

    if not any(FONTS.glob("*.ttf")):
        raise PdfUnavailable(_("PDFs need the built front end: run make ready-dev."))
    sheet = {
        "title": title,
        "made": made,
        "page": _("Page"),
        "lang": "zh" if (get_language() or "").startswith("zh") else "en",
        "flipped": landscape,
    }
    source: Any = f"{_read(PRELUDE)}\n{_read(template)}".encode()
    return bytes(
        typst.compile(
            source,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={
                "data": json.dumps(data, default=_plain, ensure_ascii=False),
                "sheet": json.dumps(sheet, ensure_ascii=False),
            },
            timestamp=int(now.timestamp()),
        )
    )


@lru_cache(maxsize=20)
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _plain(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)
