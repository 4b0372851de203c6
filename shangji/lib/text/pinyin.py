"""Pinyin and initials of Chinese text, for search and for sorting.

Characters with several readings are settled by phrases (重庆 chongqing, 银行 yinhang) and, only in
the names of persons, by the surname (单 shan, 曾 zeng). Without tones, ü is v.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final

from shangji.lib.text.words import MAX_INDEXED, is_han, normalise

_LONGEST_PHRASE: Final = 4

# Surnames that are not read as the character usually is.
SURNAMES: Final[dict[str, tuple[str, ...]]] = {
    "单": ("shan",), "仇": ("qiu",), "曾": ("zeng",), "解": ("xie",), "查": ("zha",),
    "任": ("ren",), "区": ("ou",), "盖": ("ge",), "朴": ("piao",), "翟": ("zhai",), "燕": ("yan",),
    "华": ("hua",), "缪": ("miao",), "召": ("shao",), "谌": ("chen",), "员": ("yun",),
    "折": ("she",), "黑": ("he",), "乐": ("yue",), "覃": ("qin",), "祭": ("zhai",), "洗": ("xian",),
    "秘": ("bi",), "种": ("chong",), "繁": ("po",), "逄": ("pang",), "能": ("nai",), "车": ("che",),
    "都": ("du",), "宿": ("su",), "尹": ("yin",), "石": ("shi",), "沈": ("shen",), "晟": ("cheng",),
    "葛": ("ge",), "阙": ("que",), "牟": ("mu",), "佴": ("nai",), "郇": ("xun",), "晁": ("chao",),
    "尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "令狐": ("ling", "hu"),
    "澹台": ("tan", "tai"), "鲜于": ("xian", "yu"), "宰父": ("zai", "fu"), "单于": ("chan", "yu"),
    "呼延": ("hu", "yan"), "皇甫": ("huang", "fu"), "夏侯": ("xia", "hou"),
    "尉犁": ("yu", "li"), "乐正": ("yue", "zheng"),
}  # fmt: skip


# Words of business the phrase book lacks, or reads otherwise.
_OWN_PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "查重": ("cha", "chong"),
    "重庆": ("chong", "qing"),
    "厦门": ("xia", "men"),
    "大厦": ("da", "sha"),
    "长沙": ("chang", "sha"),
    "长春": ("chang", "chun"),
    "长安": ("chang", "an"),
    "重工": ("zhong", "gong"),
    "重机": ("zhong", "ji"),
    "重型": ("zhong", "xing"),
    "行业": ("hang", "ye"),
    "银行": ("yin", "hang"),
    "六安": ("lu", "an"),
    "乐清": ("yue", "qing"),
    "蚌埠": ("beng", "bu"),
    "东莞": ("dong", "guan"),
    "会计": ("kuai", "ji"),
    "调度": ("diao", "du"),
    "调研": ("diao", "yan"),
    "成都": ("cheng", "du"),
    "首都": ("shou", "du"),
}


@cache
def _book() -> tuple[dict[str, Any], dict[int, str]]:
    # Lazily: the phrase book takes 30 MB, which only a process that indexes names should pay.
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT  # noqa: PLC0415

    return PHRASES_DICT, PINYIN_DICT


@cache
def _plain_of(toned: str) -> str:
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415  lazily, as above

    return to_normal(toned)


@lru_cache(maxsize=32_768)
def _syllable(character: str) -> str:
    """The usual reading of one character; the character itself when it has none."""
    readings = _book()[1].get(ord(character), "")
    return _plain_of(readings.split(",")[0]) if readings else character


@lru_cache(maxsize=32_768)
def _phrase(characters: str) -> tuple[str, ...] | None:
    own = _OWN_PHRASES.get(characters)
    if own is not None:
        return own
    readings = _book()[0].get(characters)
    if readings is None:
        return None
    return tuple(_plain_of(reading[0]) for reading in readings)


def _read(text: str, person: bool) -> Iterator[tuple[str, str]]:
    """(source, reading): a Han character with its syllable, another as it is, a gap as spaces."""
    place = 0
    if person:
        for size in (2, 1):
            surname = SURNAMES.get(text[:size])
            if surname is not None and (size == 2 or is_han(text[:1])):
                yield from zip(text, surname, strict=False)
                place = size
                break
    while place < len(text):
        character = text[place]
        if not is_han(character):
            yield character, character if character.isalnum() else " "
            place += 1
            continue
        run = 1
        while run < _LONGEST_PHRASE and is_han(text[place + run : place + run + 1]):
            run += 1
        for size in range(run, 1, -1):
            reading = _phrase(text[place : place + size])
            if reading is not None and len(reading) == size:
                yield from zip(text[place : place + size], reading, strict=True)
                place += size
                break
        else:
            yield character, _syllable(character)
            place += 1


def sounds(text: str, *, person: bool = False) -> list[tuple[str, bool]]:
    """[("hua", True), ("chen", True), ("mes2", False)]: each Han character with its syllable,
    each other word whole; and whether it is Han."""
    found: list[tuple[str, bool]] = []
    open_word = False
    for source, reading in _read(normalise(text[:MAX_INDEXED]), person):
        if reading == " ":
            open_word = False
        elif is_han(source):
            found.append((reading, True))
            open_word = False
        elif open_word:
            found[-1] = (found[-1][0] + reading, False)
        else:
            found.append((reading, False))
            open_word = True
    return found


def pinyin_syllables(text: str, *, person: bool = False) -> list[str]:
    """["hua", "chen", "jing", "mi"]: Han characters as syllables, other words whole."""
    return [sound for sound, _han in sounds(text, person=person)]


def pinyin(text: str, *, person: bool = False) -> str:
    """华辰精密 MES 二期 → "huachenjingmi mes erqi". `person` reads the surname as one."""
    return _joined(reading for _source, reading in _read(normalise(text[:MAX_INDEXED]), person))


def initials(text: str, *, person: bool = False) -> str:
    """华辰精密 MES 二期 → "hcjm mes eq": first letters of syllables, other words whole."""
    return _joined(
        reading[0] if is_han(source) else reading
        for source, reading in _read(normalise(text[:MAX_INDEXED]), person)
    )


def _joined(parts: Iterator[str]) -> str:
    return " ".join("".join(parts).split())
