"""Currencies: how many decimals each has (ISO 4217) and the sign it is shown with."""

from __future__ import annotations

from typing import Final

DEFAULT_DECIMALS: Final = 2

# ISO 4217, list one: only what differs from two decimals.
_DECIMALS: Final[dict[str, int]] = {
    **dict.fromkeys(
        (
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
            "VND", "VUV", "XAF", "XOF", "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}  # fmt: skip

_CODES: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP "
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYI UYU UYW UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
)
ISO_CODES: Final = frozenset(_CODES.split())

# ¥ alone is CNY and $ alone belongs to nobody. A currency without a sign shows its code.
SIGNS: Final[dict[str, str]] = {
    "CNY": "¥",
    "USD": "US$",
    "EUR": "€",
    "GBP": "£",
    "HKD": "HK$",
    "JPY": "JP¥",
    "TWD": "NT$",
    "MOP": "MOP$",
    "SGD": "S$",
    "AUD": "A$",
    "NZD": "NZ$",
    "CAD": "CA$",
    "MXN": "MX$",
    "BRL": "R$",
    "KRW": "₩",
    "INR": "₹",
    "VND": "₫",
    "THB": "฿",
    "PHP": "₱",
    "ILS": "₪",
    "TRY": "₺",
    "RUB": "₽",
    "UAH": "₴",
    "KZT": "₸",
    "NGN": "₦",
}

# What a person writes beside a number. "" is a sign that does not say which currency.
WORDS: Final[dict[str, str]] = {
    **{sign.upper(): code for code, sign in SIGNS.items()},
    "RMB": "CNY",
    "CN¥": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "块": "CNY",
    "美元": "USD",
    "美金": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "港元": "HKD",
    "港币": "HKD",
    "日元": "JPY",
    "新台币": "TWD",
    "韩元": "KRW",
    "$": "",
}


def decimals_of(currency: str) -> int:
    """Decimals of a currency: 0, 2, 3 or 4; two for a code this table does not know."""
    return _DECIMALS.get(currency.upper(), DEFAULT_DECIMALS)


def sign_of(currency: str) -> str:
    """The sign written before an amount: "¥", "US$", or "CHF " (code and space) without one."""
    code = currency.upper()
    return SIGNS.get(code) or (f"{code} " if code else "")
