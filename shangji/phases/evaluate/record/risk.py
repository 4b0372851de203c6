"""What the record engine may know of risks: list, filters, forms, import and export."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.phases.evaluate.actions.risk import (
    create_risk,
    edit_risk,
    edit_risk_locked,
    insert_risk,
)
from shangji.phases.evaluate.choices.risk import (
    CONTROLS,
    IMPACTS,
    PROBABILITIES,
    RISK_CLASSES,
    RISK_OUTCOMES,
    RISK_STATES,
    TREATMENTS,
)
from shangji.phases.evaluate.models import Risk
from shangji.phases.evaluate.queries.risk import page_facts
from shangji.records.description import Field, Preset, RecordDescription, Total
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds import Choice, Date, DateTime, Link, Money, Number, Percent, Person, Text

_WEIGHT, _MONEY, _TREAT, _CARE = _("Weight"), _("Money"), _("Treatment"), _("Looked after by")


class RiskRows(ImportRows):
    """Each row by the action, so that its opportunity's standing follows."""

    one_by_one: ClassVar[bool] = True

    def insert_one(self, op: Recorder, values: Mapping[str, Any]) -> int:
        return insert_risk(op, values).pk

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        assert isinstance(record, Risk)
        return edit_risk_locked(op, record, values, None)


def check_risk(
    actor: Actor, values: Mapping[str, Any], record: Record | None
) -> dict[str, list[str]]:
    """What holds over several fields; the database holds the same."""

    def now(key: str) -> Any:
        return values[key] if key in values else getattr(record, key, None)

    errors: dict[str, list[str]] = {}
    for key, inherent in (("residual_probability", "probability"), ("residual_impact", "impact")):
        left, before = now(key), now(inherent)
        if left is not None and before is not None and left > before:
            errors[key] = [
                gettext("After treatment at most as before: %(n)s or less.") % {"n": before}
            ]
    if (now("loss") or 0) < 0:
        errors["loss"] = [gettext("Should not be below zero.")]
    if now("treatment") == "accept" and now("accepted_until") is None:
        errors["accepted_until"] = [gettext("A risk is accepted up to a day.")]
    return errors


