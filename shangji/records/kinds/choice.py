"""One of a list of options with labels in both languages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.markup import escape
from shangji.lib.values import dataclass
from shangji.records.kinds.base import Asked, FormatContext, Kind, data_id, link_schema, no_value


@dataclass(frozen=True)
class Option:
    """A value with its label.

    Attributes:
        phase: colours a dot.
        also: words an import knows it by.
        tone: colours a mark: "plain", "accent", "good", "warn", "bad".
        is_retired: no longer offered; records that have it keep it.
    """

    value: str
    label: Any
    phase: str = ""
    also: tuple[str, ...] = ()
    tone: str = ""
    is_retired: bool = False


class Choice(Kind):
    """Options given as a sequence, or as a function when they are rows (stages)."""

    name = "choice"
    input = "select"
    operators: ClassVar = ("in", "is", "not", "empty", "filled")

    def __init__(
        self, options: Sequence[Option] | Callable[[], Sequence[Option]], *, numeric: bool = False
    ) -> None:
        self._options = options
        self.numeric = numeric

    @property
    def options(self) -> Sequence[Option]:
        return self._options() if callable(self._options) else self._options

    def option(self, value: Any) -> Option | None:
        return next((one for one in self.options if one.value == str(value)), None)

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if no_value(text):
            return None if self.numeric else ""
        found = self.named(text)
        if found is None:
            raise ValueError(
                _("“%(word)s” is not one of the options.") % {"word": text.strip()[:40]}
            )
        return int(found.value) if self.numeric else found.value

    def named(self, text: str) -> Option | None:
        """The option a word means: its value, its name in either language, a word it has also."""
        word = text.strip().casefold()[:200]
        options = self.options
        for one in options:
            if word in (one.value.casefold(), str(one.label).casefold()) or word in one.also:
                return one
        # files are written in either language, whoever brings them
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                for one in options:
                    if word == str(one.label).casefold():
                        return one
        return None

    def _known(self, context: FormatContext) -> dict[str, tuple[str, SafeString]]:
        """Label and cell by value, worked out once per page."""
        known: dict[str, tuple[str, SafeString]] | None = context.memory.get(self)
        if known is None:
            known = {one.value: (str(one.label), _cell(one)) for one in self.options}
            context.memory[self] = known
        return known

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        value = row.get(path)
        if value in (None, ""):
            return ""
        found = self._known(context).get(str(value))
        return found[0] if found else str(value)

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        value = row.get(path)
        if value in (None, ""):
            return SafeString("")
        found = self._known(context).get(str(value))
        return found[1] if found else escape(str(value))

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        return self.text(row, path, context)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        if not self.numeric:
            return lambda row: row[path] or None
        known = self._known(context)

        def read(row: Mapping[str, Any]) -> Any:
            value = row[path]
            if value is None:
                return None
            found = known.get(str(value))
            return {"id": value, "name": found[0] if found else str(value)}

        return read

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        return self.parse(data_id(value), actor=actor, locale="en")

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        if self.numeric:
            return link_schema(write=write)
        values: list[Any] = [one.value for one in self.options]
        return {"type": ["string", "null"], "enum": [*values, None]}

    def is_empty(self, path: str) -> Q:
        if self.numeric:
            return Q(**{f"{path}__isnull": True})
        found = Q(**{path: ""})
        # a row that has nothing there yet has no row to look it up in
        return found | Q(**{f"{path}__isnull": True}) if "__" in path else found

    def is_blank(self, held: Any) -> bool:
        return held in (None, "")

    def compare(self, path: str, asked: Asked) -> Q:
        values = self.operand(asked)
        found = Q(**{path: values[0]}) if len(values) == 1 else Q(**{f"{path}__in": values})
        return ~found if asked.operator == "not" else found

    def matches(self, held: Any, asked: Asked) -> bool:
        found = held in self.operand(asked)
        return not found if asked.operator == "not" else found

    def operand(self, asked: Asked) -> list[Any]:
        """The options named, one or several."""
        words = [word for word in asked.value.split(",")[:100] if not no_value(word)]
        if not words:
            raise ValueError(_("A value is needed."))
        return [self.parse(word, actor=asked.actor, locale=asked.locale) for word in words]

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        labels = []
        for word in value.split(",")[:100]:
            one = self.option(word)
            labels.append(str(one.label) if one else word)
        return ", ".join(labels)


def offered(options: Sequence[Option], held: object = None) -> list[tuple[str, Any]]:
    """What a form offers: options in use, and the retired ones that the record has.

    Args:
        held: the value of the record, or several.
    """
    kept = {str(one) for one in held} if isinstance(held, list | tuple) else {str(held)}
    return [(one.value, one.label) for one in options if not one.is_retired or one.value in kept]


def mark(one: Option) -> SafeString:
    """An option as a list shows it."""
    return _cell(one)


def _cell(one: Option) -> SafeString:
    if one.tone:
        tone = "" if one.tone == "plain" else f" {one.tone}"
        return mark_safe(  # noqa: S308 - escaped
            f'<span class="tag{tone}">{escape(one.label)}</span>'
        )
    if not one.phase:
        return escape(one.label)
    return mark_safe(  # noqa: S308 - escaped
        f'<span class="row"><span class="node" data-phase="{one.phase}" aria-hidden="true"></span>'
        f"{escape(one.label)}</span>"
    )
