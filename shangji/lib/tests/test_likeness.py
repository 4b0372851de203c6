"""Likeness of names, and domains that say nothing of a firm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.likeness import asked_halves, halves, likeness
from shangji.lib.mail_providers import is_shared_domain
from shangji.lib.text import company_key


@pytest.mark.parametrize(
    ("one", "other", "percent"),
    [
        ("acmerobotics", "acmerobotics", 100),
        ("acmerobotics", "acmerobotic", 91),  # one of twelve left out
        ("acmerobotics", "amcerobotics", 91),  # two neighbours swapped count one
        ("华辰精密机械", "华晨精密机械", 83),  # one of six written wrong
        ("华辰精密", "华辰精工", 75),
        ("zhangsan", "lisi", 12),
        ("a", "", 0),
        ("", "", 0),
    ],
)
def test_it_tells_how_much_need_not_change(one: str, other: str, percent: int) -> None:
    assert likeness(one, other) == likeness(other, one) == percent


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华辰精密机械（苏州）有限公司", "华辰精密机械苏州"),
        ("ＡＣＭＥ Robotics Co., Ltd.", "Acme Robotics Inc."),
        ("恒远物流集团股份有限公司", "恒远物流"),
        ("恒远物流股份", "恒远物流有限公司"),
        ("Müller Maschinen GmbH", "Muller Maschinen"),
    ],
)
def test_names_of_one_firm_have_one_key(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


@given(st.text("abcd华辰精密", min_size=4, max_size=12), st.data())
def test_a_name_with_one_slip_stands_under_a_half_that_is_asked(
    name: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("xyz"))
    slips = [
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + letter + name[at + 1 :],
    ]
    for slip in slips:
        if len(slip) >= 4:
            assert set(halves(name)) & set(asked_halves(slip)), (name, slip)


@given(st.text("abc", max_size=9), st.text("abc", max_size=9), st.integers(0, 100))
def test_a_bound_changes_no_answer_above_it(one: str, other: str, least: int) -> None:
    whole = likeness(one, other)
    bounded = likeness(one, other, least)
    assert bounded == whole or (bounded == 0 and whole < least)


@pytest.mark.parametrize(
    ("domain", "shared"),
    [("qq.com", True), ("gmail.com", True), ("yahoo.co.jp", True), ("shop.taobao.com", True),
     ("huachen.com", False), ("qq.com.cn", False)],
)  # fmt: skip
def test_a_provider_is_no_firm(domain: str, shared: bool) -> None:
    assert is_shared_domain(domain) is shared
