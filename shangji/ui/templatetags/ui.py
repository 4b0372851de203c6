"""Tags and filters every page uses; docs/ui.md shows each at work."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.lib import dates, money
from shangji.lib.phases import PHASE_KEYS
from shangji.ui import assets, text
from shangji.ui.words import words as script_words

register = template.Library()


def _language() -> str:
    return get_language() or "zh-hans"


@register.filter
def number(value: int | str | None) -> str:
    """A count with thousands parted: 12,480; words ("1,000+") as they are."""
    return f"{value:,}" if isinstance(value, int) else value or ""


# --------------------------------------------------------------------------------------- the page


@register.simple_tag
def html_lang() -> str:
    """The language of the page as HTML names it: zh-Hans or en."""
    return "zh-Hans" if _language().startswith("zh") else "en"


@register.simple_tag
def asset(name: str) -> SafeString:
    """Style sheets and script of a built entry, for the head."""
    entry = assets.entry(name)
    if entry is None:
        return SafeString("<!-- the front end is not built: npx vite build -->")
    return _links(entry)


@lru_cache(maxsize=20)
def _links(entry: assets.Entry) -> SafeString:
    styles = format_html_join(
        "\n", '<link rel="stylesheet" href="{}">', ((href,) for href in entry.styles)
    )
    preload = format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((href,) for href in entry.preload)
    )
    script = format_html('<script type="module" src="{}"></script>', entry.script)
    return SafeString("\n".join(part for part in (styles, preload, script) if part))


@register.simple_tag
def words() -> SafeString:
    """The words of the scripts, as a JSON block they read; also tells them the icon sprite."""
    return _words(get_language() or "", assets.sprite_url())


@lru_cache(maxsize=20)
def _words(language: str, sprite: str) -> SafeString:
    return json_script({**script_words(), "sprite": sprite}, "sj-words")


@register.simple_tag
def icon(name: str, **options: str) -> SafeString:
    """`{% icon "phone" %}`; `class="s14"` for size or colour, `label="…"` when it stands alone."""
    return _icon(name, options.get("class", ""), str(options.get("label", "")), assets.sprite_url())


@lru_cache(maxsize=2000)
def _icon(name: str, css: str, label: str, sprite: str) -> SafeString:
    classes = f"icon {css}".strip()
    if name == "star-filled":
        classes += " filled"
    reader = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="{}" {} focusable="false"><use href="{}#{}"/></svg>',
        classes,
        reader,
        sprite,
        name,
    )


# ------------------------------------------------------------------------------------ small marks


@register.simple_tag
def phase_dot(phase: str | None, label: bool = False) -> SafeString:
    """The node of a phase. `label=True` names it for readers, where no name stands beside it."""
    if not phase:
        return SafeString("")
    if not label:
        return format_html('<span class="node" data-phase="{}" aria-hidden="true"></span>', phase)
    name = text.PHASE_LABELS.get(phase, phase)
    return format_html(
        '<span class="node" data-phase="{}" role="img" aria-label="{}" title="{}"></span>',
        phase,
        name,
        name,
    )


@register.filter
def phase_name(phase: str) -> str:
    """The name of a phase in the language of the page."""
    return str(text.PHASE_LABELS.get(phase, phase))


@register.filter
def thread_steps(current: str | None) -> list[dict[str, str]]:
    """The five nodes with their state: walked, current, ahead."""
    at = PHASE_KEYS.index(current) if current in PHASE_KEYS else 0
    states = ["walked" if n < at else "current" if n == at else "ahead" for n in range(5)]
    return [
        {"key": key, "label": str(text.PHASE_LABELS[key]), "state": state}
        for key, state in zip(PHASE_KEYS, states, strict=True)
    ]


@register.simple_tag
def grade(value: str | None) -> SafeString:
    """The grade mark A to D; nothing without a grade."""
    if not value:
        return SafeString("")
    label = _("Grade %(grade)s") % {"grade": value}
    return format_html(
        '<span class="grade" data-grade="{}" role="img" aria-label="{}" title="{}">{}</span>',
        value,
        label,
        label,
        value,
    )


@register.simple_tag
def avatar(user: object | None, size: str = "") -> SafeString:
    """The round mark of a person: 林 or LY. `size`: "" 20, "m" 28, "l" 44. None: an empty seat."""
    name = str(getattr(user, "name", None) or user) if user else _("Nobody")
    mark = text.initials(name) if user else "–"
    return format_html(
        '<span class="avatar {}" data-letters="{}" role="img" aria-label="{}" title="{}">{}</span>',
        size,
        2 if len(mark) > 1 else 1,
        name,
        name,
        mark,
    )


# ------------------------------------------------------------------------------ money, dates, rates


@register.simple_tag(name="money")
def show_money(
    amount: Decimal | int | None,
    currency: str = "CNY",
    short: bool = True,
    keep: bool = False,
    signed: bool = False,
) -> SafeString:
    """`{% money amount currency %}` short with the exact figure on hover; `short=False` exact;
    `keep=True` keeps 万 at one decimal so that sums line up; `signed=True` writes the + too."""
    if amount is None or amount == "":
        return SafeString("")
    value = Decimal(amount)
    exact = money.format_exact(value, currency, _language(), signed=signed)
    if not short:
        return format_html('<span class="whole">{}</span>', exact)
    shown = money.format_short(value, currency, _language(), keep_decimal=keep, signed=signed)
    if shown == exact:
        return format_html('<span class="whole">{}</span>', shown)
    return format_html(
        '<data class="whole" value="{}" title="{}">{}</data>', f"{value:f}", exact, shown
    )


def _date_of(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.simple_tag
def day(value: date | datetime | None, form: str = "words") -> SafeString:
    """A day. `form`: "words" 今天 / 11-25 周三, "short" 12-18, "full" 2026-12-18, "head"."""
    if value is None or value == "":
        return SafeString("")
    moment = _date_of(value)
    today = timezone.localdate()
    language = _language()
    shown = {
        "short": lambda: dates.format_date_short(moment, today, language),
        "full": lambda: dates.format_date(moment, language),
        "head": lambda: dates.format_day_head(moment, language),
    }.get(form, lambda: dates.format_day(moment, today, language))()
    return format_html(
        '<time class="whole" datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        dates.format_date(moment, language),
        shown,
    )


@register.simple_tag
def when(value: datetime | date | None, time_only: bool = False) -> SafeString:
    """An instant in the reader's zone: 今天 10:30; `time_only=True` 21:14. A date shows its day."""
    if value is None or value == "":
        return SafeString("")
    if not isinstance(value, datetime):
        return day(value)
    zone = timezone.get_current_timezone()
    language = _language()
    local = value.astimezone(zone)
    shown = (
        f"{local:%H:%M}" if time_only else dates.format_when(value, timezone.now(), zone, language)
    )
    return format_html(
        '<time class="whole" datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        dates.format_instant(value, zone, language),
        shown,
    )


