"""Terms of the index and conditions of a query: plain text in, plain values out.

Titles and bodies hold pairs of Han characters and whole words (lib.text). The sound of a title
holds its pinyin and its initials from every syllable on, so that any run of syllables is found by
its beginning: 华辰精密 gives huachenjingm, chenjingmi, jingmi, mi and hcjm, cjm, jm, m. One to
three letters are terms of their own (ha, hua), because a short prefix would read half the index.
A run ends where two words of letters or digits meet: "Falcon 1234" as one sound would be a term
that only one record has, and what begins with "falcon" would be gathered from thousands of them.
"""

import re
from collections.abc import Iterable, Sequence

from shangji.lib.text import (
    index_terms,
    initials,
    is_han,
    normalise,
    pinyin,
    query_terms,
    simplified,
    sounds,
)
from shangji.lib.values import dataclass

MAX_TITLE = 500
MAX_BODY = 4000
TITLE_KEY = 120
#: longer sounds are cut: few distinct terms keep a prefix cheap
SOUND = 12
INITIALS = 8
MAX_SYLLABLES = 60
#: words up to this length are terms of their own; longer ones are found by prefix
EDGE = 3
MAX_QUERY_TERMS = 8
MAX_QUERY = 200
#: a hit whose title does not hold the words as they stand: other order, sounds, body
ELSEWHERE = 3

TITLE, BODY, SOUND_COLUMN, SCOPE = "title", "body", "sound", "scope"
#: how terms of owners begin
OWNER = "o"

_NUMBER = re.compile(r"\+?[0-9](?:[ \-./()]{0,2}[0-9]){5,24}")
_NUMBER_QUERY = re.compile(r"\+?[0-9 \-./()]+")


@dataclass(frozen=True)
class Term:
    """A word to be found in one of some columns, whole or as a beginning."""

    columns: tuple[str, ...]
    text: str
    prefix: bool = False


