"""Names of currencies and countries in the reader's language, for lists to choose from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from shangji.lib.currencies import ISO_CODES
from shangji.lib.public_holidays import known_countries

if TYPE_CHECKING:
    from babel import Locale

FIRST_CURRENCIES: Final = ("CNY", "USD", "EUR", "HKD", "JPY", "GBP", "TWD", "SGD", "KRW", "AUD")
FIRST_COUNTRIES: Final = ("CN", "HK", "TW", "SG", "JP", "US", "GB", "DE")


def _locale(language: str) -> Locale:
    from babel import Locale  # noqa: PLC0415 - few forms ask for currencies or countries

    return Locale("zh", script="Hans") if language.startswith("zh") else Locale("en")


@lru_cache(maxsize=8)
def currencies(language: str) -> tuple[tuple[str, str], ...]:
    """(code, "CNY 人民币") of every currency in use, the common ones first."""
    names = _locale(language).currencies
    codes = [*FIRST_CURRENCIES, *sorted(set(ISO_CODES) - set(FIRST_CURRENCIES))]
    return tuple((code, f"{code} {names.get(code, '')}".strip()) for code in codes)


@lru_cache(maxsize=8)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country whose public holidays are known, the common ones first."""
    names = _locale(language).territories
    known = known_countries()
    rest = sorted(known - set(FIRST_COUNTRIES), key=lambda code: names.get(code, code))
    first = [code for code in FIRST_COUNTRIES if code in known]
    return tuple((code, names.get(code, code)) for code in [*first, *rest])
