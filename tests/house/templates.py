"""House rules for templates, by lines of text."""

import re
from collections.abc import Iterator

COMMENT = re.compile(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->", re.DOTALL)
RULES: dict[str, re.Pattern[str]] = {
    "a style attribute (the CSP refuses it)": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a handler in an attribute (the CSP refuses it)": re.compile(
        r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE
    ),
    "an inline script without nonce": re.compile(
        r"<script(?![^>]*\b(?:src|nonce)\s*=)(?![^>]*application/json)[^>]*>", re.IGNORECASE
    ),
    "an inline style element": re.compile(r"<style\b", re.IGNORECASE),
    "text that is not escaped": re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off"),
    "hx-on or a javascript: address": re.compile(r"\bhx-on\b|javascript:", re.IGNORECASE),
    "a tag that writes markup inside an attribute": re.compile(
        r"=\s*\"[^\"<>]*{%\s*(?:day|when|money|icon|avatar|phase_dot)\b(?![^%]*\sas\s)"
    ),
    "a file from another host": re.compile(
        r"<(?:script|link|img)[^>]*\b(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE
    ),
}


def faults(text: str) -> Iterator[str]:
    """What a template breaks, each with its line."""
    plain = COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    for what, pattern in RULES.items():
        for found in pattern.finditer(plain):
            yield f"line {plain.count(chr(10), 0, found.start()) + 1}: {what}"
