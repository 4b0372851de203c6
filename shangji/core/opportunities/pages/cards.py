"""Cards of the board, drawn in Python: a format string and escaping, no template per card."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from shangji.core.opportunities.queries.marks import marks_for
from shangji.core.opportunities.queries.stale import days_since, stale_cutoffs
from shangji.foundation.access.actor import Actor
from shangji.lib.dates import format_date, format_date_short, format_day, format_days
from shangji.lib.money import format_exact, format_short
from shangji.lib.values import dataclass
from shangji.records.description import describe
from shangji.records.kinds import Link
from shangji.records.kinds.base import FormatContext
from shangji.ui import assets
from shangji.ui.text import initials

Row = Mapping[str, Any]

_CARD = (
    '<li class="card" data-id="{pk}" data-version="{version}" data-name="{name}"'
    ' data-value="{value}"{move}><div class="card-body"><div class="card-1">{pick}'
    '<a class="name" href="{url}" title="{name}">{name}</a>{menu}{marks}</div>'
    '<div class="card-2"><span>{account}</span>{close}</div>'
    '<div class="card-3">{money}<span class="flags">{flags}</span>{owner}</div></div>{foot}</li>'
)


@dataclass
class CardPen:
    """Draws cards for one reader: words, dates, cutoffs worked out once per page.

    Attributes:
        query: appended to the address a card is moved at, escaped for an attribute.
        back: the board's own address, quoted: where a dialog's page goes back to.
    """

    actor: Actor
    now: datetime
    query: str = ""
    back: str = ""
    formats: FormatContext = field(init=False)

    def __post_init__(self) -> None:
        self.formats = FormatContext.of(self.actor, self.now, narrow=True)
        self.language = get_language() or "en"
        self.hidden = self.actor.hidden_fields("opportunity")
        customer = next(one.kind for one in describe("opportunity").fields if one.key == "account")
        assert isinstance(customer, Link)
        self.customer = customer
        self.marks = marks_for(self.actor)
        self.cutoffs = stale_cutoffs(self.now)
        scope = self.actor.scope("edit", "opportunity")
        self.editors = self.actor.owner_ids(scope)
        self.icons = {
            name: f'<svg class="icon{size}" aria-hidden="true" focusable="false">'
            f'<use href="{assets.sprite_url()}#{name}"/></svg>'
            for name, size in (
                ("hourglass", " s14"),
                ("arrow-right", ""),
                ("alert-triangle", ""),
                ("dots", ""),
            )
        }
        self.words = {
            "closes": _("closes %(day)s"),
            "stale": _("Stale %(days)s"),
            "pushed": _("Pushed %(n)s×"),
            "none": escape(_("No next step")),
            "add": escape(pgettext("next step", "Add")),
            "move": escape(_("Move stage")),
            "nobody": _("Nobody"),
        }
        self._days: dict[tuple[str, date], str] = {}
        self._owners: dict[int | None, str] = {}
        self._ages: dict[date, int] = {}
        self._looked: set[int] = set()

    def draw(self, rows: Iterable[Row]) -> SafeString:
        """The cards of a column, one after the other."""
        rows = list(rows)
        self.look(rows)
        return mark_safe("".join([self._card(row) for row in rows]))  # noqa: S308 - escaped

    def look(self, rows: Iterable[Row]) -> None:
        """Ask which customers the reader may know of, where the deal does not tell the name: one
        query for all cards not yet asked for."""
        if "account" in self.hidden or self.customer.tells(self.actor):
            return
        ids = {row["account_id"] for row in rows} - {None} - self._looked
        if ids:
            self.formats.look("account", ids)
            self._looked |= ids

    def _card(self, row: Row) -> str:
        pk, name = row["pk"], escape(row["name"])
        movable = self.editors is None or row["owner_id"] in self.editors
        url = f"/opportunities/{pk}/"
        hidden = self.hidden
        return _CARD.format(
            pk=pk,
            version=row["version"],
            name=name,
            value="" if row["amount"] is None or "amount" in hidden else row["amount"],
            url=url,
            move=f' data-move-url="{url}move/{self.query}"' if movable else "",
            menu=self._menu(url, name) if movable else "",
            pick='<span class="pick-box"><input type="checkbox" class="form-check-input"'
            f' name="ids" value="{pk}" data-pick aria-label="{name}"></span>'
            if movable
            else "",
            account=self._account(row),
            close=self._close(row["expected_close_on"]),
            marks="".join([one.draw(row[one.path]) for one in self.marks]),
            money="" if "amount" in hidden else self._money(row["amount"], row["currency"]),
            flags=self._flags(row),
            owner="" if "owner" in hidden else self._owner(row["owner_id"], row["owner__name"]),
            foot=self._foot(row, url, movable=movable),
        )

    def _menu(self, url: str, name: str) -> str:
        return (
            f'<a class="card-menu btn quiet only small" href="{url}move/{self.query}"'
            f' hx-get="{url}move/{self.query}" hx-target="#dialogs" data-dialog data-card-key="m"'
            f' aria-label="{self.words["move"]}: {name}" title="{self.words["move"]}">'
            f"{self.icons['dots']}</a>"
        )

    def _account(self, row: Row) -> str:
        pk = row["account_id"]
        if pk is None or "account" in self.hidden:
            return ""
        return escape(self.customer.text(row, "account", self.formats))

    def _day(self, kind: str, on: date) -> str:
        key = (kind, on)
        if key not in self._days:
            today = self.formats.today
            make = format_date_short if kind == "short" else format_day
            shown = make(on, today, self.language)
            title = format_date(on, self.language)
            self._days[key] = (
                f'<time class="whole" datetime="{on.isoformat()}" title="{title}">{shown}</time>'
            )
        return self._days[key]

    def _close(self, on: date | None) -> str:
        if on is None or "expected_close_on" in self.hidden:
            return ""
        return (
            f'<span class="whole">{self.words["closes"] % {"day": self._day("short", on)}}</span>'
        )

    def _money(self, amount: Any, currency: str) -> str:
        if amount is None:
            return "<b></b>"
        short = format_short(amount, currency, self.language)
        exact = format_exact(amount, currency, self.language)
        return f'<b class="whole" title="{exact}">{short}</b>'

    def _flags(self, row: Row) -> str:
        found = ""
        last, cutoff = row["last_contact_at"], self.cutoffs.get(row["stage_id"])
        if cutoff and last and last < cutoff and "last_contact_at" not in self.hidden:
            days = format_days(self._age(last), self.language)
            text = self.words["stale"] % {"days": days}
            found = f'<span class="flag warn">{self.icons["hourglass"]}{text}</span>'
        pushed = row["push_count"]
        if pushed and "push_count" not in self.hidden:
            tone = ' class="warn"' if pushed > 2 else ""
            found += f"<span{tone}>{self.words['pushed'] % {'n': pushed}}</span>"
        return found

    def _age(self, last: datetime) -> int:
        on = last.date()
        if on not in self._ages:
            self._ages[on] = days_since(last, self.now)
        return self._ages[on]

    def _owner(self, pk: int | None, name: str | None) -> str:
        if pk not in self._owners:
            shown = name or self.words["nobody"]
            mark = initials(shown) if pk else "–"
            letters = 2 if len(mark) > 1 else 1
            label = escape(shown)
            self._owners[pk] = (
                f'<span class="avatar" data-letters="{letters}" role="img" aria-label="{label}"'
                f' title="{label}">{escape(mark)}</span>'
            )
        return self._owners[pk]

    def _foot(self, row: Row, url: str, *, movable: bool) -> str:
        if "next_step" in self.hidden:
            return ""
        if not row["next_step"]:
            if row["status"] == "lost":
                return ""
            link = (
                f'<a href="{url}next-step/?next={self.back}"'
                f' hx-get="{url}next-step/?next={self.back}" hx-target="#dialogs"'
                f" data-dialog>{self.words['add']}</a>"
                if movable
                else ""
            )
            return (
                f'<div class="card-foot none">{self.icons["alert-triangle"]}'
                f"<span>{self.words['none']}</span>{link}</div>"
            )
        step = escape(row["next_step"])
        return (
            f'<div class="card-foot">{self.icons["arrow-right"]}<span title="{step}">{step}</span>'
            f"{self._due(row['next_step_on'], row['next_step_time'])}</div>"
        )

    def _due(self, on: date | None, at: Any) -> str:
        if on is None or "next_step_on" in self.hidden:
            return ""
        gap = (on - self.formats.today).days
        tone = " bad" if gap < 0 else " warn" if gap == 0 else ""
        clock = f" {at:%H:%M}" if at else ""
        return f'<span class="due{tone}">{self._day("words", on)}{clock}</span>'
