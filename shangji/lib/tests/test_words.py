from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.errors import BadInput
from shangji.lib.tests.shared import shared_file
from shangji.lib.text import bigrams, index_terms, initials, normalise, pinyin, pinyin_syllables
from shangji.lib.text.words import MAX_QUERY_TERMS, query_terms
from tests.quick import least_seconds

HOSTILE = [
    '"', "'", '"unbalanced', "a & | !", "*", "%_%", "(" * 10_000, "[{(<" * 2_500, "\x00", "a\x00b",
    "\ud800", "a\udfffb", "NEAR(", "^ - + :", "' OR 1=1--", "\\", "\u202e", "\ufdfa" * 10_000,
]  # fmt: skip


def found(query: str, text: str) -> bool:
    """What the index answers: every pair exactly, a word or single character by prefix."""
    terms = index_terms(text)
    return bool(query_terms(query)) and all(
        any(term == wanted or term.startswith(wanted) for term in terms)
        for wanted in query_terms(query)
    )


def test_one_spelling_for_what_reads_the_same() -> None:
    assert normalise("  ＭＥＳ　二期\n ") == "mes 二期"
    assert normalise("Straße CAFÉ ﬁn") == "strasse cafe fin"
    assert normalise("がき й") == "がき й"
    with pytest.raises(BadInput, match="at most 10 characters, has 11"):
        normalise("x" * 11, 10)


def test_han_runs_become_overlapping_pairs_and_words_stay_whole() -> None:
    assert bigrams("华辰精密") == ["华辰", "辰精", "精密"]
    assert bigrams("MES 二期 v2") == ["mes", "二期", "v2"]
    assert bigrams("A华B") == ["a", "华", "b"]
    assert bigrams("lin.yue@acme.com") == ["lin", "yue", "acme", "com"]
    assert bigrams("") == []
    assert index_terms("华辰精密") == ["华辰", "辰精", "精密", "密"]


@pytest.mark.parametrize(
    ("query", "text", "hit"),
    [
        ("精密", "华辰精密 MES 二期", True),
        ("密", "华辰精密", True),
        ("华", "华辰精密", True),
        ("辰精密", "华辰精密", True),
        ("华密", "华辰精密", False),
        ("me", "华辰精密 MES 二期", True),
        ("二期 mes", "华辰精密 MES 二期", True),
        ("ＭＥＳ", "mes", True),
        ("cafe", "Café", True),
        ("es", "MES", False),
        ("", "MES", False),
    ],
)
def test_a_query_finds_what_a_person_expects(query: str, text: str, hit: bool) -> None:
    assert found(query, text) is hit


@given(st.text(alphabet="华辰精密二期甲乙丙", min_size=1, max_size=12), st.data())
def test_every_part_of_a_han_run_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert found(text[start:end], f"前{text}后")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_search_box_takes_anything(text: str) -> None:
    assert least_seconds(lambda: query_terms(text)) < 0.1
    terms = query_terms(text)
    assert len(terms) <= MAX_QUERY_TERMS
    assert all(term.isalnum() for term in terms)
    "".join(terms).encode()
    bigrams(text)


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=300))
def test_terms_are_letters_and_digits_only(text: str) -> None:
    for term in (*query_terms(text), *index_terms(text)):
        assert term
        assert not set(term) & set("\"'*&|!():-^+\\\x00 _%")
        term.encode()


@pytest.mark.shared_data
def test_naughty_strings_do_no_harm() -> None:
    for text in json.loads(shared_file("naughty_strings/blns.json").read_text("utf-8")):
        assert all(term.isalnum() for term in query_terms(text))
        pinyin(text)


@pytest.mark.parametrize(
    ("text", "full", "first"),
    [
        ("华辰精密", "huachenjingmi", "hcjm"),
        ("华辰精密 MES 二期", "huachenjingmi mes erqi", "hcjm mes eq"),
        ("华辰MES", "huachenmes", "hcmes"),
        ("重庆长安汽车", "chongqingchanganqiche", "cqcaqc"),
        ("徐州重工", "xuzhouzhonggong", "xzzg"),
        ("招商银行", "zhaoshangyinhang", "zsyh"),
        ("绿能", "lvneng", "ln"),
        ("曾经", "cengjing", "cj"),
        ("", "", ""),
        ("Acme Ltd.", "acme ltd", "acme ltd"),
    ],
)
def test_pinyin_and_initials(text: str, full: str, first: str) -> None:
    assert pinyin(text) == full
    assert initials(text) == first


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("单雄信", "shanxiongxin"),
        ("仇英", "qiuying"),
        ("曾国藩", "zengguofan"),
        ("尉迟恭", "yuchigong"),
        ("林悦", "linyue"),
        ("Lin Yue", "lin yue"),
    ],
)
def test_surnames_are_read_as_such_only_in_names(name: str, full: str) -> None:
    assert pinyin(name, person=True) == full


def test_a_price_list_is_not_a_surname() -> None:
    assert pinyin("单价").startswith("dan")
    assert pinyin_syllables("华辰 MES2 期") == ["hua", "chen", "mes2", "qi"]


@given(st.text(max_size=60))
def test_pinyin_takes_any_text(text: str) -> None:
    assert len(initials(text)) <= max(len(pinyin(text)), 1)
    pinyin(text, person=True)
