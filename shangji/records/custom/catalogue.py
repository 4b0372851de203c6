"""The kinds of field that can be added, what each can be set to, and how it is built."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from shangji.lib.errors import Invalid
from shangji.lib.values import dataclass
from shangji.records.custom.links import AddedLink, AddedPerson, AddedTeam
from shangji.records.description import base_of
from shangji.records.kinds import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Duration,
    File,
    Image,
    Kind,
    LongText,
    Mail,
    Money,
    Number,
    Option,
    Percent,
    Phone,
    Postal,
    Rating,
    RichText,
    Sequence,
    Several,
    Tags,
    Text,
    Web,
    Whole,
)

VERSION = 1
MAX_OPTIONS = 200
TONES = ("plain", "accent", "good", "warn", "bad")
#: numbers are kept as JSON numbers, which are exact up to fifteen digits
MAX_NUMBER = Decimal(10) ** 11
_OPTION = {"value", "zh", "en", "tone", "retired"}

Settings = Mapping[str, Any]


def _spoken(zh: str, en: str) -> str:
    return zh if (get_language() or "").startswith("zh") else en


#: two names of which the reader's language picks one when it is shown
spoken: Callable[[str, str], Any] = lazy(_spoken, str)


@dataclass(frozen=True)
class CustomKind:
    """One kind an administrator may choose.

    Attributes:
        letter: how values are kept (foundation.audit.custom_values.STORES).
        build: the kind of a field with these checked settings.
        takes: names of its settings beyond the version.
    """

    name: str
    label: Any
    letter: str
    build: Callable[[Settings], Kind]
    takes: tuple[str, ...] = ()
    width: int = 120
    is_sortable: bool = True
    is_filterable: bool = True
    is_writable: bool = True
    #: a new record can begin with a value
    takes_default: bool = True
    #: values can be kept from standing on two records
    is_unique: bool = False


def options_of(settings: Settings) -> list[Option]:
    """The options of a choice, in order, retired ones included."""
    return [
        Option(
            one["value"],
            spoken(one["zh"], one["en"]),
            also=(one["zh"].casefold(), one["en"].casefold()),
            tone=one["tone"],
            is_retired=one["retired"],
        )
        for one in settings["options"]
    ]


def _choice(settings: Settings) -> Kind:
    return Choice(options_of(settings))


def _money(settings: Settings) -> Kind:
    return Money(code=settings["currency"])


def _link(settings: Settings) -> Kind:
    target = base_of(settings["target"])
    if target is None:
        raise Invalid.field("target", _("Choose a kind of record from the list."))
    return AddedLink(target.type, target.slug, label=target.title)


KINDS: Mapping[str, CustomKind] = {
    one.name: one
    for one in (
        CustomKind(
            "text",
            gettext_lazy("One line of text"),
            "t",
            lambda settings: Text(settings["limit"]),
            takes=("limit",),
            width=160,
            is_unique=True,
        ),
        CustomKind("longtext", gettext_lazy("Long text"), "t", lambda _s: LongText(), width=220),
        CustomKind(
            "richtext",
            gettext_lazy("Rich text"),
            "t",
            lambda _s: RichText(),
            width=220,
            is_sortable=False,
            takes_default=False,
        ),
        CustomKind(
            "whole", gettext_lazy("Whole number"), "w", lambda _s: Whole(), width=90, is_unique=True
        ),
        CustomKind(
            "number",
            gettext_lazy("Decimal number"),
            "n",
            lambda settings: Number(settings["decimals"], MAX_NUMBER),
            takes=("decimals",),
            width=100,
            is_unique=True,
        ),
        CustomKind("money", gettext_lazy("Money"), "n", _money, takes=("currency",)),
        CustomKind("percent", gettext_lazy("Percent"), "w", lambda _s: Percent(), width=80),
        CustomKind("date", gettext_lazy("Date"), "d", lambda _s: Date(), width=110, is_unique=True),
        CustomKind("datetime", gettext_lazy("Date and time"), "m", lambda _s: DateTime()),
        CustomKind("boolean", gettext_lazy("Yes or no"), "b", lambda _s: Boolean(), width=80),
        CustomKind("choice", gettext_lazy("Choice"), "t", _choice, takes=("options",)),
        CustomKind(
            "several",
            gettext_lazy("Several choices"),
            "l",
            lambda settings: Several(options_of(settings)),
            takes=("options",),
            width=160,
            is_sortable=False,
        ),
        CustomKind(
            "sequence",
            gettext_lazy("Number in a row"),
            "t",
            lambda settings: Sequence(
                settings["prefix"], settings["digits"], yearly=settings["yearly"]
            ),
            takes=("prefix", "digits", "yearly"),
            width=130,
            is_writable=False,
        ),
        CustomKind(
            "rating",
            gettext_lazy("Rating"),
            "w",
            lambda settings: Rating(settings["top"]),
            takes=("top",),
            width=100,
        ),
        CustomKind("duration", gettext_lazy("Duration"), "w", lambda _s: Duration(), width=100),
        CustomKind("person", gettext_lazy("Person"), "r", lambda _s: AddedPerson()),
        CustomKind("team", gettext_lazy("Team"), "r", lambda _s: AddedTeam()),
        CustomKind(
            "link",
            gettext_lazy("Link to a record"),
            "r",
            _link,
            takes=("target",),
            width=160,
            # what it leads to may be hidden from whoever makes a record
            takes_default=False,
        ),
        CustomKind("phone", gettext_lazy("Phone"), "t", lambda _s: Phone(), is_unique=True),
        CustomKind(
            "mail", gettext_lazy("Mail address"), "t", lambda _s: Mail(), width=160, is_unique=True
        ),
        CustomKind(
            "web", gettext_lazy("Web address"), "t", lambda _s: Web(), width=160, is_unique=True
        ),
        CustomKind("address", gettext_lazy("Address"), "t", lambda _s: Postal(), width=220),
        CustomKind(
            "file",
            gettext_lazy("Files"),
            "l",
            lambda _s: File(),
            width=160,
            is_sortable=False,
            takes_default=False,
        ),
        CustomKind(
            "image",
            gettext_lazy("Pictures"),
            "l",
            lambda _s: Image(),
            width=120,
            is_sortable=False,
            takes_default=False,
        ),
        CustomKind(
            "tags",
            gettext_lazy("Tags"),
            "l",
            lambda _s: Tags(),
            width=150,
            is_sortable=False,
        ),
    )
}


def takes_index(kind: CustomKind) -> bool:
    """Whether an index over values of a kind answers what lists ask."""
    return (
        kind.is_filterable and kind.letter not in "lb" and kind.name not in {"longtext", "richtext"}
    )


def kind_named(name: str) -> CustomKind:
    """The kind of a name. Invalid for a name that is none."""
    found = KINDS.get(name)
    if found is None:
        raise Invalid.field("kind", _("Choose a kind from the list."))
    return found


def checked(kind: CustomKind, settings: Any) -> dict[str, Any]:
    """Stored settings, complete. Invalid names what is wrong."""
    if not isinstance(settings, Mapping) or settings.get("version") != VERSION:
        raise Invalid.whole(_("These settings were stored in a form that is not known."))
    strange = set(settings) - {"version", *kind.takes}
    if strange:
        raise Invalid.whole(
            _("“%(name)s” is no setting of this kind.") % {"name": min(strange)[:40]}
        )
    found: dict[str, Any] = {"version": VERSION}
    for name in kind.takes:
        found[name] = _CHECKS[name](settings.get(name))
    return found


def blank(kind: CustomKind) -> dict[str, Any]:
    """The settings a new field of this kind begins with."""
    return checked(kind, {"version": VERSION})


def _within(name: str, least: int, most: int, usual: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if value is None:
            return usual
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            words = {"least": least, "most": most}
            raise Invalid.field(name, _("Should be between %(least)s and %(most)s.") % words)
        return value

    return check


def _currency(value: Any) -> str:
    if value is None:
        return "CNY"
    if not isinstance(value, str) or len(value) != 3 or not value.isalpha():
        raise Invalid.field("currency", _("Should be a code such as CNY."))
    return value.upper()


def _options(value: Any) -> list[dict[str, Any]]:
    options = [] if value is None else value
    if not isinstance(options, list) or len(options) > MAX_OPTIONS:
        raise Invalid.field("options", _("At most %(n)s options.") % {"n": MAX_OPTIONS})
    found = [_option(one) for one in options]
    _refuse_twice([one["value"] for one in found])
    for name in ("zh", "en"):
        _refuse_twice([one[name].casefold() for one in found if not one["retired"]])
    return found


def _refuse_twice(words: list[str]) -> None:
    twice = next((word for word in words if words.count(word) > 1), "")
    if twice:
        raise Invalid.field("options", _("“%(word)s” stands twice.") % {"word": twice[:40]})


def _option(one: Any) -> dict[str, Any]:
    wrong = Invalid.field("options", _("An option has two names and a colour."))
    if not isinstance(one, Mapping) or set(one) != _OPTION:
        raise wrong
    texts = [one[name] for name in ("value", "zh", "en", "tone")]
    if not all(isinstance(text, str) and 0 < len(text) <= 60 for text in texts):
        raise wrong
    if one["tone"] not in TONES or not isinstance(one["retired"], bool) or "," in one["value"]:
        raise wrong
    return dict(one)


def _prefix(value: Any) -> str:
    if value is None:
        return "NO"
    if not isinstance(value, str) or len(value) > 20 or not all(c.isprintable() for c in value):
        raise Invalid.field("prefix", _("At most %(n)s characters.") % {"n": 20})
    return value.strip()


def _yearly(value: Any) -> bool:
    return True if value is None else bool(value)


def _target(value: Any) -> str:
    if value is None:
        return "account"
    if not isinstance(value, str) or base_of(value) is None:
        raise Invalid.field("target", _("Choose a kind of record from the list."))
    return value


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "limit": _within("limit", 1, 1000, 200),
    "decimals": _within("decimals", 0, 4, 2),
    "currency": _currency,
    "options": _options,
    "prefix": _prefix,
    "digits": _within("digits", 1, 10, 4),
    "yearly": _yearly,
    "top": _within("top", 3, 10, 5),
    "target": _target,
}
