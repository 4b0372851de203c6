from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.credit_code import ALPHABET, check_character, is_credit_code, read_credit_code
from shangji.lib.errors import BadInput

GOOD = "91350100M000100Y43"  # the example in GB 32100


def test_it_reads_a_code_as_people_paste_it() -> None:
    for text in (
        GOOD,
        GOOD.lower(),
        " 9135 0100-M000 100Y43 ",
        "９１３５０１００Ｍ０００１００Ｙ４３",
    ):
        assert read_credit_code(text) == GOOD
        assert is_credit_code(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("91350100M00", "Needs 18 characters, has 11."),
        ("", "Needs 18 characters, has 0."),
        ("9" * 10**6, "Needs 18 characters, has 1000000."),
        ("91350100M000100Y44", "The last character would be 3, it is 4: check for a slip."),
        ("9135O100M000100Y43", "Has digits and capitals without I, O, S, V and Z; “O” is none."),
        ("91350100M000100Y4三", "Has digits and capitals without I, O, S, V and Z; “三” is none."),
    ],
)
def test_it_says_what_is_expected_and_what_is_there(text: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_credit_code(text)
    assert caught.value.message == message
    assert not is_credit_code(text)


@given(st.text(alphabet=ALPHABET, min_size=17, max_size=17), st.data())
def test_one_wrong_character_is_found(first: str, data: st.DataObject) -> None:
    code = first + check_character(first)
    assert is_credit_code(code)
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([letter for letter in ALPHABET if letter != code[place]]))
    assert not is_credit_code(code[:place] + other + code[place + 1 :])
