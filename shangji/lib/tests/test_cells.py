from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.sheets import guard, needs_guard, unguard
from shangji.lib.tests.shared import shared_file


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\rx", "\nx", "\t", " =1", "\u3000=1", "\x00=1",
        "\x01=1", "\u200b=1", "\ufeff=1", "\u202e=1", "＝1", "＋1", "－1", "＠A", "'=1", "''=1",
        '"=1',
        " ' =1", "=cmd|' /C calc'!A0", "-5.00*2", "+47-22", "+1(2)", "-", "=", "+", "−1+cmd",
        "-1e5", "+49 (0) 1", "-2+3+cmd|' /C calc'!D2",
    ],
)  # fmt: skip
def test_what_might_calculate_gets_an_apostrophe(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "-5.00", "+3", "-1000000", "+47 22 00 00 00", "+8613812345678", "a=b", "1+1", "x@y.z",
     "'quoted'", "'", "华辰", "1=1", "#REF!", "(5)", "5-3"],
)  # fmt: skip
def test_numbers_phones_and_plain_text_stay_as_they_are(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@given(
    st.one_of(
        st.text(max_size=30),
        st.text(alphabet="'\"=+-@\t\r\n 　＝＋－＠a1.", max_size=12),
    )
)
def test_unguard_takes_off_exactly_what_guard_put_on(text: str) -> None:
    assert unguard(guard(text)) == text
    shown = guard(text).strip()
    if shown[:1] in "=+-@＝＋－＠" and shown:
        assert not needs_guard(text)


@pytest.mark.shared_data
def test_naughty_strings_come_back() -> None:
    for text in json.loads(shared_file("naughty_strings/blns.json").read_text("utf-8")):
        assert unguard(guard(text)) == text
        assert not guard(text).lstrip().startswith(("=", "@"))
