from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.currencies import decimals_of
from shangji.lib.errors import BadInput
from shangji.lib.money import (
    Rate,
    Totals,
    format_exact,
    format_short,
    parse_money,
    read_amount,
    round_half_up,
    round_money,
    split_amount,
)

D = Decimal
amounts = st.decimals(
    min_value=-(10**15), max_value=10**15, places=4, allow_nan=False, allow_infinity=False
)
currencies = st.sampled_from(["CNY", "USD", "EUR", "HKD", "JPY", "GBP", "BRL", "KWD", "CHF", "TWD"])


# ------------------------------------------------------------------------------------ rounding


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.125", "CNY", "0.13"),
        ("0.124999", "CNY", "0.12"),
        ("-0.125", "CNY", "-0.13"),
        ("2.5", "JPY", "3"),
        ("-2.5", "JPY", "-3"),
        ("1.2345", "KWD", "1.235"),
        ("16666.665", "CNY", "16666.67"),
        ("-0.001", "CNY", "0.00"),
    ],
)
def test_it_rounds_half_up_to_the_decimals_of_the_currency(
    amount: str, currency: str, rounded: str
) -> None:
    assert str(round_money(D(amount), currency)) == rounded


@given(amounts, currencies)
def test_rounding_moves_by_at_most_half_a_unit_and_settles(amount: D, currency: str) -> None:
    once = round_money(amount, currency)
    assert abs(once - amount) * 2 <= D(1).scaleb(-decimals_of(currency))
    assert round_money(once, currency) == once
    assert round_money(-amount, currency) == -once


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_it_refuses_what_is_no_number(amount: str) -> None:
    for work in (
        lambda: round_money(D(amount), "CNY"),
        lambda: format_exact(D(amount), "CNY"),
        lambda: format_short(D(amount), "CNY"),
        lambda: split_amount(D(amount), [1]),
        lambda: Totals({"CNY": D(amount)}),
    ):
        with pytest.raises(ValueError, match="not an amount"):
            work()


# ------------------------------------------------------------------------------------- showing


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1285000", "CNY", "¥1,285,000"),
        ("86000.5", "USD", "US$86,000.50"),
        ("-300", "JPY", "−JP¥300"),
        ("0.0125", "CNY", "¥0.0125"),
        ("1.5", "KWD", "KWD 1.500"),
        ("0", "EUR", "€0"),
        ("-0.00", "CNY", "¥0"),
        ("1200", "CHF", "CHF 1,200"),
        ("1E+3", "HKD", "HK$1,000"),
    ],
)
def test_it_shows_the_exact_figure(amount: str, currency: str, shown: str) -> None:
    assert format_exact(D(amount), currency, "zh-hans") == shown
    assert format_exact(D(amount), currency, "en") == shown


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("1285000", "¥128.5 万", "¥1.29M"),
        ("860000", "¥86 万", "¥860K"),
        ("360000", "¥36 万", "¥360K"),
        ("428000", "¥42.8 万", "¥428K"),
        ("3200000", "¥320 万", "¥3.20M"),
        ("18710000", "¥1,871 万", "¥18.71M"),
        ("102000000", "¥1.02 亿", "¥102.00M"),
        ("120000000", "¥1.2 亿", "¥120.00M"),
        ("8600", "¥8,600", "¥8,600"),
        ("99.5", "¥99.50", "¥99.50"),
        ("12345", "¥1.2 万", "¥12.3K"),
        ("9999.996", "¥1 万", "¥10K"),
        ("99999999", "¥1 亿", "¥100.00M"),
        ("999999", "¥100 万", "¥1.00M"),
        ("99960", "¥10 万", "¥100K"),
        ("0", "¥0", "¥0"),
        ("-0.001", "¥0", "¥0"),
        ("-540000", "−¥54 万", "−¥540K"),
        ("1234500000000", "¥12,345 亿", "¥1,234.50B"),
    ],
)
def test_it_shows_the_short_figure(amount: str, zh: str, en: str) -> None:
    assert format_short(D(amount), "CNY", "zh-hans") == zh
    assert format_short(D(amount), "CNY", "en") == en


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("4160000", "¥416.0 万"),
        ("18710000", "¥1,871.0 万"),
        ("102000000", "¥1.02 亿"),
        ("100000000", "¥1.00 亿"),
        ("8600", "¥8,600"),
    ],
)
def test_sums_keep_their_decimals_so_that_they_line_up(amount: str, shown: str) -> None:
    assert format_short(D(amount), "CNY", "zh-hans", keep_decimal=True) == shown


