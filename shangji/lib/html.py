"""The one HTML cleaner: rich text from people and programs, by a short list of what may stay.

What a note, a mail body or a quote needs: paragraphs, lists, emphasis, two levels of heading,
quotes, code, links. No pictures, tables, styles, classes or ids.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

import nh3
from django.utils.translation import gettext_lazy as _

from shangji.lib.errors import BadInput

MAX_HTML: Final = 200_000
MAX_DEPTH: Final = 200  # elements inside one another

TAGS: Final = frozenset(
    {
        "p", "br", "strong", "b", "em", "i", "u", "s", "a", "ul", "ol", "li", "blockquote", "code",
        "pre", "h2", "h3",
    }
)  # fmt: skip
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
LINK_REL: Final = "noopener noreferrer nofollow"

# Removed with what they hold; of other unknown elements the text stays.
_DROPPED: Final = frozenset(
    {"script", "style", "svg", "math", "template", "noscript", "iframe", "object", "embed", "title",
     "textarea", "select", "xmp", "noembed", "noframes", "plaintext", "audio", "video", "canvas"}
)  # fmt: skip
# NUL, other controls and lone surrogates have no place in HTML, and some parsers skip them.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SCHEME: Final = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_LINK_MAX: Final = 2048


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    """The value to keep; None drops the attribute. Only whole addresses with a listed scheme, and
    the `rel` that the cleaner itself has set by then."""
    if (tag, name) == ("a", "rel"):
        return LINK_REL
    if (tag, name) != ("a", "href"):
        return None
    scheme = _SCHEME.match(value)
    whole = scheme is not None and scheme[1].lower() in SCHEMES and len(value) <= _LINK_MAX
    return value.strip() if whole else None


_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(_DROPPED),
    attributes={"a": {"href"}},
    attribute_filter=_kept_attribute,
    url_schemes=set(SCHEMES),
    link_rel=LINK_REL,
    strip_comments=True,
)


def clean_html(html: str) -> str:
    """Safe HTML: only TAGS, links to SCHEMES with LINK_REL, nothing that runs, loads or styles.

    Cleaning twice changes nothing. BadInput for more than MAX_HTML characters or elements nested
    deeper than MAX_DEPTH.
    """
    if len(html) > MAX_HTML:
        raise BadInput(
            _("Needs at most %(limit)s characters, has %(found)s."), limit=MAX_HTML, found=len(html)
        )
    plain = _CONTROLS.sub("", html)
    if plain.count("<") > MAX_DEPTH and _depth(plain) > MAX_DEPTH:
        raise BadInput(_("The text is nested too deeply."))
    return _CLEANER.clean(plain)


_TAG: Final = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr", "p", "li"}
)  # fmt: skip


def _depth(html: str) -> int:
    """The most elements that may stand open at once, counted without building a tree."""
    deepest = depth = 0
    for match in _TAG.finditer(html):
        if match[2].lower() in _VOID:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Text(HTMLParser):
    _BLOCKS: Final = frozenset({"p", "br", "li", "ul", "ol", "blockquote", "pre", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BLOCKS:
            self.parts.append("\n")
        if tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(html: str) -> str:
    """The text of an HTML fragment, a line per block, "- " before list items: for search, previews
    and the plain part of a mail. Scripts and styles are not text. BadInput as `clean_html`."""
    reader = _Text()
    reader.feed(clean_html(html))
    reader.close()
    lines = (
        re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(reader.parts).split("\n")
    )
    return "\n".join(line for line in lines if line)


def html_of(text: str) -> str:
    """Plain text as safe HTML: paragraphs at empty lines, line breaks kept."""
    paragraphs = re.split(r"\n\s*\n", _CONTROLS.sub("", text).replace("\r\n", "\n").strip())
    return "".join(
        f"<p>{escape(paragraph.strip()).replace(chr(10), '<br>')}</p>"
        for paragraph in paragraphs
        if paragraph.strip()
    )
