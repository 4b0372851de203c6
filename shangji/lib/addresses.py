"""Postal addresses: read from text, kept as one line of text, shown in Chinese and in English.

Kept as `CN330106 浙江省杭州市西湖区文三路 1 号` and, where there is one, the postcode on a line of
its own: country, six digits of the division (lib.divisions; zeros where unknown), a space, and
what an envelope says. So values sort by place, a place is a span of texts, and lists show an
address without a table. Abroad the lines stand as they were written.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from shangji.lib.divisions import (
    SEPARATORS,
    division,
    english_name,
    full_name,
    read_divisions,
    read_english,
    short_code,
)
from shangji.lib.text import is_han
from shangji.lib.values import dataclass

HOME: Final = "CN"
#: a country nobody named
UNKNOWN: Final = "ZZ"
#: characters of the head, with the space
HEAD: Final = 9
LIMIT: Final = 300
_NOWHERE: Final = "000000"
_STORED: Final = re.compile(r"[A-Z]{2}[0-9]{6} ")
_POSTCODE: Final = re.compile(r"(?:邮编|邮政编码|zip|postcode)?[:：\s]*(?<!\d)(\d{6})(?!\d)", re.I)
_SELF: Final = ("中华人民共和国", "中国", "China", "china", "PRC")
#: also the name of a state of the USA
_NOT_ALONE: Final = frozenset({"georgia"})


@dataclass(frozen=True)
class Address:
    """An address in its parts.

    Attributes:
        country: ISO code, UNKNOWN where none was named.
        division: two, four or six digits, "" where none is known or outside of China.
        street: what stands below the division; abroad every line.
    """

    country: str = HOME
    division: str = ""
    street: str = ""
    postcode: str = ""

    @property
    def stored(self) -> str:
        """The one text it is kept as."""
        code = self.division.ljust(6, "0")
        after = f"\n{self.postcode}" if self.postcode else ""
        return f"{self.country}{code} {full_name(self.division)}{self.street}{after}"

    @property
    def typed(self) -> str:
        """A text that reads back as this address."""
        text = f"{full_name(self.division)}{self.street}"
        if self.postcode:
            text = f"{text}\n{self.postcode}"
        home = bool(self.division) or any(map(is_han, self.street))
        if self.country == UNKNOWN or (self.country == HOME and home):
            return text
        return f"{text}\n{self.country}"


def split(stored: str) -> Address:
    """The parts of a kept text. Of a text of another form all of it is street."""
    if not _STORED.match(stored):
        return Address(UNKNOWN, "", stored)
    country, code = stored[:2], short_code(stored[2:8])
    text = stored[HEAD:]
    if country != HOME:
        return Address(country, "", text)
    text, _line, postcode = text.partition("\n")
    division = "" if code == "00" else code
    return Address(country, division, text.removeprefix(full_name(division)), postcode)


def show(stored: str, locale: str) -> str:
    """An address in one line, as people of a language write it."""
    if not _STORED.match(stored):
        return stored
    country, text = stored[:2], stored[HEAD:]
    if country == HOME:
        if locale.startswith("zh") or stored[2:8] == _NOWHERE:
            street, _line, postcode = text.partition("\n")
            return f"{street} {postcode}".strip()
        found = split(stored)
        place = f"{english_name(found.division)} {found.postcode}".strip()
        return ", ".join(part for part in (found.street, place) if part)
    lines = ", ".join(line for line in text.split("\n") if line)
    return lines if country == UNKNOWN else f"{lines}, {country_name(country, locale)}"


def read_address(text: str) -> Address | None:
    """An address written in one or several lines; None for nothing.

    A country may stand on the last line or behind the last comma; without one, text in Chinese or
    with a division of China is at home, any other text is kept as it is.
    """
    lines = [" ".join(line.split()) for line in text.replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        return None
    country, lines = _country(lines)
    if country not in ("", HOME):
        return Address(country, "", "\n".join(lines))
    whole = _without_self(" ".join(lines))
    postcode, bare = _postcode(whole)
    bare = _without_self(bare)
    place, street = read_divisions(bare)
    if not place and "," in bare:
        place, street = read_english(bare)
    if not place and not country and not any(map(is_han, whole)):
        return Address(UNKNOWN, "", "\n".join(lines))
    street = street.strip(SEPARATORS)
    again = _postcode(street)[0] if not postcode else ""
    if again:
        postcode, street = again, _postcode(street)[1].strip(SEPARATORS)
    return Address(HOME, place, street, postcode)


def _without_self(text: str) -> str:
    """Without 中国 before a division; the 中国 of 中国银行大厦 stays."""
    for name in _SELF:
        rest = text.removeprefix(name).lstrip(SEPARATORS)
        if rest != text and read_divisions(rest)[0]:
            return rest
    return text


def _postcode(text: str) -> tuple[str, str]:
    """Six digits at the beginning or the end, and the text without them."""
    for found in _POSTCODE.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if before.strip(SEPARATORS) and after.strip(SEPARATORS):
            continue
        rest = (before + after).strip(SEPARATORS)
        if rest:
            return found[1], rest
    return "", text


def _country(lines: list[str]) -> tuple[str, list[str]]:
    """The country that the text ends with, and the lines without it."""
    if len(lines) > 1:
        code = _code_of(lines[-1])
        if code:
            return code, lines[:-1]
    before, comma, last = lines[-1].rpartition(",")
    if comma and before.strip() and last.strip().casefold() not in _NOT_ALONE:
        code = _code_of(last.strip())
        if code and (len(last.strip()) > 2 or code == HOME):
            return code, [*lines[:-1], before.strip()]
    return "", lines


def _code_of(word: str) -> str:
    if word in _SELF:
        return HOME
    if any(char.isdigit() for char in word):
        return ""
    return _codes().get(word if len(word) == 2 else word.casefold(), "")


@cache
def country_names(language: str) -> dict[str, str]:
    """Names of countries and regions by their two letters."""
    from babel import Locale  # noqa: PLC0415 - few pages ask for countries

    chinese = language.startswith("zh")
    names = (Locale("zh", script="Hans") if chinese else Locale("en")).territories
    left_out = {UNKNOWN, "EU", "EZ", "QO", "UN", "XA", "XB"}
    return {
        code: name
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in left_out
    }


def country_name(code: str, language: str) -> str:
    return country_names(language).get(code, code)


@cache
def _codes() -> dict[str, str]:
    """Codes by themselves, and by their names in both languages."""
    found = {code: code for code in country_names("en")}
    for language in ("en", "zh"):
        found |= {name.casefold(): code for code, name in country_names(language).items()}
    return found | {"usa": "US", "uk": "GB", "香港": "HK", "澳门": "MO"}


def span_of(word: str) -> str:
    """The beginning that kept texts of a place share: of 浙江省 or 33 "CN33", of Germany "DE", of
    what is in 浙江省 without a city "CN3300".

    Raises ValueError for a word that names no place.
    """
    text = word.strip().removeprefix(HOME)
    if text.isascii() and text.isdecimal() and len(text) in (2, 4, 6):
        code = short_code(text) if len(text) == 6 else text
        above = code.removesuffix("00")
        if division(code) or (len(code) < 5 and above != code and (not above or division(above))):
            return f"{HOME}{code}"
    code, rest = read_divisions(text)
    if code and not rest:
        return f"{HOME}{code}"
    text = word.strip()
    country = _code_of(text)
    if not country:
        raise ValueError(word)
    return country


def place_name(span: str, language: str) -> str:
    """The place of `span_of` in words."""
    country, code = span[:2], span[2:].ljust(6, "0")
    if country != HOME or code == _NOWHERE:
        return country_name(country, language)
    code = short_code(code)
    return full_name(code) if language.startswith("zh") else english_name(code)
