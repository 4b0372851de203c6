"""Text of one line."""

from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.text import case_forms, lower_ascii
from shangji.records.kinds.base import Asked, Kind


class Text(Kind):
    """One line, `limit` characters at most. Control characters and line breaks are refused."""

    name = "text"
    operators: ClassVar = ("has", "is", "not", "starts", "empty", "filled")

    def __init__(self, limit: int = 200) -> None:
        self.limit = limit

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if len(text) > self.limit * 4:
            raise ValueError(self._too_long(len(text)))
        text = clean(text, keep_lines=False)
        if len(text) > self.limit:
            raise ValueError(self._too_long(len(text)))
        return text

    def _too_long(self, length: int) -> str:
        return _("At most %(limit)s characters, has %(length)s.") % {
            "limit": self.limit,
            "length": length,
        }

    def searched(self, value: Any) -> str:
        return str(value)

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        return {"type": ["string", "null"] if write else "string", "maxLength": self.limit}

    def is_empty(self, path: str) -> Q:
        return Q(**{path: ""})

    def is_blank(self, held: Any) -> bool:
        return held in (None, "")

    def compare(self, path: str, asked: Asked) -> Q:
        return text_condition(path, asked.operator, self.operand(asked))

    def matches(self, held: Any, asked: Asked) -> bool:
        return text_matches(held, asked.operator, self.operand(asked))

    def operand(self, asked: Asked) -> str:
        return clean(asked.value[: self.limit], keep_lines=False)


_LOOKUPS = {"has": "sj_has", "is": "sj_is", "not": "sj_is", "starts": "sj_starts"}


def text_condition(path: str, operator: str, text: str) -> Q:
    """Text compared without regard to case, the same way on both databases: see `case_forms`."""
    found = Q()
    for form in case_forms(text):
        found |= Q(**{f"{path}__{_LOOKUPS[operator]}": form})
    return ~found if operator == "not" else found


def text_matches(held: str | None, operator: str, text: str) -> bool:
    """The twin of `text_condition`."""
    if held is None:
        return operator == "not"
    low = lower_ascii(held)
    forms = [lower_ascii(form) for form in case_forms(text)]
    if operator == "has":
        return any(form in low for form in forms)
    if operator == "starts":
        return any(low.startswith(form) for form in forms)
    return (low in forms) != (operator == "not")


def clean(text: str, *, keep_lines: bool) -> str:
    """Without NUL, lone surrogates and control characters; trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = []
    for char in text:
        code = ord(char)
        if 0xD800 <= code <= 0xDFFF or code == 0:
            continue
        if code < 32 or code == 127:
            kept.append("\n" if char == "\n" and keep_lines else " ")
        else:
            kept.append(char)
    return "".join(kept).strip()
