"""Draw a picture anew: what is stored is pixels, nothing that came with them."""

import io
import secrets
import warnings
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from shangji.foundation.files.rules import FRAME_LIMIT, PIXEL_LIMIT
from shangji.lib.errors import Invalid

#: points a side of the copy that lists and pages show
SMALL = 320
#: what a picture is stored as
TARGETS = {"PNG": "PNG", "JPEG": "JPEG", "GIF": "PNG", "WEBP": "WEBP"}


def redraw(stream: IO[bytes], kind: str) -> tuple[bytes, str] | None:
    """The picture as new bytes and their media type; None when it cannot be decoded.

    Args:
        kind: what the first bytes say, one of TARGETS.
    Raises Invalid when it has too many points or frames; the header is read before any pixel.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - heavy, and only uploads need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(stream, formats=(kind,)) as picture:
                _refuse_giants(picture.size, getattr(picture, "n_frames", 1))
                picture.seek(0)
                picture.load()
                upright = ImageOps.exif_transpose(picture)
                return _encode(upright, TARGETS[kind])
        except Image.DecompressionBombError:
            raise _too_large() from None
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError, IndexError, KeyError):
            return None
        finally:
            stream.seek(0)


def draw_small(source: Path, target: Path) -> None:
    """A copy of a stored picture with SMALL points a side at most. OSError when it cannot be."""
    from PIL import Image  # noqa: PLC0415 - heavy, and only few requests need it

    beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    with Image.open(source) as picture:
        kind = picture.format or "PNG"
        picture.thumbnail((SMALL, SMALL))
        picture.save(beside, format=kind)
    beside.replace(target)


def _refuse_giants(size: tuple[int, int], frames: int) -> None:
    if size[0] * size[1] > PIXEL_LIMIT:
        raise _too_large()
    if frames > FRAME_LIMIT:
        raise Invalid.field("file", _("This animation has too many frames."))


def _too_large() -> Invalid:
    millions = PIXEL_LIMIT // 1_000_000
    return Invalid.field(
        "file",
        _("A picture may have %(count)s million points. Make it smaller and try again.")
        % {"count": millions},
    )


def _encode(picture: object, target: str) -> tuple[bytes, str]:
    from PIL import Image  # noqa: PLC0415 - see above

    assert isinstance(picture, Image.Image)
    modes = {"JPEG": {"RGB", "L"}, "PNG": {"RGB", "RGBA", "L", "LA"}, "WEBP": {"RGB", "RGBA"}}
    if picture.mode not in modes[target]:
        alpha = target != "JPEG" and picture.has_transparency_data
        picture = picture.convert("RGBA" if alpha else "RGB")
    # a fresh canvas: no profile, comment or EXIF comes along
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    options = {"quality": 90} if target in {"JPEG", "WEBP"} else {"optimize": False}
    bare.save(out, format=target, **options)
    return out.getvalue(), f"image/{target.lower()}"
