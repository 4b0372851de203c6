"""Markets and the inputs of their size, as lists, forms, imports and exports know them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.lib.places import ISO_CODES
from shangji.phases.evaluate.choices.market import (
    CONFIDENCE,
    INPUTS,
    MONEY_INPUTS,
    SHARE_INPUTS,
)
from shangji.phases.evaluate.models import Market, MarketInput
from shangji.phases.evaluate.queries.market import market_page
from shangji.phases.evaluate.record.checks import Errors, currency_errors, given, own_currency
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import (
    Asked,
    Choice,
    FormatContext,
    Link,
    LongText,
    Number,
    Text,
    Web,
    Whole,
)


def _check_market(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    return currency_errors(values)


def _check_input(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    """The range stands in order, shares stay under 100 %, money names its currency."""

    errors: Errors = {}
    low, likely, high = (given(values, record, one) for one in ("low", "likely", "high"))
    key = given(values, record, "input", "key")
    if low is not None and likely is not None and high is not None:
        if not 0 <= low <= likely <= high:
            errors["likely"] = [_now("Should be low ≤ likely ≤ high, and not below zero.")]
        elif key in SHARE_INPUTS and high > Decimal(100):
            errors["high"] = [_now("A share is at most 100 percent.")]
    if key in MONEY_INPUTS and given(values, record, "currency") not in ISO_CODES:
        errors["currency"] = [_now("Money needs its currency, such as CNY.")]
    market = given(values, record, "market", "market_id")
    if key and market:
        twins = MarketInput.objects.alive().filter(market=market, key=key)
        if twins.exclude(pk=record.pk if record else None).exists():
            errors["input"] = [_now("This market has that input already: change it there.")]
    return errors


def _page(actor: Actor, record: Market, now: datetime) -> dict[str, Any]:
    return market_page(actor, record, now)


class MarketLink(Link):
    """The market of an opportunity, through the row that keeps the choice: a choice in the bin
    counts as none."""

    GONE = "market_choice__deleted_at"

    def paths(self, path: str) -> tuple[str, ...]:
        return (*super().paths(path), self.GONE)

    def _kept(self, row: Mapping[str, Any], path: str) -> Mapping[str, Any]:
        return {**row, f"{path}_id": None} if row.get(self.GONE) else row

    def text(self, row: Mapping[str, Any], path: str, context: FormatContext) -> str:
        return super().text(self._kept(row, path), path, context)

    def cell(self, row: Mapping[str, Any], path: str, context: FormatContext) -> SafeString:
        return super().cell(self._kept(row, path), path, context)

    def data(self, path: str, context: FormatContext) -> Callable[[Mapping[str, Any]], Any]:
        read = super().data(path, context)
        return lambda row: read(self._kept(row, path))

    def is_empty(self, path: str) -> Q:
        return super().is_empty(path) | Q(**{f"{self.GONE}__isnull": False})

    def value(self, row: Mapping[str, Any], path: str) -> Any:
        return None if row.get(self.GONE) else super().value(row, path)

    def compare(self, path: str, asked: Asked) -> Q:
        chosen = replace(asked, operator="is") if asked.operator == "not" else asked
        found = super().compare(path, chosen)
        found &= Q(**{f"{self.GONE}__isnull": True})
        return ~found if asked.operator == "not" else found


#: on opportunities, in lists, filters, exports and rights; chosen on its own page
OPPORTUNITY_MARKET = Field(
    "market",
    _("Market"),
    MarketLink("market", "markets"),
    path="market_choice__market",
    writable=False,
    fact=False,
    group=_("Evaluation"),
    width=140,
)

MARKET = RecordDescription(
    type="market",
    slug="markets",
    model=Market,
    name=_("Market"),
    plural=_("Markets"),
    icon="chart-bar",
    fields=(
        Field("name", _("Market"), Text(120), required=True, create=True, width=260,
              also=("市场", "细分市场", "segment")),
        Field("currency", _("Currency"), Text(3), create=True, width=80, default=own_currency,
              required=True, also=("币种",)),
        Field("description", _("Description"), LongText(4000), create=True, also=("描述",)),
    ),
    columns=("name", "currency", "description"),
    sort="name",
    check=_check_market,
    page_template="evaluate/market_record.html",
    page_context=_page,
    match_keys=("name",),
    empty_hint=_("A market says how much there is to win, by two routes with sources."),
)  # fmt: skip

MARKET_INPUT = RecordDescription(
    type="market_input",
    slug="market-inputs",
    model=MarketInput,
    name=_("Market input"),
    plural=_("Market inputs"),
    icon="list-numbers",
    title="source",
    fields=(
        Field("source", _("Source"), Text(200), required=True, create=True, width=240,
              also=("来源", "数据来源")),
        Field("market", _("Market"), Link("market", "markets"), required=True, create=True,
              width=160, also=("市场",)),
        Field("input", _("Input"), Choice(INPUTS), path="key", required=True, create=True,
              width=170, also=("输入项",)),
        Field("low", _("Low"), Number(4, Decimal(10) ** 16), required=True, create=True,
              width=120, also=("低值",)),
        Field("likely", _("Likely"), Number(4, Decimal(10) ** 16), required=True, create=True,
              width=120, also=("最可能值",)),
        Field("high", _("High"), Number(4, Decimal(10) ** 16), required=True, create=True,
              width=120, also=("高值",)),
        Field("currency", _("Currency"), Text(3), create=True, width=80, default=own_currency,
              help=_("For money only"), also=("币种",)),
        Field("year", _("Year"), Whole(1990, 2100, group=False), required=True, create=True,
              width=80, also=("年份",)),
        Field("confidence", _("Confidence"), Choice(CONFIDENCE), required=True, create=True,
              width=90, default="medium", also=("可信度",)),
        Field("url", _("Link"), Web(), create=True, also=("链接", "网址")),
        Field("note", _("Note"), Text(500), also=("备注",)),
    ),
    columns=("source", "market", "input", "low", "likely", "high", "currency", "year",
             "confidence"),
    sort="market",
    check=_check_input,
    empty_hint=_("Each input is a range with its source, its year and how sure it is."),
    in_menu=False,
)  # fmt: skip
