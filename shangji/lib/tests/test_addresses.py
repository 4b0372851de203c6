"""Addresses and divisions: what is read, kept, shown and found."""

import pytest

from shangji.lib.addresses import Address, place_name, read_address, show, span_of, split
from shangji.lib.divisions import below, division, full_name, read_divisions


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("浙江省杭州市西湖区文三路 1 号", "330106", "文三路 1 号"),
        ("杭州市西湖区文三路", "330106", "文三路"),
        ("浙江 杭州 西湖", "330106", ""),
        ("浙江-杭州-西湖区", "330106", ""),
        ("北京市市辖区朝阳区建国路", "110105", "建国路"),
        ("北京市北京市朝阳区", "110105", ""),
        ("上海浦东新区张江", "310115", "张江"),
        ("上海路 5 号", "", "上海路 5 号"),
        ("上海南京路 1 号", "31", "南京路 1 号"),
        ("吉林市昌邑区", "220202", ""),
        ("江苏昆山市前进路", "320583", "前进路"),
        ("浙江省义乌市", "330782", ""),
        ("内蒙古呼和浩特", "1501", ""),
        ("新疆石河子市", "659001", ""),
        ("广东省东莞市长安镇", "4419", "长安镇"),
        ("苏州工业园区星湖街", "320576", "星湖街"),
        ("鼓楼区 1 号", "", "鼓楼区 1 号"),
        ("Main Street 5", "", "Main Street 5"),
    ],
)
def test_it_reads_divisions(text: str, code: str, rest: str) -> None:
    assert read_divisions(text) == (code, rest)


def test_it_reads_every_division_by_its_whole_name() -> None:
    codes = [one.code for province in below() for one in [province, *below(province.code)]]
    codes += [one.code for code in list(codes) for one in below(code)]
    wrong = [code for code in codes if read_divisions(full_name(code))[0] != code]
    assert all(division(code).is_group for code in wrong)  # type: ignore[union-attr]
    assert len(set(codes)) > 3300
    assert {one.name for one in below("11")} >= {"朝阳区", "海淀区"}


@pytest.mark.parametrize(
    ("text", "stored", "english"),
    [
        (
            "310012 浙江省杭州市西湖区文三路 1 号",
            "CN330106 浙江省杭州市西湖区文三路 1 号\n310012",
            "文三路 1 号, Xihu District, Hangzhou, Zhejiang 310012",
        ),
        (
            "中国浙江省杭州市文三路，邮编：310012",
            "CN330100 浙江省杭州市文三路\n310012",
            "文三路, Hangzhou, Zhejiang 310012",
        ),
        ("中国银行大厦 5 楼", "CN000000 中国银行大厦 5 楼", "中国银行大厦 5 楼"),
        (
            "Unter den Linden 1\n10117 Berlin\nGermany",
            "DE000000 Unter den Linden 1\n10117 Berlin",
            "Unter den Linden 1, 10117 Berlin, Germany",
        ),
        (
            "1 Infinite Loop, Cupertino, USA",
            "US000000 1 Infinite Loop, Cupertino",
            "1 Infinite Loop, Cupertino, United States",
        ),
        ("5 Main St, Denver, CO", "ZZ000000 5 Main St, Denver, CO", "5 Main St, Denver, CO"),
        ("5 Main St, Atlanta, Georgia", "ZZ000000 5 Main St, Atlanta, Georgia", None),
        ("千代田区丸之内 1-1\n日本", "JP000000 千代田区丸之内 1-1", "千代田区丸之内 1-1, Japan"),
    ],
)
def test_it_reads_keeps_and_shows(text: str, stored: str, english: str | None) -> None:
    found = read_address(text)
    assert found is not None and found.stored == stored
    assert split(stored) == found
    assert read_address(found.typed) == found
    assert show(stored, "en") == (english or stored[9:])


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (
            "1 Wensan Road, Xihu District, Hangzhou, Zhejiang 310012, China",
            "CN330106 浙江省杭州市西湖区1 Wensan Road\n310012",
        ),
        ("Chaoyang District, Beijing", "CN110105 北京市朝阳区"),
        ("前进路, Kunshan, Suzhou, Jiangsu", "CN320583 江苏省苏州市昆山市前进路"),
        ("Shihezi, Xinjiang", "CN659001 新疆维吾尔自治区石河子市"),
    ],
)
def test_it_reads_what_it_shows_in_english(text: str, stored: str) -> None:
    found = read_address(text)
    assert found is not None and found.stored == stored
    assert read_address(show(stored, "en")) == found
    assert read_address(found.typed) == found


def test_it_shows_chinese_in_one_line() -> None:
    assert show("CN330106 浙江省杭州市西湖区文三路\n310012", "zh-hans") == (
        "浙江省杭州市西湖区文三路 310012"
    )
    assert show("DE000000 Linden 1\n10117 Berlin", "zh-hans") == "Linden 1, 10117 Berlin, 德国"
    assert read_address(" \n ") is None
    # a name that is no longer in the table stands as it was kept
    assert split("CN339999 旧名区文三路") == Address("CN", "339999", "旧名区文三路")


@pytest.mark.parametrize(
    ("word", "span", "name"),
    [
        ("浙江", "CN33", "Zhejiang"),
        ("330100", "CN3301", "Hangzhou, Zhejiang"),
        ("杭州市西湖区", "CN330106", "Xihu District, Hangzhou, Zhejiang"),
        ("CN3300", "CN3300", "Zhejiang"),
        ("德国", "DE", "Germany"),
        ("DE", "DE", "Germany"),
    ],
)
def test_it_knows_places(word: str, span: str, name: str) -> None:
    assert span_of(word) == span
    assert place_name(span, "en") == name


@pytest.mark.parametrize("word", ["x", "99", "西湖区", "3399"])
def test_it_refuses_what_is_no_place(word: str) -> None:
    with pytest.raises(ValueError, match=word[:1]):
        span_of(word)
