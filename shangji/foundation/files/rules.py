"""What a file is by its bytes, and how its name may look. Client claims are not asked."""

import re
import unicodedata
import zipfile
from typing import IO

#: pictures may have this many points; checked in the header, before anything is decoded
PIXEL_LIMIT = 40_000_000
#: an animation of more frames is refused; of a shorter one the first frame is kept
FRAME_LIMIT = 500
MAX_NAME = 200

OCTETS = "application/octet-stream"
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
#: pictures that are never decoded here
_FOREIGN_PICTURES = (
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"%!PS-Adobe", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
#: names Windows keeps for devices, with or without an extension
_DEVICES = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def picture_format(head: bytes) -> str | None:
    """ "PNG", "JPEG", "GIF" or "WEBP" by the first bytes, else None."""
    for magic, name in _PICTURES:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    return None


def foreign_picture(head: bytes) -> str | None:
    """ "TIFF" or "EPS" by the first bytes, else None."""
    for magic, name in _FOREIGN_PICTURES:
        if head.startswith(magic):
            return name
    return None


def media_type(head: bytes, stream: IO[bytes]) -> str:
    """The media type of a file that is no picture, by its bytes. HTML and SVG are plain octets."""
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(stream)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "application/x-ole-storage"
    if _is_plain_text(head):
        return "text/plain; charset=utf-8"
    return OCTETS


def _zip_type(stream: IO[bytes]) -> str:
    """An office document or a plain archive, by the list of contents; nothing is expanded."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "application/zip"
    finally:
        stream.seek(0)
    if "[Content_Types].xml" in names:
        for prefix, kind in _OFFICE.items():
            if any(name.startswith(prefix) for name in names):
                return kind
    return "application/zip"


def _is_plain_text(head: bytes) -> bool:
    if b"\x00" in head or head.lstrip()[:1] == b"<":
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a character cut at the end of the sample
    return True


def clean_name(name: str) -> str:
    """A file name to show and to save under: no path, no control characters, no device.

    Direction marks go too: they can make "exe.pdf" of "fdp.exe".
    """
    text = unicodedata.normalize("NFC", name[:2000])
    text = re.split(r"[\\/]|%2f|%5c", text, flags=re.IGNORECASE)[-1]
    text = "".join(char for char in text if _shows(char)).strip(" .")
    text = re.sub(r"\s+", " ", text)
    if _DEVICES.match(text):
        text = f"_{text}"
    if len(text) > MAX_NAME:
        stem, dot, extension = text.rpartition(".")
        short = len(extension) <= 10 and stem
        keep = MAX_NAME - len(dot + extension) if short else MAX_NAME
        text = stem[:keep] + dot + extension if short else text[:keep]
    return text or "file"


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
