"""The workspace's own settings: name, currencies and rates, working calendar."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.models import Change
from shangji.foundation.audit.recorder import Recorder, operation
from shangji.foundation.people.actions.checks import (
    check_currency,
    check_language,
    check_time_zone,
    check_version,
    log_row,
)
from shangji.foundation.workspace.models import CalendarDay, ExchangeRate, Workspace
from shangji.foundation.workspace.queries import current_workspace, forget, shift_of
from shangji.lib import places
from shangji.lib.business_time import WorkingCalendar
from shangji.lib.errors import BadInput, Invalid

RIGHT = "settings.workspace"


def edit_workspace(
    *,
    actor: Actor,
    name: str,
    currency: str,
    time_zone: str,
    country: str,
    language: str,
    version: int | None,
    now: datetime,
) -> Workspace:
    """Change name, currency, time zone, country of the public holidays, and language.

    Rates stay with the currency they were written for.
    """
    require_right(actor, RIGHT)
    check_language(language, optional=False)
    check_time_zone(time_zone, optional=False)
    if not 0 < len(name.strip()) <= 80:
        raise Invalid.field("name", _("Give a name of up to 80 characters."))
    values = {
        "name": name.strip(),
        "currency": check_currency(currency),
        "time_zone": time_zone,
        "country": _country(country),
        "language": language,
    }
    with operation(actor, "workspace.edit", now=now) as op:
        return _update(op, values, version)


def edit_calendar(
    *,
    actor: Actor,
    weekdays: Sequence[int],
    hours: Sequence[tuple[str, str]],
    version: int | None,
    now: datetime,
) -> Workspace:
    """Change the worked days of the week (0 is Monday) and the hours of a worked day."""
    require_right(actor, RIGHT)
    spans = [list(span) for span in hours]
    try:
        WorkingCalendar(weekdays=weekdays, hours=[shift_of(span) for span in spans])
    except BadInput as error:
        raise Invalid.whole(error.message) from None
    except ValueError:
        raise Invalid.whole(_("Write hours as 09:00.")) from None
    values = {"working_weekdays": sorted(set(weekdays)), "working_hours": spans}
    with operation(actor, "workspace.calendar", now=now) as op:
        return _update(op, values, version)


def set_calendar_day(
    *, actor: Actor, on: date, is_working: bool, note: str, now: datetime
) -> CalendarDay:
    """Say that one day works or rests, whatever weekday and public holidays say."""
    require_right(actor, RIGHT)
    with operation(actor, "workspace.day", now=now) as op:
        workspace = _locked()
        row, _made = CalendarDay.objects.update_or_create(
            on=on, defaults={"is_working": is_working, "note": note.strip()}
        )
        word = "works" if is_working else "rests"
        _log(op, workspace, {f"day {on.isoformat()}": [None, word]})
    forget()
    return row


def delete_calendar_day(*, actor: Actor, on: date, now: datetime) -> None:
    """Let weekday and public holidays decide about a day again."""
    require_right(actor, RIGHT)
    with operation(actor, "workspace.day", now=now) as op:
        workspace = _locked()
        if CalendarDay.objects.filter(on=on).delete()[0]:
            _log(op, workspace, {f"day {on.isoformat()}": ["set", None]})
    forget()


def set_rate(
    *, actor: Actor, currency: str, on: date, rate: Decimal, now: datetime
) -> ExchangeRate:
    """What one unit of a currency is worth in the workspace's, from a day on."""
    require_right(actor, RIGHT)
    code = check_currency(currency)
    if not rate.is_finite() or rate <= 0:
        raise Invalid.field("rate", _("A rate is more than 0."))
    with operation(actor, "workspace.rate", now=now) as op:
        workspace = _locked()
        if code == workspace.currency:
            raise Invalid.field("currency", _("This is the workspace's own currency."))
        old = ExchangeRate.objects.filter(currency=code, base=workspace.currency, on=on).first()
        row, _made = ExchangeRate.objects.update_or_create(
            currency=code, base=workspace.currency, on=on, defaults={"rate": rate}
        )
        before = format(old.rate, "f") if old else None
        _log(op, workspace, {f"{code} {on.isoformat()}": [before, format(rate, "f")]})
    forget()
    return row


def delete_rate(*, actor: Actor, rate: ExchangeRate, now: datetime) -> None:
    """Take a rate away; the one before it holds again."""
    require_right(actor, RIGHT)
    with operation(actor, "workspace.rate", now=now) as op:
        workspace = _locked()
        key = f"{rate.currency} {rate.on.isoformat()}"
        _log(op, workspace, {key: [format(rate.rate, "f"), None]})
        rate.delete()
    forget()


def _country(code: str) -> str:
    """A country whose public holidays are known, or none."""
    code = code.strip().upper()
    if code and code not in dict(places.countries("en")):
        raise Invalid.field("country", _("The public holidays of this country are not known."))
    return code


def _locked() -> Workspace:
    current_workspace()
    return Workspace.objects.select_for_update().get()


def _update(op: Recorder, values: dict[str, Any], version: int | None) -> Workspace:
    row = _locked()
    check_version(row.version, version)
    before = {key: getattr(row, key) for key in values}
    for key, value in values.items():
        setattr(row, key, value)
    row.version += 1
    row.save()
    changed = {key: [before[key], value] for key, value in values.items() if before[key] != value}
    log_row(op, row, Change.UPDATED, changed)
    forget()
    return row


def _log(op: Recorder, workspace: Workspace, fields: dict[str, list[Any]]) -> None:
    log_row(op, workspace, Change.UPDATED, fields)
