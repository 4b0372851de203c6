"""Postal addresses: the divisions of China by their codes, other countries by their lines."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.lib.addresses import (
    HEAD,
    HOME,
    LIMIT,
    UNKNOWN,
    Address,
    country_names,
    place_name,
    read_address,
    show,
    span_of,
    split,
)
from shangji.lib.divisions import below, division, line_of
from shangji.records.kinds.base import HARD_LIMIT, Asked, FormatContext, Kind
from shangji.records.kinds.text import clean, text_condition, text_matches

#: parts of an address as data
PARTS = ("country", "province", "city", "district", "street", "postcode", "text")
#: characters of a kept address that say where a group of addresses is
GROUPS = {"province": 4, "city": 6}


class Postal(Kind):
    """An address, kept as one text (lib.addresses): sorted by place, found by place and words."""

    name = "address"
    input = "address"
    in_cell = False
    is_wide = True
    operators: ClassVar = ("in", "has", "empty", "filled")
    limit = LIMIT

    def parse(self, text: str, *, actor: Actor, locale: str) -> Any:
        if len(text) > self.limit * 4:
            raise ValueError(self._too_long(len(text)))
        words = clean(text, keep_lines=True)
        if len(words) > self.limit:
            raise ValueError(self._too_long(len(words)))
        found = read_address(words)
        return "" if found is None else found.stored

    def _too_long(self, length: int) -> str:
        return _("At most %(limit)s characters, has %(length)s.") % {
            "limit": self.limit,
            "length": length,
        }

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return show(row.get(path) or "", context.locale)

    def edit_text(self, value: Any, *, locale: str) -> str:
        return split(value).typed if value else ""

    def export(self, row: Mapping[str, Any], path: str, context: FormatContext) -> Any:
        """A cell that reads back: divisions in Chinese, another country by its letters."""
        return self.edit_text(row.get(path), locale=context.locale)

    def searched(self, value: Any) -> str:
        return str(value)[HEAD:]

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        def read(row: Mapping[str, Any]) -> Any:
            stored = row.get(path)
            if not stored:
                return None
            found = split(stored)
            line = {len(one.code): one for one in line_of(found.division)}
            places = {
                name: {"code": one.code.ljust(6, "0"), "name": one.name} if one else None
                for name, one in zip(PARTS[1:4], map(line.get, (2, 4, 6)), strict=True)
            }
            return {
                "country": None if found.country == UNKNOWN else found.country,
                **places,
                "street": found.street,
                "postcode": found.postcode,
                "text": show(stored, context.locale),
            }

        return read

    def read_data(self, value: Any, *, actor: Actor) -> Any:
        if not isinstance(value, Mapping):
            return super().read_data(value, actor=actor)
        strange = set(value) - set(PARTS)
        if strange:
            raise ValueError(
                _("“%(word)s” is no part of an address.") % {"word": min(strange)[:40]}
            )
        texts = {name: self._said(value.get(name)) for name in PARTS}
        if not any(texts[name] for name in PARTS[1:6]):
            return self.parse(texts["text"], actor=actor, locale="en")
        country = texts["country"].upper() or (HOME if any(texts[n] for n in PARTS[1:4]) else "")
        if country and country not in country_names("en"):
            raise ValueError(_("A country is two letters such as CN."))
        place = "" if country != HOME else self._place([texts[name] for name in PARTS[1:4]])
        found = Address(country or UNKNOWN, place, texts["street"], texts["postcode"])
        return self.parse(found.typed, actor=actor, locale="en")

    @staticmethod
    def _said(value: Any) -> str:
        """A part as text: of a division its code, or its name."""
        if isinstance(value, Mapping):
            value = value.get("code") or value.get("name")
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > HARD_LIMIT:
            raise ValueError(_("Should be a text."))
        return clean(value, keep_lines=True)

    @staticmethod
    def _place(words: list[str]) -> str:
        """The code of the lowest division that is given; codes count whole, names together."""
        codes = [word for word in words if word.isascii() and word.isdecimal()]
        named = "".join(word for word in words if word not in codes)
        span = ""
        for text in [*codes, named]:
            if text:
                try:
                    span = max(span, span_of(text), key=len)
                except ValueError:
                    raise ValueError(_no_place(text)) from None
        code = span[2:]
        if code and division(code) is None:
            raise ValueError(_no_place(code))
        return code

    def schema(self, *, write: bool = False) -> dict[str, Any]:
        place = {"code": {"type": "string"}, "name": {"type": "string"}}
        one: dict[str, Any] = {"type": ["object", "null"], "properties": place}
        if write:
            one = {"type": ["object", "string", "null"], "properties": place}
        text = {"type": ["string", "null"]} if write else {"type": "string"}
        properties: dict[str, Any] = {
            "country": {"type": ["string", "null"], "description": "Two letters such as “CN”."},
            **dict.fromkeys(PARTS[1:4], one),
            **dict.fromkeys(PARTS[4:], text),
        }
        kinds = ["object", "string", "null"] if write else ["object", "null"]
        return {"type": kinds, "properties": properties}

    def is_empty(self, path: str) -> Q:
        return Q(**{path: ""})

    def is_blank(self, held: Any) -> bool:
        return held in (None, "")

    def compare(self, path: str, asked: Asked) -> Q:
        if asked.operator == "has":
            return text_condition(f"{path}__sj_envelope", "has", self._words(asked))
        found = Q(pk__in=[])
        for span in self.operand(asked):
            # a span of texts, which an index over them answers
            country, code = span[:2], span[2:]
            end = f"{int(code) + 1:0{len(code)}}" if code else "A"
            found |= Q(**{f"{path}__gte": country + (code or "0"), f"{path}__lt": country + end})
        return found

    def matches(self, held: Any, asked: Asked) -> bool:
        if asked.operator == "has":
            return text_matches(None if held is None else held[HEAD:], "has", self._words(asked))
        spans = self.operand(asked)
        return bool(held) and any(held.startswith(span) for span in spans)

    def _words(self, asked: Asked) -> str:
        return clean(asked.value[: self.limit], keep_lines=False)

    def operand(self, asked: Asked) -> list[str]:
        """The beginnings that addresses in the named places share."""
        words = [word for word in asked.value.replace("，", ",").split(",")[:100] if word.strip()]
        if not words:
            raise ValueError(_("A value is needed."))
        spans = []
        for word in words:
            try:
                spans.append(span_of(clean(word[:100], keep_lines=False)))
            except ValueError:
                raise ValueError(_no_place(word.strip())) from None
        return spans

    def value_label(self, operator: str, value: str, *, actor: Actor, locale: str) -> str:
        if operator not in self.operators:
            # of a bulk edit, the address as a list shows it
            return show(self.parse(value, actor=actor, locale=locale), locale)
        if operator != "in":
            return value
        try:
            spans = self.operand(Asked(operator, value, actor, locale))
        except ValueError:
            return value
        return ", ".join(place_name(span, locale) for span in spans)

    @property
    def provinces(self) -> list[tuple[str, str]]:
        """Every province with its code, for the form of a filter."""
        chinese = (get_language() or "").startswith("zh")
        return [(one.code, one.name if chinese else one.english) for one in below()]


def _no_place(word: str) -> str:
    return _("“%(word)s” is no country, province, city or district.") % {"word": word[:40]}
