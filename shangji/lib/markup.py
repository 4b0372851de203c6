"""Escaping where a page does it a thousand times: Django's own also looks for lazy arguments."""

from html import escape as _escape

from django.utils.safestring import SafeString


def escape(value: object) -> SafeString:
    """The text of a value with & < > " ' escaped, as `django.utils.html.escape` does."""
    return SafeString(_escape(str(value)))


def titled(shown: str, full: str = "") -> SafeString:
    """Text in a cell that may cut it, with the whole of it (or itself) as its title."""
    text, title = escape(shown), escape(full or shown)
    return SafeString(f'<span title="{title}">{text}</span>')
