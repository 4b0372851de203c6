"""Every kind answers the same interface: what it shows for editing it reads back."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from shangji.core.accounts.factories import make_account
from shangji.core.products.factories import make_product
from shangji.records.kinds import (
    KINDS,
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    File,
    Image,
    Link,
    LongText,
    Mail,
    Money,
    Number,
    Option,
    Percent,
    Person,
    Phone,
    Postal,
    Rating,
    RichText,
    Sequence,
    Several,
    Tags,
    Team,
    Text,
    Web,
    Whole,
)
from shangji.records.kinds.base import OPERATORS, FormatContext, Kind
from tests.records.contract import NAUGHTY


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


#: a kind, values it can hold, texts it refuses
SAMPLES: list[tuple[Kind, list[Any], list[str]]] = [
    (Text(20), ["", "Haina", "海纳 <b>"], ["a" * 21]),
    (LongText(100), ["", "one\ntwo"], ["a" * 101]),
    (Whole(0, 1000), [0, 7, 1000], ["-1", "1001", "1.5", "x", "9" * 50]),
    (Number(), [Decimal("1.5"), Decimal("0")], ["x", "1e400", "NaN"]),
    (Money(), [Decimal("1285000"), Decimal("0.5"), Decimal("-3")], ["x", "1e400", "NaN"]),
    (Percent(), [0, 44, 100], ["101", "-1", "x"]),
    (Date(), [date(2026, 11, 23), date(1999, 1, 31)], ["2026-13-01", "x", "32.1.2026"]),
    (DateTime(), [datetime(2026, 11, 23, 2, 30, tzinfo=UTC)], ["x", "2026-11-23 25:00"]),
    (Boolean(), [True, False], ["maybe"]),
    (Choice((Option("a", "Anna"), Option("b", "Bo"))), ["a", "b", ""], ["c"]),
    (Choice((Option("1", "One"),), numeric=True), [1, None], ["2"]),
    (Phone(), ["", "+86 138 0000 1234"], ["abc"]),
    (Mail(), ["", "li@example.com"], ["li", "li@", "a@b@c"]),
    (Web(), ["", "https://example.com/a"], ["javascript:alert(1)", "ftp://x.com", "a b.c"]),
    (Several((Option("a", "Anna"), Option("b", "Bo"))), [[], ["a"], ["a", "b"]], ["c", "a,c"]),
    (Sequence("OPP"), ["", "OPP-2026-0001"], ["a" * 61]),
    (Rating(5), [None, 1, 5], ["6", "-1", "x", "2.5"]),
    (Duration(), [None, 0, 5, 90, 6000], ["x", "1:75", "-1", "99999:00"]),
    (
        Postal(),
        [
            "",
            "CN330106 浙江省杭州市西湖区文三路 1 号\n310012",
            "CN110000 北京市",
            "CN000000 长安街",
            "DE000000 Unter den Linden 1\n10117 Berlin",
            "ZZ000000 12 Main St <b>",
        ],
        ["a" * 301],
    ),
    (
        RichText(),
        ["", "报价 <b>\x1e<p>报价 &lt;b&gt;</p>", "a\n- b\x1e<h2>a</h2><ul><li>b</li></ul>"],
        ["a" * 40_001, "<p>" + "<b>" * 300],
    ),
    (File(), [[]], ["x", "0" * 32, "../x", ",".join(f"{n:032x}" for n in range(21))]),
    (Image(), [[]], ["x", "0" * 32]),
    (Tags(), [[], ["east", "key"]], ["x" * 41, ",".join(f"t{n}" for n in range(21))]),
]


def test_it_samples_every_kind() -> None:
    tried = {type(kind) for kind, _values, _refused in SAMPLES} | {Person, Link, Team}
    assert tried == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "values"), [(k, v) for k, v, _r in SAMPLES], ids=lambda x: getattr(x, "name", "")
)
@pytest.mark.parametrize("locale", ["en", "zh-hans"])
def test_it_reads_back_what_it_shows(
    kind: Kind, values: list[Any], locale: str, dana: Any, actor: Any, now: Any
) -> None:
    context = FormatContext.of(None, now)
    for value in values:
        text = kind.edit_text(value, locale=locale)
        assert kind.parse(text, actor=actor(dana), locale=locale) == value
        row = {"x": value, "currency": "CNY"}
        assert "<b>" not in kind.cell(row, "x", context)
        assert isinstance(kind.text(row, "x", context), str)


@pytest.mark.parametrize(
    ("kind", "refused"), [(k, r) for k, _v, r in SAMPLES], ids=lambda x: getattr(x, "name", "")
)
def test_it_refuses_with_words(kind: Kind, refused: list[str], dana: Any, actor: Any) -> None:
    for text in refused:
        with pytest.raises(ValueError, match=r"\w"):
            kind.parse(text, actor=actor(dana), locale="en")


@pytest.mark.parametrize("kind", [k for k, _v, _r in SAMPLES], ids=lambda x: x.name)
def test_it_reads_or_refuses_anything(kind: Kind, dana: Any, actor: Any) -> None:
    for text in NAUGHTY:
        try:
            value = kind.parse(text, actor=actor(dana), locale="zh-hans")
        except ValueError:
            continue
        if isinstance(value, str):
            assert "\x00" not in value
            assert "\ud800" not in value


def test_it_names_known_operators_only() -> None:
    for kind in KINDS:
        assert set(kind.operators) <= set(OPERATORS)


def test_it_finds_people_and_records_by_name_or_id(alice: Any, charlie: Any, actor: Any) -> None:
    mine, foreign = make_account(alice, name="Haina"), make_account(charlie, name="Hidden")
    link, person, who = Link("account", "accounts"), Person(), actor(alice)
    for text in ("Haina", "haina", str(mine.pk)):
        assert link.parse(text, actor=who, locale="en") == mine.pk
    for text in ("Hidden", str(foreign.pk), "Nobody", "999999"):
        with pytest.raises(ValueError, match="was not found"):
            link.parse(text, actor=who, locale="en")
    for text in ("Charlie", "charlie@example.com", str(charlie.pk)):
        assert person.parse(text, actor=who, locale="en") == charlie.pk
    assert person.parse("me", actor=who, locale="en") == alice.pk
    with pytest.raises(ValueError, match="Nobody here"):
        person.parse("Zoe", actor=who, locale="en")


def test_it_shows_products_to_everybody(vera: Any, alice: Any, sign_in: Any) -> None:
    product = make_product(name="MES Standard")
    for user in (vera, alice):
        assert b"MES Standard" in sign_in(user).get("/products/").content
        assert sign_in(user).get(f"/products/{product.pk}/").status_code == 200
    assert sign_in(alice).get(f"/products/{product.pk}/edit/").status_code == 403
