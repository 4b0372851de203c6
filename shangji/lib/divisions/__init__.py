"""The administrative divisions of China: their codes, their names, and how they are read in text.

A code has two digits for a province, four for a city, six for a district. The table (china.txt,
with its source) is read when somebody asks for the first time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import cache
from pathlib import Path
from typing import Final

from shangji.lib.values import dataclass

#: between the names of divisions
SEPARATORS: Final = " \t\n\u3000,，.。、;；/\\-–—·:："
#: after a short name these make a street of it: 南京路, 上海街
_STREETS: Final = frozenset("路街道巷弄里胡村镇乡")
_SHORT: Final = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "地区", "新区",
    "省", "市", "盟", "区", "县", "旗",
)  # fmt: skip


@dataclass(frozen=True)
class Division:
    """One division.

    Attributes:
        is_group: only groups districts that answer to their province; addresses leave it out.
    """

    code: str
    name: str
    english: str
    is_group: bool = False

    @property
    def short(self) -> str:
        """The name without its rank where two characters or more are left: 浙江, 西湖; else ""."""
        for rank in _SHORT:
            if self.name.endswith(rank):
                stem = self.name.removesuffix(rank)
                return stem if len(stem) > 1 else ""
        return ""


@dataclass
class _Table:
    by_code: dict[str, Division] = field(default_factory=dict)
    below: dict[str, list[Division]] = field(default_factory=dict)
    #: cities and districts by their whole name, where only one is called so
    cities: dict[str, Division] = field(default_factory=dict)
    districts: dict[str, Division] = field(default_factory=dict)


@cache
def _table() -> _Table:
    table, path = _Table(), ["", "", ""]
    twice: set[str] = set()
    lines = Path(__file__).with_name("china.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line.startswith("#"):
            continue
        text = line.lstrip(" ")
        depth = len(line) - len(text)
        name, _space, english = text[2:].partition(" ")
        above = path[depth - 1] if depth else ""
        code = path[depth] = above + text[:2]
        one = Division(code, name, english, is_group=depth == 1 and not english)
        table.by_code[code] = one
        table.below.setdefault(above, []).append(one)
        if depth and not one.is_group:
            names = table.cities if depth == 1 else table.districts
            if name in names:
                twice.add(name)
            names[name] = one
    for name in twice:
        table.cities.pop(name, None)
        table.districts.pop(name, None)
    return table


def division(code: str) -> Division | None:
    """The division of a code of two, four or six digits; zeros at the end of six say nothing."""
    found = _table().by_code.get(code)
    if found is None and len(code) == 6:
        found = _table().by_code.get(short_code(code))
    return found


def short_code(code: str) -> str:
    """330000 → 33, 330100 → 3301."""
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


def below(code: str = "") -> list[Division]:
    """Provinces, the cities of a province, the districts of a city. Of a province whose cities are
    groups only (北京市) the districts."""
    found = _table().below.get(code, [])
    if len(code) == 2 and all(one.is_group for one in found):
        return [one for group in found for one in _table().below.get(group.code, [])]
    return found


def line_of(code: str) -> list[Division]:
    """Province, city and district of a code as far as they go, groups left out."""
    parts = (division(code[:size]) for size in (2, 4, 6) if size <= len(code))
    return [one for one in parts if one is not None and not one.is_group]


def full_name(code: str) -> str:
    """浙江省杭州市西湖区; "" for no code."""
    return "".join(one.name for one in line_of(code))


def english_name(code: str) -> str:
    """Xihu District, Hangzhou, Zhejiang; "" for no code."""
    return ", ".join(one.english or one.name for one in reversed(line_of(code)))


def read_divisions(text: str) -> tuple[str, str]:
    """The code that a text begins with, and the rest: 杭州市西湖区文三路 → ("330106", "文三路").

    Whole names count everywhere, short ones (浙江, 杭州) where a street cannot be meant. A level
    may be left out while the rest is clear. ("", text) where nothing is known.
    """
    code, rest = "", text.lstrip(SEPARATORS)
    while True:
        found = _next(code, rest)
        if found is None:
            return code, rest
        code, length = found
        rest = rest[length:].lstrip(SEPARATORS)
        if len(code) == 6:
            return code, rest


def read_english(text: str) -> tuple[str, str]:
    """The code that an English address ends with, and what stands before it:
    "1 Wensan Road, Xihu District, Hangzhou, Zhejiang" → ("330106", "1 Wensan Road").

    A province comes last. ("", text) where none does.
    """
    parts = [part.strip() for part in text.split(",")]
    code, known = "", below()
    while parts:
        word = parts[-1].casefold()
        found = next((one for one in known if word and one.english.casefold() == word), None)
        if found is None:
            # districts that answer to their province stand below a group
            inside = [one for group in known if group.is_group for one in below(group.code)]
            found = next((one for one in inside if word and one.english.casefold() == word), None)
        if found is None:
            break
        code, known = found.code, below(found.code) if len(found.code) < 6 else []
        parts.pop()
    return (code, ", ".join(parts)) if code else ("", text)


def _next(code: str, text: str) -> tuple[str, int] | None:
    """The next division in a text below a code, and how many characters name it."""
    table = _table()
    if not text:
        return None
    if not code:
        return (
            _whole(table.below[""], text)
            or _named(table.cities, text)
            or _named(table.districts, text)
            or _brief(table.below[""], text)
            or _brief(table.cities.values(), text)
        )
    if len(code) == 4:
        return _whole(table.below.get(code, ()), text) or _ending(table.below.get(code, ()), text)
    cities = table.below.get(code, [])
    groups = next((one for one in cities if one.is_group and text.startswith(one.name)), None)
    if groups is not None:  # written out by machines: 北京市市辖区朝阳区
        return groups.code, len(groups.name)
    province = table.by_code[code].name
    if text.startswith(province):  # 北京市北京市朝阳区
        return code, len(province)
    inside = [one for city in cities for one in table.below.get(city.code, ())]
    return (
        _whole([one for one in cities if not one.is_group], text)
        or _only(inside, text)
        or _brief([one for one in cities if not one.is_group], text)
        or _ending([one for one in inside if division(one.code[:4]).is_group], text)  # type: ignore[union-attr]
    )


def _whole(known: Iterable[Division], text: str) -> tuple[str, int] | None:
    """The one with the longest name that the text begins with."""
    fits = [one for one in known if text.startswith(one.name)]
    best = max(fits, key=lambda one: len(one.name), default=None)
    return None if best is None else (best.code, len(best.name))


def _only(known: Iterable[Division], text: str) -> tuple[str, int] | None:
    """The same, unless two are called so."""
    fits = [one for one in known if text.startswith(one.name)]
    longest = max((len(one.name) for one in fits), default=0)
    best = [one for one in fits if len(one.name) == longest]
    return (best[0].code, longest) if len(best) == 1 else None


def _named(names: dict[str, Division], text: str) -> tuple[str, int] | None:
    for size in range(min(len(text), 15), 2, -1):
        one = names.get(text[:size])
        if one is not None:
            return one.code, size
    return None


def _brief(known: Iterable[Division], text: str) -> tuple[str, int] | None:
    """The one whose short name the text begins with, unless that begins the name of a street."""
    fits = [one for one in known if one.short and text.startswith(one.short)]
    best = max(fits, key=lambda one: len(one.short), default=None)
    if best is None or text[len(best.short) : len(best.short) + 1] in _STREETS - {""}:
        return None
    return best.code, len(best.short)


def _ending(known: Iterable[Division], text: str) -> tuple[str, int] | None:
    """A short name that stands alone: 浙江 杭州 西湖."""
    for one in known:
        length = len(one.short)
        if length and text.startswith(one.short) and text[length : length + 1] in ("", *SEPARATORS):
            return one.code, length
    return None
