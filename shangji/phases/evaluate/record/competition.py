"""Competitors, battlecards, findings and prices, as lists, forms and imports know them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.models import Competitor
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.foundation.workspace.queries import today
from shangji.phases.evaluate.choices.competition import RATINGS, RELIABILITY
from shangji.phases.evaluate.models import (
    Battlecard,
    RivalCriterion,
    RivalFinding,
    RivalPrice,
)
from shangji.phases.evaluate.queries.competition import competitor_page
from shangji.phases.evaluate.record.checks import Errors, currency_errors, own_currency
from shangji.records.description import Field, Preset, RecordDescription
from shangji.records.kinds import (
    Choice,
    Date,
    Link,
    LongText,
    Money,
    Person,
    Text,
    Web,
    Whole,
)

#: how long a new card is good for
REVIEW_AFTER = timedelta(days=90)


def _in_a_quarter() -> date:
    return today() + REVIEW_AFTER


def _today() -> date:
    return today()


def _page(actor: Actor, record: Competitor, now: datetime) -> dict[str, Any]:
    return competitor_page(actor, record, now)


def _check_price(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    return currency_errors(values)


COMPETITOR = RecordDescription(
    type="competitor",
    slug="competitors",
    model=Competitor,
    name=_("Competitor"),
    plural=_("Competitors"),
    icon="swords",
    fields=(
        Field("name", _("Competitor"), Text(120), required=True, create=True, width=260,
              also=("竞争对手", "竞品")),
        Field("website", _("Website"), Web(), create=True, width=220, also=("网站", "官网")),
    ),
    columns=("name", "website"),
    sort="name",
    page_template="evaluate/competitor_record.html",
    page_context=_page,
    match_keys=("name",),
    empty_hint=_("They come here when somebody names one on an opportunity."),
)  # fmt: skip

BATTLECARD = RecordDescription(
    type="battlecard",
    slug="battlecards",
    model=Battlecard,
    name=_("Battlecard"),
    plural=_("Battlecards"),
    icon="shield-check",
    title="title",
    fields=(
        Field("title", _("Battlecard"), Text(120), required=True, create=True, width=240,
              also=("应对卡", "标题")),
        Field("competitor", _("Competitor"), Link("competitor", "competitors"), required=True,
              create=True, width=160, also=("竞争对手",)),
        Field("when_we_win", _("When we win"), LongText(4000), create=True, also=("何时赢",)),
        Field("when_we_lose", _("When we lose"), LongText(4000), create=True, also=("何时输",)),
        Field("traps", _("Traps to set"), LongText(4000), create=True, also=("难题",)),
        Field("proof", _("Proof"), LongText(4000), create=True, also=("证明", "案例")),
        Field("owner", _("Owner"), Person(), create=True, width=120, also=("负责人",)),
        Field("review_by", _("Review by"), Date(due=True), required=True, create=True, width=120,
              default=_in_a_quarter, also=("复核日期",)),
    ),
    columns=("title", "competitor", "owner", "review_by"),
    sort="review_by",
    presets=(
        Preset("all", _("All battlecards")),
        Preset("overdue", _("Past review"), ("review_by.within.overdue",)),
        Preset("mine", _("Mine"), ("owner.in.me",)),
    ),
    empty_hint=_("A battlecard says when we win, when we lose, and what proves it."),
    in_menu=False,
)  # fmt: skip

RIVAL_CRITERION = RecordDescription(
    type="rival_criterion",
    slug="rival-criteria",
    model=RivalCriterion,
    name=_("Comparison criterion"),
    plural=_("Comparison criteria"),
    icon="list-numbers",
    fields=(
        Field("name", _("Criterion"), Text(120), required=True, create=True, width=260,
              also=("比较项",)),
        Field("position", _("Position"), Whole(0, 999), create=True, width=90, default=0,
              also=("次序",)),
    ),
    columns=("name", "position"),
    sort="position",
    match_keys=("name",),
    empty_hint=_("What buyers compare: service nearby, price, functions, references."),
    in_menu=False,
)  # fmt: skip

RIVAL_FINDING = RecordDescription(
    type="rival_finding",
    slug="rival-findings",
    model=RivalFinding,
    name=_("Finding"),
    plural=_("Findings"),
    icon="eye",
    title="evidence",
    fields=(
        Field("evidence", _("Evidence"), Text(500), required=True, create=True, width=280,
              also=("依据",)),
        Field("competitor", _("Competitor"), Link("competitor", "competitors"), create=True,
              width=150, help=_("Empty: ourselves"), also=("竞争对手",)),
        Field("criterion", _("Criterion"), Link("rival_criterion", "rival-criteria"),
              required=True, create=True, width=150, also=("比较项",)),
        Field("rating", _("Rating"), Choice(RATINGS, numeric=True), required=True, create=True,
              width=110, also=("评级",)),
        Field("on", _("Seen on"), Date(), required=True, create=True, width=110, default=_today,
              also=("日期",)),
        Field("source", _("Source"), Text(200), create=True, width=160, also=("来源",)),
    ),
    columns=("evidence", "competitor", "criterion", "rating", "on", "source"),
    sort="-on",
    empty_hint=_("A finding rates one criterion on a day, with the evidence."),
    in_menu=False,
)  # fmt: skip

RIVAL_PRICE = RecordDescription(
    type="rival_price",
    slug="rival-prices",
    model=RivalPrice,
    name=_("Competitor's price"),
    plural=_("Competitors' prices"),
    icon="tag",
    title="offer",
    fields=(
        Field("offer", _("Offer"), Text(200), required=True, create=True, width=240,
              also=("报价内容",)),
        Field("competitor", _("Competitor"), Link("competitor", "competitors"), required=True,
              create=True, width=150, also=("竞争对手",)),
        Field("amount", _("Price"), Money(), required=True, create=True, width=120,
              also=("价格",)),
        Field("currency", _("Currency"), Text(3), required=True, create=True, width=80,
              default=own_currency, also=("币种",)),
        Field("unit", _("Unit"), Text(40), create=True, width=90, also=("单位",)),
        Field("reliability", _("Reliability"), Choice(RELIABILITY), required=True, create=True,
              width=120, default="hearsay", also=("可靠程度",)),
        Field("source", _("Source"), Text(200), create=True, width=160, also=("来源",)),
        Field("on", _("Seen on"), Date(), required=True, create=True, width=110, default=_today,
              also=("日期",)),
        Field("opportunity", _("Opportunity"), Link("opportunity", "opportunities"), create=True,
              width=180, also=("商机",)),
    ),
    columns=("offer", "competitor", "amount", "unit", "reliability", "on", "source"),
    sort="-on",
    check=_check_price,
    empty_hint=_("A price says what was offered, when, and how far it may be relied on."),
    in_menu=False,
)  # fmt: skip
