"""Text: normalising and search terms (`words`), pinyin (`pinyin`), keys for matching (`keys`).

Everything here looks at the length first and only then at the characters.
"""

from shangji.lib.text.case import case_forms, lower_ascii
from shangji.lib.text.han_forms import simplified
from shangji.lib.text.keys import (
    clean_name,
    company_key,
    domain_of,
    mail_key,
    mask,
    person_key,
    phone_key,
    whole_name,
)
from shangji.lib.text.pinyin import initials, pinyin, pinyin_syllables, sounds
from shangji.lib.text.words import bigrams, index_terms, is_han, normalise, query_terms

__all__ = [
    "bigrams",
    "case_forms",
    "clean_name",
    "company_key",
    "domain_of",
    "index_terms",
    "initials",
    "is_han",
    "lower_ascii",
    "mail_key",
    "mask",
    "normalise",
    "person_key",
    "phone_key",
    "pinyin",
    "pinyin_syllables",
    "query_terms",
    "simplified",
    "sounds",
    "whole_name",
]