def test_gains_carry_their_sign_when_asked() -> None:
    assert format_short(D(960000), "CNY", "zh-hans", signed=True) == "+¥96 万"
    assert format_short(D(-540000), "CNY", "zh-hans", signed=True) == "−¥54 万"
    assert format_short(D(0), "CNY", "zh-hans", signed=True) == "¥0"
    assert format_exact(D(5), "CNY", "en", signed=True) == "+¥5"


@given(amounts, st.sampled_from(["zh-hans", "en"]), st.booleans())
def test_the_short_figure_is_near_the_exact_one(amount: D, locale: str, keep: bool) -> None:
    shown = format_short(amount, "CNY", locale, keep_decimal=keep)
    read = parse_money(shown, locale, max_abs=10**17)
    assert abs(read - amount) <= max(abs(amount) * D("0.05"), D("0.005"))
    assert "10,000 万" not in shown


# ------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "locale", "amount"),
    [
        ("1,234.50", "zh-hans", "1234.50"),
        ("1,234.50", "en", "1234.50"),
        ("1.234,50", "de", "1234.50"),
        ("1.234,50", "pt-br", "1234.50"),
        ("1 234,50", "fr", "1234.50"),
        ("1.234", "de", "1234"),
        ("1.234", "en", "1.234"),
        ("128.5万", "zh-hans", "1285000"),
        ("¥128.5 万", "zh-hans", "1285000"),
        ("128.5万元", "zh-hans", "1285000"),
        ("1.2亿", "zh-hans", "120000000"),
        ("3百万", "zh-hans", "3000000"),
        ("10w", "zh-hans", "100000"),
        ("100K", "en", "100000"),
        ("12M", "en", "12000000"),
        ("US$ 12m", "en", "12000000"),
        ("12 mn USD", "en", "12000000"),
        ("12 MXN", "en", "12"),
        ("１２８．５万", "zh-hans", "1285000"),
        ("￥１，２３４", "zh-hans", "1234"),
        ("−5.00", "en", "-5.00"),
        ("-¥5", "en", "-5"),
        ("¥-5", "en", "-5"),
        ("(1,234)", "en", "-1234"),
        ("+7", "en", "7"),
        (".5", "en", "0.5"),
        ("  42 ", "en", "42"),
        ("人民币 300 元", "zh-hans", "300"),
        ("1.50000", "en", "1.5000"),
        ("-0", "en", "0"),
        ("1000000000000000", "en", "1000000000000000"),
    ],
)
def test_it_reads_what_people_write(text: str, locale: str, amount: str) -> None:
    assert parse_money(text, locale) == D(amount)
    assert str(parse_money(text, locale)).startswith("-") == amount.startswith("-")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "NaN", "nan", "Infinity", "-inf", "1e999", "1E5", "0x10", "1_000", "abc", "--5",
        "(-5)", "1.2.3", "1,23", "1,2345", "12,34,567", "1.234,50", "1,234,56", "5%", "1/2", "½",
        "1²", "①", "٣", "1 2", "1000000000000001", "-1000000000000001", "1001万亿", "9亿亿",
        "1.23456", "128.567891234万", "0.00001", "¥5 USD", "5 EUR USD", "12 XYZ", "=1+1", "\x001",
        "1\n2", "\ud800", "9" * 65, "1" + "," * 10_000, "1." + "0" * 61 + "1",
    ],
)  # fmt: skip
def test_it_refuses_what_it_cannot_read_whole(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_money(text, "en")
    assert caught.value.message


def test_it_says_how_the_number_should_be_written() -> None:
    with pytest.raises(BadInput, match=r"Write the number as 1,234\.50"):
        parse_money("1.234,50", "en")
    with pytest.raises(BadInput, match=r"Write the number as 1\.234,50"):
        parse_money("1,234.50", "de")


@pytest.mark.parametrize(
    ("text", "currency"),
    [("¥5", "CNY"), ("US$5", "USD"), ("$5", None), ("5", None), ("5 eur", "EUR"), ("5美元", "USD")],
)
def test_it_tells_the_currency_the_text_names(text: str, currency: str | None) -> None:
    assert read_amount(text) == (D(5), currency)


def test_another_currency_than_the_fields_is_refused() -> None:
    assert parse_money("5 USD", currency="USD") == 5
    with pytest.raises(BadInput, match="in USD, this field in CNY"):
        parse_money("US$5", currency="CNY")


@given(amounts, currencies, st.sampled_from(["zh-hans", "en"]))
def test_what_is_shown_exactly_reads_back_the_same(amount: D, currency: str, locale: str) -> None:
    shown = format_exact(amount, currency, locale)
    assert parse_money(shown, locale, currency=currency) == amount


@given(st.text(max_size=80))
def test_reading_any_text_answers_or_refuses(text: str) -> None:
    try:
        amount = parse_money(text)
    except BadInput:
        return
    assert amount.is_finite()
    assert amount == round_half_up(amount, 4)


# ----------------------------------------------------------------------------------- splitting


def test_three_equal_parts_of_a_hundred_add_up_to_it() -> None:
    assert split_amount(D("100.00"), [1, 1, 1]) == [D("33.34"), D("33.33"), D("33.33")]
    assert split_amount(D("-100"), [1, 1, 1], 0) == [D(-34), D(-33), D(-33)]
    assert split_amount(D(100), [0, 0]) == [D(50), D(50)]
    assert split_amount(D("10"), [D("0.5"), D("0.3"), D("0.2")]) == [D(5), D(3), D(2)]


@given(
    amounts,
    st.lists(
        st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False), min_size=1, max_size=9
    ),
    st.sampled_from([0, 2, 3, 4]),
)
def test_parts_add_up_and_none_is_off_by_a_unit(total: D, weights: list[D], decimals: int) -> None:
    parts = split_amount(total, weights, decimals)
    assert sum(parts) == total
    assert all(part == 0 or (part < 0) == (total < 0) for part in parts)
    if sum(weights):
        unit = D("0.0001") if total != round_half_up(total, decimals) else D(1).scaleb(-decimals)
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part - total * weight / sum(weights)) <= unit


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_it_refuses_weights_that_share_nothing(weights: list[int]) -> None:
    with pytest.raises(BadInput):
        split_amount(D(1), weights)