@register.filter
def due_tone(value: date | datetime | None) -> str:
    """How a due date is coloured: "bad" when past, "warn" today, "" later."""
    if not value:
        return ""
    if isinstance(value, datetime) and value < timezone.now():
        return "bad" if _date_of(value) < timezone.localdate() else "warn"
    gap = (_date_of(value) - timezone.localdate()).days
    return "bad" if gap < 0 else "warn" if gap == 0 else ""


@register.filter
def days_short(days: int | None) -> str:
    """6 天 / 6 d"""
    return "" if days is None else dates.format_days(days, _language())


@register.simple_tag(name="percent")
def show_percent(rate: Decimal | float | None, whole: bool = False, signed: bool = False) -> str:
    """A rate of 0 to 1 as 41%; `whole=True` when the value already is percent (0 to 100)."""
    if rate is None or rate == "":
        return ""
    value = Decimal(str(rate))
    return text.percent(value / 100 if whole else value, signed=signed)


@register.filter
def signed(value: int | Decimal | None) -> str:
    """+8, −5: points that carry their sign."""
    return "" if value is None else text.signed_number(value)


# ----------------------------------------------------------------------------------------- forms


def _widget(field: BoundField) -> forms.Widget:
    return field.field.widget


@register.filter
def is_check(field: BoundField) -> bool:
    """One tick box, whose label stands beside it."""
    return isinstance(_widget(field), forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Several radios or tick boxes under one legend."""
    return isinstance(_widget(field), forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.simple_tag
def field_widget(field: BoundField) -> SafeString:
    """The widget of a form field with our classes, its error and help tied to it."""
    widget = _widget(field)
    if isinstance(widget, forms.CheckboxInput):
        base = "form-check-input"
    elif isinstance(widget, forms.Select):
        base = "form-select"
    else:
        base = "form-control"
    attrs: dict[str, Any] = {"class": f"{base} {widget.attrs.get('class', '')}".strip()}
    if field.errors:
        attrs["aria-invalid"] = "true"
    if field.errors or field.help_text:
        attrs["aria-describedby"] = f"{field.auto_id}-note"
    return field.as_widget(attrs=attrs)
