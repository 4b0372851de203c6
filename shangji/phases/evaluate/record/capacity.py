"""Skills, people, absences, demands and bookings, as lists, forms and imports know them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.phases.evaluate.choices.capacity import LEVELS
from shangji.phases.evaluate.models import (
    Absence,
    Booking,
    Demand,
    Skill,
    Specialist,
    SpecialistSkill,
)
from shangji.phases.evaluate.record.checks import (
    Errors,
    currency_errors,
    deal_errors,
    given,
    own_currency,
    window_errors,
)
from shangji.records.description import Field, RecordDescription
from shangji.records.kinds import Choice, Date, Link, LongText, Money, Number, Person, Text


def _check_specialist(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    errors = currency_errors(values) | window_errors(values, record)
    hours = values.get("hours_per_week")
    if hours is not None and not 0 <= hours <= 168:
        errors["hours_per_week"] = [_now("Should be between 0 and 168.")]
    cost = values.get("cost_per_hour")
    if cost is not None and cost < 0:
        errors["cost_per_hour"] = [_now("Should not be below zero.")]
    return errors


def _check_skill(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    person = given(values, record, "specialist", "specialist_id")
    skill = given(values, record, "skill", "skill_id")
    twins = SpecialistSkill.objects.alive().filter(specialist=person, skill=skill)
    if person and skill and twins.exclude(pk=record.pk if record else None).exists():
        return {"skill": [_now("This person has that skill already: change the level there.")]}
    return {}


def _check_window(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    return window_errors(values, record)


def _check_demand(actor: Actor, values: Mapping[str, Any], record: Record | None) -> Errors:
    errors = currency_errors(values) | window_errors(values, record) | deal_errors(actor, values)
    hours = values.get("hours")
    if hours is not None and not 0 < hours < 10**5:
        errors["hours"] = [_now("Should be above zero.")]
    budget = values.get("budget")
    if budget is not None and budget < 0:
        errors["budget"] = [_now("Should not be below zero.")]
    return errors


SKILL = RecordDescription(
    type="skill",
    slug="skills",
    model=Skill,
    name=_("Skill"),
    plural=_("Skills"),
    icon="star",
    fields=(
        Field("name", _("Skill"), Text(80), required=True, create=True, width=220,
              also=("技能",)),
        Field("anchors", _("What the levels mean"), LongText(2000), create=True,
              also=("等级含义",)),
    ),
    columns=("name", "anchors"),
    sort="name",
    match_keys=("name",),
    empty_hint=_("Skills are what opportunities ask for and people have."),
    in_menu=False,
)  # fmt: skip

SPECIALIST = RecordDescription(
    type="specialist",
    slug="specialists",
    model=Specialist,
    name=_("Delivery person"),
    plural=_("Delivery people"),
    icon="users",
    fields=(
        Field("name", _("Name"), Text(80), required=True, create=True, width=160,
              also=("姓名",)),
        Field("job", _("Job"), Text(80), create=True, width=160, also=("岗位",)),
        Field("hours_per_week", _("Hours per week"), Number(2, Decimal(1000)), required=True,
              create=True, width=110, default=Decimal(40), also=("每周工时",)),
        Field("cost_per_hour", _("Cost per hour"), Money(), create=True, width=120,
              also=("小时成本",)),
        Field("currency", _("Currency"), Text(3), required=True, create=True, width=80,
              default=own_currency, also=("币种",)),
        Field("starts_on", _("Available from"), Date(), create=True, width=120,
              also=("起始日期",)),
        Field("ends_on", _("Available until"), Date(), create=True, width=120,
              also=("截止日期",)),
        Field("user", _("Account here"), Person(), width=130, also=("用户",)),
    ),
    columns=("name", "job", "hours_per_week", "cost_per_hour", "starts_on", "ends_on", "user"),
    sort="name",
    check=_check_specialist,
    match_keys=("name",),
    empty_hint=_("Who delivers, with hours per week: deals are matched against them."),
    in_menu=False,
)  # fmt: skip

SPECIALIST_SKILL = RecordDescription(
    type="specialist_skill",
    slug="specialist-skills",
    model=SpecialistSkill,
    name=_("Skill of a person"),
    plural=_("Skills of people"),
    icon="school",
    fields=(
        Field("name", _("Person"), Text(80), path="specialist__name", writable=False, width=160),
        Field("specialist", _("Delivery person"), Link("specialist", "specialists"),
              required=True, create=True, width=160, also=("姓名", "人员")),
        Field("skill", _("Skill"), Link("skill", "skills"), required=True, create=True,
              width=160, also=("技能",)),
        Field("level", _("Level"), Choice(LEVELS, numeric=True), required=True, create=True,
              width=130, also=("等级",)),
        Field("proof", _("Proof"), Text(200), create=True, width=200, also=("证明",)),
    ),
    columns=("name", "skill", "level", "proof"),
    sort="name",
    check=_check_skill,
    empty_hint=_("Level 1 begins, 3 works alone, 5 leads."),
    in_menu=False,
)  # fmt: skip

ABSENCE = RecordDescription(
    type="absence",
    slug="absences",
    model=Absence,
    name=_("Absence"),
    plural=_("Absences"),
    icon="calendar-x",
    title="reason",
    fields=(
        Field("reason", _("Reason"), Text(120), required=True, create=True, width=200,
              also=("原因",)),
        Field("specialist", _("Delivery person"), Link("specialist", "specialists"),
              required=True, create=True, width=160, also=("姓名", "人员")),
        Field("starts_on", _("From"), Date(), required=True, create=True, width=120,
              also=("开始",)),
        Field("ends_on", _("To"), Date(), required=True, create=True, width=120, also=("结束",)),
    ),
    columns=("reason", "specialist", "starts_on", "ends_on"),
    sort="-starts_on",
    check=_check_window,
    empty_hint=_("Days somebody is away take hours from their weeks."),
    in_menu=False,
)  # fmt: skip

DEMAND = RecordDescription(
    type="demand",
    slug="demands",
    model=Demand,
    name=_("Delivery demand"),
    plural=_("Delivery demands"),
    icon="clipboard-list",
    fields=(
        Field("name", _("Work"), Text(120), required=True, create=True, width=200,
              also=("工作内容",)),
        Field("opportunity", _("Opportunity"), Link("opportunity", "opportunities"),
              required=True, create=True, width=200, also=("商机",)),
        Field("skill", _("Skill"), Link("skill", "skills"), required=True, create=True,
              width=140, also=("技能",)),
        Field("level", _("Level"), Choice(LEVELS, numeric=True), required=True, create=True,
              width=120, default=3, also=("等级",)),
        Field("hours", _("Hours"), Number(2, Decimal(10) ** 5), required=True, create=True,
              width=90, also=("工时",)),
        Field("budget", _("Budget"), Money(), create=True, width=120, also=("预算",)),
        Field("currency", _("Currency"), Text(3), required=True, create=True, width=80,
              default=own_currency, also=("币种",)),
        Field("starts_on", _("From"), Date(), required=True, create=True, width=110,
              also=("开始",)),
        Field("ends_on", _("To"), Date(), required=True, create=True, width=110, also=("结束",)),
    ),
    columns=("name", "opportunity", "skill", "level", "hours", "budget", "starts_on", "ends_on"),
    sort="starts_on",
    check=_check_demand,
    empty_hint=_("What delivering an opportunity takes: skill, level, hours, budget, window."),
    in_menu=False,
)  # fmt: skip

BOOKING = RecordDescription(
    type="booking",
    slug="bookings",
    model=Booking,
    name=_("Booking"),
    plural=_("Bookings"),
    icon="calendar-event",
    fields=(
        Field("name", _("Person"), Text(80), path="specialist__name", writable=False, width=160),
        Field("opportunity", _("Opportunity"), Link("opportunity", "opportunities"),
              writable=False, width=220),
        Field("demand", _("Work"), Link("demand", "demands"), writable=False, width=200),
        Field("hours", _("Hours"), Number(2), writable=False, width=90),
        Field("note", _("Note"), Text(200), width=200),
    ),
    columns=("name", "opportunity", "demand", "hours", "note"),
    sort="name",
    creatable=False,
    empty_hint=_("Bookings come from the plan on an opportunity's resources."),
    in_menu=False,
)  # fmt: skip