# -------------------------------------------------------------------------------------- totals


def test_totals_keep_currencies_apart() -> None:
    totals = Totals().add(D(100), "CNY").add(D(5), "usd").add(D("0.5"), "CNY")
    assert list(totals) == [("CNY", D("100.5")), ("USD", D(5))]
    assert totals["EUR"] == 0
    assert (totals + totals)["USD"] == 10
    assert list(totals - totals) == [("CNY", D(0)), ("USD", D(0))]
    assert len({totals, Totals({"USD": D(5), "CNY": D("100.5")})}) == 1


def test_conversion_uses_dated_rates_and_reports_what_is_missing() -> None:
    totals = Totals({"CNY": D(100), "USD": D("10.01"), "EUR": D(3)})
    rates = [
        Rate("USD", "CNY", D("7"), date(2026, 11, 1)),
        Rate("USD", "CNY", D("7.1234"), date(2026, 11, 20)),
        Rate("CNY", "EUR", D("0.12"), date(2026, 11, 20)),
    ]
    converted = totals.convert("CNY", rates)
    assert converted.amount == D("100") + D("71.31")
    assert converted.missing == ("EUR",)
    assert list(converted.apart) == [("EUR", D(3))]
    assert converted.used == (rates[1],)


def test_a_rate_of_nothing_is_no_rate() -> None:
    broken = [Rate("USD", "CNY", D(text), date(2026, 1, 1)) for text in ("0", "-1", "NaN")]
    assert Totals({"USD": D(1)}).convert("CNY", broken).missing == ("USD",)


@given(st.lists(st.tuples(currencies, amounts), max_size=20))
def test_totals_do_not_depend_on_the_order(entries: list[tuple[str, D]]) -> None:
    totals = Totals(entries)
    assert totals == Totals(reversed(entries))
    for currency in {code for code, _amount in entries}:
        assert totals[currency] == sum(amount for code, amount in entries if code == currency)
