"""What the record engine may know of opportunities."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shangji.core.opportunities.actions import create_opportunity, edit_opportunity
from shangji.core.opportunities.actions.create import create_in
from shangji.core.opportunities.actions.edit import edit_locked
from shangji.core.opportunities.actions.merging import KEEP, TOGETHER, settle_merged
from shangji.core.opportunities.choices import FORECASTS, KINDS, STATUSES
from shangji.core.opportunities.imports import OpportunityRows
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.pages.page import page_context
from shangji.core.opportunities.queries import cells
from shangji.core.opportunities.queries.channels import channel_options
from shangji.core.opportunities.queries.duplicates import duplicate_keys, typed_keys
from shangji.core.opportunities.queries.pipelines import first_stage, stages
from shangji.core.opportunities.queries.totals import RollUp
from shangji.core.opportunities.queries.touched import touches
from shangji.core.opportunities.queries.worked_out import Decider, Stale
from shangji.lib.phases import PHASES
from shangji.records.description import BulkVerb, Field, Preset, RecordDescription, Total
from shangji.records.duplicates.description import Duplicates, Signal
from shangji.records.kinds import (
    Choice,
    Date,
    DateTime,
    Link,
    LongText,
    Money,
    Option,
    Percent,
    Person,
    Tags,
    Text,
    Whole,
)
from shangji.records.kinds.base import FormatContext
from shangji.records.merging.description import Merging

_DEAL, _BELONGS, _SOURCE = _("Deal"), _("Belongs to"), _("Source")
_DUE = Date(due=True)


def _due(row: Mapping[str, Any], context: FormatContext) -> SafeString:
    return cells.next_step_on(row, context, _DUE.cell(row, "next_step_on", context))


def stage_options() -> Sequence[Option]:
    """Stages in use as options of a choice, coloured by phase, known in both languages."""
    return [
        Option(
            str(one.pk),
            one.name,
            phase=one.phase,
            also=(one.name_zh.casefold(), one.name_en.casefold(), one.key),
        )
        for one in stages()
    ]


def phase_options() -> Sequence[Option]:
    return [Option(one.key, one.label, phase=one.key) for one in PHASES]


OPPORTUNITY = RecordDescription(
    type="opportunity",
    slug="opportunities",
    model=Opportunity,
    name=_("Opportunity"),
    plural=_("Opportunities"),
    icon="target-arrow",
    fields=(
        Field(
            "name",
            _("Opportunity"),
            Text(200),
            required=True,
            create=True,
            fact=False,
            width=220,
            also=("商机名称", "机会名称", "商机", "opportunity name", "deal name", "title"),
        ),
        Field(
            "account",
            _("Customer"),
            Link("account", "accounts", named=True),
            create=True,
            group=_BELONGS,
            width=180,
            also=("客户名称", "客户", "account name", "company", "associated company"),
        ),
        Field(
            "stage",
            _("Stage"),
            Choice(stage_options, numeric=True),
            default=lambda: str(first_stage().pk),
            move_door="opportunities:move",
            create=True,
            fact=False,
            width=130,
            also=("销售阶段", "商机阶段", "阶段", "deal stage", "stagename", "deal_stage"),
        ),
        Field(
            "amount",
            _("Amount"),
            Money(),
            create=True,
            group=_DEAL,
            width=120,
            also=("金额", "商机金额", "预计金额", "deal amount", "expected revenue", "close_value"),
        ),
        Field("currency", _("Currency"), Text(3), group=_DEAL, width=80, also=("币种",)),
        Field(
            "probability",
            _("Win rate"),
            Percent(),
            group=_DEAL,
            width=80,
            also=("赢率", "可能性", "probability (%)"),
        ),
        Field(
            "weighted",
            _("Weighted"),
            Money(),
            path="amount",
            writable=False,
            sortable=False,
            filterable=False,
            fact=False,
            width=120,
            render=cells.weighted,
            plain=cells.weighted_amount,
            needs=("probability",),
        ),
        Field(
            "expected_close_on",
            _("Expected close"),
            Date(),
            create=True,
            group=_DEAL,
            width=110,
            also=(
                "预计成交",
                "预计成交日期",
                "预计结束日期",
                "close date",
                "closedate",
                "expected closing",
            ),
        ),
        Field(
            "forecast",
            _("Forecast category"),
            Choice(FORECASTS),
            group=_DEAL,
            width=110,
            also=("预测类别", "forecast"),
        ),
        Field(
            "kind",
            _("Type"),
            Choice(KINDS),
            default="new",
            group=_DEAL,
            width=110,
            also=("类型", "商机类型", "deal type"),
        ),
        Field(
            "next_step",
            _("Next step"),
            Text(200),
            create=True,
            fact=False,
            width=180,
            render=cells.next_step,
            needs=("status",),
            also=("下一步", "nextstep"),
        ),
        Field(
            "next_step_on",
            _("Due"),
            _DUE,
            create=True,
            fact=False,
            width=110,
            render=_due,
            needs=("status", "next_step", "owner_id"),
            also=("下一步日期", "next step due"),
        ),
        Field(
            "contact",
            _("Contact"),
            Link("contact", "contacts", named=True),
            create=True,
            group=_BELONGS,
            width=130,
            also=("联系人", "primary contact", "associated contact"),
        ),
        Field(
            "owner",
            _("Owner"),
            Person(),
            group=_BELONGS,
            width=120,
            also=("负责人", "opportunity owner", "deal owner", "salesperson", "sales_agent"),
        ),
        Field(
            "parent",
            _("Follows from"),
            Link("opportunity", "opportunities"),
            group=_BELONGS,
            width=160,
            also=("上级商机",),
        ),
        Field("tags", _("Tags"), Tags(), group=_BELONGS, width=150, also=("标签",)),
        Field(
            "channel",
            _("Channel"),
            Choice(channel_options, numeric=True),
            group=_SOURCE,
            width=130,
            also=("来源", "商机来源", "渠道", "lead source", "source", "origin"),
        ),
        Field(
            "phase",
            _("Phase"),
            Choice(phase_options),
            writable=False,
            fact=False,
            width=90,
        ),
        Field(
            "status",
            _("Status"),
            Choice(STATUSES),
            writable=False,
            fact=False,
            width=80,
        ),
        Field("push_count", _("Pushed"), Whole(0, 1000), writable=False, fact=False, width=80),
        Field(
            "last_contact_at",
            _("Last touch"),
            DateTime(),
            writable=False,
            fact=False,
            width=120,
            render=cells.last_touch,
            needs=("status", "stage_id"),
            also=("最后跟进时间", "last activity date"),
        ),
        Field(
            "stale",
            _("Stale"),
            Stale(),
            path="last_contact_at",
            writable=False,
            sortable=False,
            fact=False,
            width=80,
        ),
        Field(
            "decider",
            _("Decision maker known"),
            Decider(),
            path="pk",
            writable=False,
            sortable=False,
            fact=False,
            width=90,
        ),
        Field("opened_on", _("Opened"), Date(), writable=False, group=_SOURCE, width=110),
        Field("closed_on", _("Closed"), Date(), writable=False, fact=False, width=110),
        Field("description", _("Description"), LongText(), also=("备注", "描述", "notes")),
        Field("updated_at", _("Changed"), DateTime(), writable=False, fact=False, width=120),
    ),
    columns=(
        "name",
        "account",
        "stage",
        "amount",
        "probability",
        "weighted",
        "expected_close_on",
        "next_step",
        "next_step_on",
        "owner",
        "last_contact_at",
    ),
    sort="-amount",
    totals=(
        Total("amount", _("Amount")),
        Total("weighted", _("Weighted"), percent="probability", share=_("Win rate")),
    ),
    rollup=RollUp,
    second="account",
    board="opportunities:board",
    board_by="stage",
    edit_locked=edit_locked,
    presets=(
        Preset("open", _("All open"), ("status.is.open",)),
        Preset("mine", _("Mine"), ("status.is.open", "owner.in.me")),
        Preset(
            "closing",
            _("Closing this month"),
            ("status.is.open", "expected_close_on.within.this_month"),
            sort="expected_close_on",
        ),
        Preset("no_step", _("No next step"), ("status.is.open", "next_step.empty.")),
        Preset("renewals", _("Renewals"), ("kind.is.renewal",)),
        Preset("all", _("All")),
    ),
    group_by=("stage", "phase", "owner", "forecast", "kind"),
    related=(touches("opportunity_id"),),
    create=create_opportunity,
    create_in=create_in,
    edit=edit_opportunity,
    match_keys=("name",),
    import_rows=OpportunityRows,
    page_template="opportunities/page.html",
    page_context=page_context,
    bulk=(
        BulkVerb("move", _("Move stage"), "arrow-right", "opportunities:bulk_move", hotkey="m"),
        BulkVerb("step", _("Set next step"), "calendar-plus", "opportunities:bulk_step"),
    ),
    duplicates=Duplicates(
        signals=(
            Signal("name_at", _("same name at the same customer"), 85, "account"),
            Signal(
                "near_name", _("similar name at the same customer"), 65, "account", near="name_at"
            ),
        ),
        keys=duplicate_keys,
        typed=typed_keys,
        watch=frozenset({"name", "account"}),
    ),
    merging=Merging(keep=KEEP, together=TOGETHER, settle=settle_merged),
    empty_hint=_("Create the first opportunity, or import a sheet."),
)