RISK = RecordDescription(
    type="risk",
    slug="risks",
    model=Risk,
    name=_("Risk"),
    plural=_("Risks"),
    icon="alert-triangle",
    fields=(
        Field(
            "title",
            _("Risk"),
            Text(200),
            required=True,
            create=True,
            fact=False,
            width=240,
            also=("风险", "风险名称", "风险描述", "title"),
        ),
        Field(
            "opportunity",
            _("Opportunity"),
            Link("opportunity", "opportunities"),
            required=True,
            create=True,
            width=200,
            also=("商机", "商机名称"),
        ),
        Field(
            "category",
            _("Class"),
            Choice(RISK_CLASSES),
            required=True,
            create=True,
            default="technical",
            width=90,
            also=("类别", "分类", "风险类别"),
        ),
        Field(
            "probability",
            _("Probability"),
            Choice(PROBABILITIES, numeric=True),
            required=True,
            create=True,
            default=3,
            group=_WEIGHT,
            width=110,
            also=("可能性", "概率", "p"),
        ),
        Field(
            "impact",
            _("Impact"),
            Choice(IMPACTS, numeric=True),
            required=True,
            create=True,
            default=3,
            group=_WEIGHT,
            width=110,
            also=("影响", "影响程度", "i"),
        ),
        Field(
            "controllability",
            _("Controllability"),
            Choice(CONTROLS, numeric=True),
            required=True,
            create=True,
            default=3,
            group=_WEIGHT,
            width=120,
            also=("可控性", "c"),
            help=_("5 means that preventing it is entirely in our hands."),
        ),
        Field(
            "priority",
            _("Priority"),
            Number(2),
            writable=False,
            group=_WEIGHT,
            width=80,
            help=_("P × I × (6 − C) / 5, from 0.2 to 25."),
        ),
        Field(
            "chance",
            _("Chance"),
            Percent(),
            create=True,
            group=_MONEY,
            width=80,
            also=("发生概率", "概率%"),
            help=_("Percent; with a loss it gives the expected loss."),
        ),
        Field(
            "loss",
            _("Loss"),
            Money(),
            create=True,
            group=_MONEY,
            width=110,
            also=("损失", "损失金额"),
            help=_("What it costs when it happens."),
        ),
        Field("currency", _("Currency"), Text(3), group=_MONEY, width=80, also=("币种",)),
        Field("emv", _("Expected loss"), Money(), writable=False, group=_MONEY, width=110),
        Field(
            "treatment",
            _("Treatment"),
            Choice(TREATMENTS),
            create=True,
            group=_TREAT,
            width=90,
            also=("应对方式", "应对策略"),
        ),
        Field(
            "action",
            _("Action"),
            Text(300),
            create=True,
            group=_TREAT,
            width=220,
            also=("应对措施", "措施"),
        ),
        Field(
            "action_due_on",
            _("Action due"),
            Date(),
            create=True,
            group=_TREAT,
            width=110,
            also=("措施期限", "完成期限"),
        ),
        Field(
            "residual_probability",
            _("Probability after"),
            Choice(PROBABILITIES, numeric=True),
            group=_TREAT,
            width=110,
            also=("剩余可能性",),
            help=_("After treatment; never above the one before."),
        ),
        Field(
            "residual_impact",
            _("Impact after"),
            Choice(IMPACTS, numeric=True),
            group=_TREAT,
            width=110,
            also=("剩余影响",),
            help=_("After treatment; never above the one before."),
        ),
        Field(
            "accepted_until",
            _("Accepted until"),
            Date(),
            create=True,
            group=_TREAT,
            width=110,
            also=("接受至",),
            help=_("Needed where a risk is accepted; afterwards it is due for review."),
        ),
        Field(
            "owner",
            _("Owner"),
            Person(),
            create=True,
            group=_CARE,
            width=100,
            also=("负责人", "风险负责人"),
        ),
        Field(
            "review_on",
            _("Review"),
            Date(due=True),
            create=True,
            group=_CARE,
            width=110,
            also=("复查", "复查日期"),
        ),
        Field(
            "reviewed_at", _("Last reviewed"), DateTime(), writable=False, group=_CARE, width=120
        ),
        Field("status", _("Status"), Choice(RISK_STATES), writable=False, group=_CARE, width=80),
        Field(
            "outcome", _("Outcome"), Choice(RISK_OUTCOMES), writable=False, group=_CARE, width=110
        ),
    ),
    columns=(
        "title",
        "opportunity",
        "category",
        "priority",
        "emv",
        "treatment",
        "owner",
        "review_on",
    ),
    sort="-priority",
    title="title",
    second="opportunity",
    presets=(
        Preset("open", _("Open risks"), ("status.is.open",), sort="-priority"),
        Preset("money", _("By expected loss"), ("status.is.open", "emv.filled."), sort="-emv"),
        Preset("mine", _("Mine"), ("status.is.open", "owner.in.me"), sort="review_on"),
        Preset(
            "overdue",
            _("Review overdue"),
            ("status.is.open", "review_on.within.overdue"),
            sort="review_on",
        ),
        Preset("all", _("All"), sort="-priority"),
    ),
    totals=(Total("emv", _("Expected loss"), path="emv", column="emv"),),
    group_by=("category", "treatment", "owner"),
    create=create_risk,
    edit=edit_risk,
    edit_locked=edit_risk_locked,
    check=check_risk,
    page_template="evaluate/risk.html",
    page_context=page_facts,
    match_keys=(),
    import_rows=RiskRows,
    board="evaluate:risks",
    board_label=_("Heat map"),
    board_icon="layout-kanban",
    empty_hint=_("What could go wrong, how likely, how bad, and who keeps an eye on it?"),
    in_menu=False,
)
