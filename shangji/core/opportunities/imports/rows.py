"""Opportunities from a sheet: stages by name, closed deals with their own days, one product
line, the first touch, and a history without gaps."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from shangji.core.channels.models import Channel, Touch
from shangji.core.opportunities.actions.edit import edit_locked
from shangji.core.opportunities.actions.move import move_locked
from shangji.core.opportunities.imports import parts
from shangji.core.opportunities.imports.parts import noon
from shangji.core.opportunities.models import (
    Opportunity,
    OpportunityLine,
    Reason,
    Stage,
    StageMove,
)
from shangji.core.opportunities.queries.channels import forget_channels
from shangji.core.opportunities.queries.exits import require_ready
from shangji.core.opportunities.queries.pipelines import first_stage, reasons, stage_by_id
from shangji.core.opportunities.rules import (
    effective_probability,
    forecast_category,
    status_after,
)
from shangji.core.products.models import Product
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.workspace.queries import current_workspace, today, zone
from shangji.records.description import Field
from shangji.records.imports.bulk import reserve_ids
from shangji.records.imports.rows import CREATION_ONLY, ImportRows, New
from shangji.records.kinds import Choice, Date, Link, Option, Text


def reason_options() -> Sequence[Option]:
    """Reasons of both outcomes, known in both languages."""
    return [
        Option(
            str(one.pk),
            one.name,
            also=(one.name_zh.casefold(), one.name_en.casefold(), one.key),
        )
        for outcome in ("won", "lost")
        for one in reasons(outcome)
    ]


#: said at the first touch and never overwritten: for new records only
_TOUCH = ("source", "medium", "campaign", "page", "touched_on")
_ONCE = frozenset({*_TOUCH, "product", "opened_on", "close_reason"})


class OpportunityRows(ImportRows):
    """See the module; imported history asks no reason for winning or losing."""

    extra: ClassVar[tuple[Field, ...]] = (
        Field(
            "opened_on",
            _("Opened"),
            Date(),
            also=("engage_date", "create date", "created date", "创建日期", "创建时间", "打开日期"),
        ),
        Field(
            "closed_on",
            _("Closed"),
            Date(),
            also=("close_date", "closed date", "won_date", "成交日期", "结束时间", "关闭日期"),
        ),
        Field(
            "close_reason",
            _("Reason of the outcome"),
            Choice(reason_options, numeric=True),
            also=("lost reason", "lost_reason", "输单原因", "赢单原因"),
        ),
        Field(
            "product",
            _("Product"),
            Link("product", "products"),
            also=("产品", "产品名称", "意向产品", "product name"),
        ),
        Field("source", _("First touch: source"), Text(120), also=("utm_source", "source_id")),
        Field("medium", _("First touch: medium"), Text(60), also=("utm_medium", "medium")),
        Field("campaign", _("First touch: campaign"), Text(120), also=("utm_campaign", "活动")),
        Field("page", _("First touch: page"), Text(300), also=("landing page", "landing_page_id")),
        Field(
            "touched_on",
            _("First touch: day"),
            Date(),
            also=("first_contact_date", "首次接触日期"),
        ),
        *parts.FIELDS,
    )

    # ------------------------------------------------------------------------ new records

    def complete(self, rows: Sequence[New], *, actor: Actor, now: datetime) -> None:
        """Stage, phase, status, win rate, days and the ids of touches."""
        currency, day, here = current_workspace().currency, today(now=now), zone()
        first = first_stage()
        for one in rows:
            values, attrs = one.values, one.attrs
            stage = stage_by_id(values["stage"]) if values.get("stage") else first
            status = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
            began = began_on(values)
            opened = noon(began, here) if began else now
            manual = values.get("probability")
            manual = None if manual == stage.probability or status != "open" else manual
            attrs |= {
                "stage_id": stage.pk,
                "pipeline_id": stage.pipeline_id,
                "phase": stage.phase,
                "status": status,
                "currency": (values.get("currency") or currency).upper(),
                "opened_on": began or day,
                "stage_entered_at": opened,
                "last_contact_at": opened,
                "probability_manual": manual,
                "probability": effective_probability(
                    status=status, stage_default=stage.probability, manual=manual
                ),
                "forecast_manual": bool(values.get("forecast")) and status == "open",
                "forecast": forecast_category(
                    status=status,
                    stage_forecast=stage.forecast,
                    manual=values.get("forecast") or None,
                ),
                "closed_at": None,
                "closed_on": None,
                "close_reason_id": None,
                "expected_close_on": values.get("expected_close_on"),
                "amount": values.get("amount"),
            }
            if began and not values.get("created_at"):
                # what the ledger says of its making is when it came in
                attrs["created_at"] = opened
            if status == "open":
                attrs["expected_close_on"] = attrs["expected_close_on"] or values.get("closed_on")
            else:
                closed = closing_day(values, day)
                at = max(noon(closed, here), opened) if began else min(noon(closed, here), now)
                attrs |= {
                    "closed_on": closed,
                    "closed_at": at,
                    "stage_entered_at": at,
                    "close_reason_id": values.get("close_reason"),
                }
                if not began:
                    attrs["opened_on"] = min(closed, day)
        self._touches(rows)

    @staticmethod
    def _touches(rows: Sequence[New]) -> None:
        touched = [
            one
            for one in rows
            if one.values.get("channel") or any(one.values.get(key) for key in _TOUCH)
        ]
        for one in rows:
            one.attrs |= {"first_touch_id": None, "last_touch_id": None}
        if touched:
            for one, pk in zip(touched, reserve_ids(Touch, len(touched)), strict=True):
                one.attrs |= {"first_touch_id": pk, "last_touch_id": pk}

    def rows_before(
        self, rows: Sequence[New], *, operation_id: int
    ) -> list[tuple[type[models.Model], list[dict[str, Any]]]]:
        """First touches."""
        here = zone()
        touches = []
        for one in rows:
            if one.attrs["first_touch_id"]:
                on = one.values.get("touched_on") or one.values.get("opened_on")
                at = noon(on, here) if on else one.attrs["stage_entered_at"]
                touches.append(self._touch(one, operation_id, at))
        return [(Touch, touches)]

    def side_rows(
        self, rows: Sequence[New], *, actor: Actor, operation_id: int, now: datetime
    ) -> list[tuple[type[models.Model], list[dict[str, Any]]]]:
        """Stays in stages, product lines."""
        first, here = first_stage(), zone()
        stays: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        names = self._product_names(rows)
        for one in rows:
            attrs = one.attrs
            began = began_on(one.values)
            opened = noon(began, here) if began else attrs["stage_entered_at"]
            stays += self._stays(attrs, first, opened, actor.user_id, operation_id)
            if one.values.get("product"):
                lines.append(self._line(attrs, one.values["product"], names))
        return [(StageMove, stays), (OpportunityLine, lines)]

    @staticmethod
    def _product_names(rows: Sequence[New]) -> dict[int, str]:
        ids = {one.values["product"] for one in rows if one.values.get("product")}
        return dict(Product.objects.filter(pk__in=ids).values_list("pk", "name"))

    @staticmethod
    def _touch(one: New, operation_id: int, at: datetime) -> dict[str, Any]:
        values, attrs = one.values, one.attrs
        return {
            "id": attrs["first_touch_id"],
            "opportunity_id": attrs["id"],
            "contact_id": attrs.get("contact_id"),
            "account_id": attrs.get("account_id"),
            "channel_id": attrs.get("channel_id"),
            "source": values.get("source") or "",
            "medium": values.get("medium") or "",
            "campaign": values.get("campaign") or "",
            "page": values.get("page") or "",
            "at": at,
            "operation_id": operation_id,
        }

    @staticmethod
    def _stays(
        attrs: Mapping[str, Any],
        first: Stage,
        opened: datetime,
        by: int | None,
        operation_id: int,
    ) -> list[dict[str, Any]]:
        """From opening to now; a decided deal stayed in the first stage until its last day."""
        present: dict[str, Any] = {
            "opportunity_id": attrs["id"],
            "from_stage_id": None,
            "stage_id": attrs["stage_id"],
            "entered_at": attrs["stage_entered_at"],
            "left_at": None,
            "by_id": by,
            "reason_id": attrs["close_reason_id"],
            "operation_id": operation_id,
        }
        if attrs["status"] == "open":
            return [present]
        before = {
            **present,
            "stage_id": first.pk,
            "entered_at": min(opened, attrs["stage_entered_at"]),
            "left_at": attrs["stage_entered_at"],
            "reason_id": None,
        }
        return [before, {**present, "from_stage_id": first.pk}]

    @staticmethod
    def _line(
        attrs: Mapping[str, Any], product_id: int, names: Mapping[int, str]
    ) -> dict[str, Any]:
        """One line of the product at the deal's value; without a value no price is guessed."""
        value = attrs.get("amount") or Decimal(0)
        return {
            "opportunity_id": attrs["id"],
            "product_id": product_id,
            "name": names.get(product_id, ""),
            "unit_price": max(value, Decimal(0)),
            "total": max(value, Decimal(0)),
        }

    # ---------------------------------------------------------------------------- checks

    def check(self, actor: Actor, values: Mapping[str, Any], record: Any) -> dict[str, list[str]]:
        errors = super().check(actor, values, record)
        errors |= parts.check_parts(values, record)
        currency = values.get("currency")
        if currency is not None and not (len(currency) == 3 and currency.isalpha()):
            errors.setdefault("currency", []).append(str(_("Should be a code such as CNY.")))
        reason = values.get("close_reason")
        if reason and values.get("stage"):
            stage = stage_by_id(values["stage"])
            kind = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
            if kind != "open" and Reason.objects.get(pk=reason).outcome != kind:
                errors.setdefault("close_reason", []).append(
                    str(_("This reason belongs to the other outcome."))
                )
        return errors

    # --------------------------------------------------------------------------- changes

    def current(self, record: Any, key: str) -> Any:
        if key in _ONCE:
            return CREATION_ONLY
        if key in parts.KEYS:
            return None
        if key == "closed_on":
            # of an open one this is the day it is expected to close
            return record.closed_on
        return super().current(record, key)

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        assert isinstance(record, Opportunity)
        given = dict(values)
        record = parts.write_parts(op, record, given)
        stage_id, closed_on = given.pop("stage", None), given.pop("closed_on", None)
        if given:
            record = edit_locked(op, record, given, None)
        stage = stage_by_id(stage_id or record.stage_id)
        status = status_after(stage_kind=stage.kind, stage_phase=stage.phase)
        if stage.pk != record.stage_id:
            if status != "open" and status != record.status:
                return self._close(op, record, stage, status, closed_on)
            record = move_locked(op, record, stage)
        if closed_on and status != "open" and closed_on != record.closed_on:
            record = op.update(record, {"closed_on": closed_on, "closed_at": noon(closed_on)})
        elif closed_on and status == "open" and closed_on != record.expected_close_on:
            record = edit_locked(op, record, {"expected_close_on": closed_on}, None)
        return record

    @staticmethod
    def _close(
        op: Recorder, record: Opportunity, stage: Stage, status: str, closed_on: date | None
    ) -> Opportunity:
        """Win or lose on the day the file says; never before the present stay began."""
        require_ready(record, stage, op.now)
        before = record.stage_id
        day = closed_on or today(now=op.now)
        at = min(max(noon(day), record.stage_entered_at), max(op.now, record.stage_entered_at))
        record = op.update(
            record,
            {
                "stage": stage.pk,
                "pipeline": stage.pipeline_id,
                "phase": stage.phase,
                "status": status,
                "stage_entered_at": at,
                "closed_at": at,
                "closed_on": day,
                "probability": effective_probability(
                    status=status, stage_default=stage.probability, manual=None
                ),
                "forecast": forecast_category(
                    status=status, stage_forecast=stage.forecast, manual=None
                ),
            },
        )
        StageMove.objects.filter(opportunity=record, left_at=None).update(left_at=at)
        StageMove.objects.create(
            opportunity=record,
            from_stage_id=before,
            stage=stage,
            entered_at=at,
            by_id=op.actor.user_id,
            operation_id=op.id,
        )
        return record

    # --------------------------------------------------------------------------- options

    def makes_options(self, key: str) -> bool:
        return key == "channel"

    def make_option(self, op: Recorder, key: str, word: str) -> int | str | None:
        """A channel of the file's own word."""
        name = word.replace("_", " ").strip().capitalize()[:60]
        gone = Channel.objects.filter(name_en__iexact=name).exclude(deleted_at=None).first()
        if gone is not None:
            forget_channels()
            return op.restored(gone).pk
        stem = slugify(word.replace(" ", "_"))[:34] or "channel"
        taken, number = stem, 2
        while Channel.objects.filter(key=taken).exists():
            taken, number = f"{stem}_{number}", number + 1
        last = Channel.objects.order_by("-position").values_list("position", flat=True).first()
        made = op.created(Channel(key=taken, name_zh=name, name_en=name, position=(last or 0) + 1))
        forget_channels()
        return made.pk


def began_on(values: Mapping[str, Any]) -> date | None:
    """The day a deal was opened, as far as the file says."""
    created = values.get("created_at")
    began: date | None = values.get("opened_on") or values.get("touched_on")
    return began or (created.astimezone(zone()).date() if created else None)


def closing_day(values: Mapping[str, Any], today_: date) -> date:
    """When a decided deal was decided: its own day, else the expected one if past, else today."""
    closed: date | None = values.get("closed_on")
    if closed is None:
        expected = values.get("expected_close_on")
        closed = expected if expected is not None and expected <= today_ else today_
    return closed