@dataclass(frozen=True)
class All:
    """Each part must hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Any:
    """One part must hold."""

    parts: tuple["Condition", ...]


Condition = Term | All | Any


@dataclass(frozen=True)
class Document:
    """What the index keeps of one record."""

    record_type: str
    record_id: int
    owner_id: int | None
    title_key: str
    title: tuple[str, ...]
    body: tuple[str, ...]
    sound: tuple[str, ...]
    scope: tuple[str, ...]


def document(
    *,
    record_type: str,
    record_id: int,
    owner_id: int | None,
    owned: bool,
    title: str,
    body: str = "",
    person: bool = False,
) -> Document:
    """The terms of a record.

    Args:
        owned: whether an owner (or the pool) decides who sees it.
        person: whether the title is a person's name (surnames read as such).
    """
    title = title[:MAX_TITLE]
    words = index_terms(title)
    scope = [type_term(record_type)]
    if owned:
        scope += (owner_term(owner_id), owner_term(owner_id, record_type))
    return Document(
        record_type=record_type,
        record_id=record_id,
        owner_id=owner_id if owned else None,
        title_key=title_key(title),
        title=_unique([*words, *_numbers(title)]),
        body=_unique(_body_terms(body[:MAX_BODY])),
        sound=_unique(_sounds(title, person)),
        scope=tuple(scope),
    )


def title_key(title: str) -> str:
    """The normalised beginning of a title, for exact and prefix look-up."""
    return simplified(normalise(title[:MAX_TITLE])).replace("\x00", "")[:TITLE_KEY]


def type_term(record_type: str) -> str:
    return "t" + re.sub(r"[^a-z0-9]", "x", record_type.lower())


def owner_term(owner_id: int | None, record_type: str = "") -> str:
    """The owner as a term, of one type or of all; the open pool is owner 0."""
    return f"{OWNER}{owner_id or 0}{type_term(record_type) if record_type else ''}"


def parts_of(term: str) -> tuple[str, ...]:
    """The terms of owner and type that an owner's term of one type stands for ("o8taccount" →
    "o8", "taccount"); of another term itself."""
    owner, middle, kind = term.partition("t")
    return (owner, middle + kind) if owner.startswith(OWNER) and kind else (term,)


def _body_terms(body: str) -> Iterable[str]:
    words = index_terms(body)
    starts = [word[:EDGE] for word in words if len(word) > EDGE and word.isascii()]
    return [*words, *starts, *_numbers(body)]


def _numbers(text: str) -> Iterable[str]:
    """Long numbers (phones, codes) from every digit on, so that any four digits of one find it."""
    terms: list[str] = []
    for found in _NUMBER.findall(text):
        digits = re.sub(r"[^0-9]", "", found)
        terms.append(digits[:EDGE])
        terms += [digits[start : start + SOUND] for start in range(len(digits) - EDGE)]
    return terms


def _sounds(title: str, person: bool) -> Iterable[str]:
    """Sounds and initials from every syllable on, and their first letters. Written for speed:
    an import spends a good part of its time here."""
    found = sounds(title, person=person)[:MAX_SYLLABLES]
    letters = "".join([syllable[0] for syllable, _han in found])
    terms: list[str] = []
    for start, end in _runs(found):
        sound = "".join([syllable for syllable, _han in found[start:end]])
        place = 0
        for at in range(start, end):
            syllable, han = found[at]
            long, short = sound[place : place + SOUND], letters[at : at + INITIALS]
            # edges of both, and both whole where they are longer than their edges
            terms += (long[:1], long[:2], long[:3], short, short[:2], short[:3])
            # a word alone stands in the title itself
            if han or at + 1 < end:
                terms.append(long)
            place += len(syllable)
    return terms


def _runs(found: Sequence[tuple[str, bool]]) -> Iterable[tuple[int, int]]:
    """Where runs of syllables begin and end."""
    start = 0
    for at in range(1, len(found)):
        if not found[at][1] and not found[at - 1][1]:
            yield start, at
            start = at
    yield start, len(found)


def _unique(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(terms))


# -------------------------------------------------------------------------------------- queries


def words_condition(text: str, *, body: bool) -> Condition | None:
    """What a record must hold to be found by the words typed; None when there are no words.

    Args:
        text: anything from a search box; its first 200 characters count.
        body: whether the body is looked at, too.
    """
    terms = query_terms(text[:MAX_QUERY])[:MAX_QUERY_TERMS]
    if not terms:
        return None
    columns = (TITLE, BODY) if body else (TITLE,)
    condition: Condition = All(tuple(_word(term, columns) for term in terms))
    digits = re.sub(r"[^0-9]", "", text[:MAX_QUERY])
    if len(terms) > 1 and len(digits) > EDGE and _NUMBER_QUERY.fullmatch(text[:MAX_QUERY].strip()):
        return Any((condition, Term(columns, digits[:SOUND], prefix=True)))
    return condition


def _word(term: str, columns: tuple[str, ...]) -> Condition:
    if is_han(term[0]):
        return Term(columns, term, prefix=len(term) == 1)
    if len(term) <= EDGE:
        return Term((*columns, SOUND_COLUMN), term)
    if term.isascii() and len(term) <= SOUND:
        # one list over all columns: two would be walked side by side
        return Term((*columns, SOUND_COLUMN), term, prefix=True)
    found: list[Condition] = [Term(columns, term, prefix=True)]
    if term.isascii():
        found.append(Term((SOUND_COLUMN,), term[:SOUND], prefix=True))
    if term.isdigit() and len(term) > SOUND:
        found.append(Term(columns, term[:SOUND], prefix=True))
    return Any(tuple(found)) if len(found) > 1 else found[0]


def closeness(title: str, typed: str) -> int:
    """How near a title is to the words typed: 0 equal, 1 begins with them, 2 holds them as they
    stand, ELSEWHERE found otherwise. For ordering.

    Args:
        title, typed: both as `title_key` makes them.
    """
    if title == typed:
        return 0
    if title.startswith(typed):
        return 1
    return 2 if typed in title else ELSEWHERE


def say(label: str) -> str:
    """How the label of a command sounds: pinyin and initials without gaps ("新建客户" →
    "xinjiankehu xjkh"); "" for one without Han characters, which its own letters find."""
    if not any(is_han(letter) for letter in label):
        return ""
    parts = (pinyin(label), initials(label))
    return " ".join("".join(ch for ch in part if ch.isalnum()) for part in parts)
