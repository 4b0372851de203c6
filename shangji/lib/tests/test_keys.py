from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.errors import BadInput
from shangji.lib.text import (
    clean_name,
    company_key,
    domain_of,
    mail_key,
    mask,
    normalise,
    person_key,
    phone_key,
)
from tests.quick import least_seconds


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("华辰精密制造有限公司", "华辰精密制造"),
        ("华辰精密（上海）股份有限公司", "华辰精密上海"),
        ("华辰精密(上海)有限责任公司", "华辰精密上海"),
        ("泰和集团有限公司", "泰和"),
        ("泰和集团", "泰和"),
        ("集团", "集团"),
        ("有限公司", "有限公司"),
        ("华辰精密上海分公司", "华辰精密上海分"),
        ("Acme Robotics Co., Ltd.", "acmerobotics"),
        ("ACME ROBOTICS, INC", "acmerobotics"),
        ("Acme Robotics L.L.C.", "acmerobotics"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Meyer and Co", "meyer"),
        ("Inc", "inc"),
        ("O'Neil Group Holdings", "oneil"),
        ("ＡＣＭＥ（中国）有限公司", "acme中国"),
        ("", ""),
    ],
)
def test_companies_are_compared_without_their_legal_form(name: str, key: str) -> None:
    assert company_key(name) == key


def test_a_branch_is_another_company() -> None:
    assert company_key("华辰精密上海分公司") != company_key("华辰精密上海有限公司")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("138 1234 5678", "+8613812345678"),
        ("+86 138-1234-5678", "+8613812345678"),
        ("１３８１２３４５６７８", "+8613812345678"),
        ("0086 13812345678", "+8613812345678"),
        ("021-5555 1234 转 801", "+862155551234;ext=801"),
        ("(021) 55551234", "+862155551234"),
        ("+47 22 00 00 00", "+4722000000"),
        ("not a phone", ""),
        ("12", ""),
        ("", ""),
        ("\x00\ud800", ""),
        ("9" * 10**6, ""),
    ],
)
def test_phones(text: str, key: str) -> None:
    assert phone_key(text) == key


def test_a_phone_without_country_belongs_to_the_region() -> None:
    assert phone_key("415 555 2671", "us") == "+14155552671"
    assert phone_key("1", "XX") == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" Lin.Yue@Acme.COM ", "lin.yue@acme.com"),
        ("ｌｉｎ＠ａｃｍｅ．ｃｏｍ", "lin@acme.com"),
        ("a+b@acme.com", "a+b@acme.com"),
        ("x@bücher.de", "x@xn--bcher-kva.de"),
        ("林@例子.中国", "林@xn--fsqu00a.xn--fiqs8s"),
        ("a@b", ""),
        ("@acme.com", ""),
        ("a b@acme.com", ""),
        ("a@acme..com", ""),
        ("a..b@acme.com", ""),
        ("a@-acme.com", ""),
        ("a\n@acme.com", ""),
        ("a@acme.com\r\nBcc: x@y.z", ""),
        ("<a@acme.com>", ""),
        ("\ud800@acme.com", ""),
        ("a@" + "x." * 100_000 + "com", ""),
        ("a" * 65 + "@acme.com", ""),
        ("a" * 10**6, ""),
    ],
)
def test_mail_addresses(text: str, key: str) -> None:
    assert mail_key(text) == key


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("lin@acme.com", "acme.com"),
        ("mailto:lin@acme.com", "acme.com"),
        ("https://www.Acme.com:8443/path?q=1#x", "acme.com"),
        ("acme.com/about", "acme.com"),
        ("www.acme.com", "acme.com"),
        ("http://user:pass@acme.com/", "acme.com"),
        ("https://例子.中国", "xn--fsqu00a.xn--fiqs8s"),
        ("javascript:alert(1)", ""),
        ("ftp://acme.com", ""),
        ("http://[::1]/", ""),
        ("http://127.0.0.1/", ""),
        ("localhost", ""),
        ("华辰精密", ""),
        ("", ""),
        ("x" * 10_000, ""),
    ],
)
def test_domains(text: str, domain: str) -> None:
    assert domain_of(text) == domain


def test_names_are_stored_on_one_line_without_hidden_marks() -> None:
    assert clean_name("  Lin \t Yue\r\n ") == "Lin Yue"
    assert clean_name("a\r\nBcc: x@y.z") == "a Bcc: x@y.z"
    assert clean_name("evil\u202egnp.exe\x00\u200b") == "evilgnp.exe"
    assert clean_name("a\ud800b") == "ab"
    assert clean_name("<b>&{{ x }}") == "<b>&{{ x }}"
    with pytest.raises(BadInput):
        clean_name("x" * 256)


def test_a_chinese_name_is_compared_without_spaces() -> None:
    assert person_key("张 三") == person_key("张三") == "张三"
    assert person_key("LIN  Yue") == "lin yue"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("张三丰", "张**"),
        ("张三", "张*"),
        ("张", "张*"),
        ("13812341234", "138****1234"),
        ("+86 138 1234 1234", "+86138****1234"),
        ("lin@acme.com", "l***@acme.com"),
        ("Alice", "A***"),
        ("  ", ""),
    ],
)
def test_masked_text_can_be_recognised_but_not_used(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=255))
def test_keys_take_any_text_and_settle(text: str) -> None:
    name = clean_name(text)
    assert clean_name(name) == name
    name.encode()
    assert not set(name) & set("\r\n\t\x00")
    company_key(text)
    person_key(text)
    phone = phone_key(text)
    if phone:
        assert phone_key(phone) == phone
    mail = mail_key(text)
    if mail:
        assert mail_key(mail) == mail
    domain = domain_of(text)
    if domain:
        assert domain_of(domain) == domain
    mask(text)


@pytest.mark.parametrize("text", ["\ufdfa" * 10**6, "a" * 10**6, "1" * 10**6, "é" * 10**6])
def test_bombs_are_refused_by_their_length(text: str) -> None:
    def refuse() -> None:
        assert (phone_key(text), mail_key(text), domain_of(text)) == ("", "", "")
        for work in (company_key, person_key, clean_name, normalise):
            with pytest.raises(BadInput):
                work(text)

    assert least_seconds(refuse) < 0.1
