"""Add fields to a type, change them, publish them, put them into the bin."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor, system_actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.recorder import operation
from shangji.lib.errors import Conflict, Invalid, NotFound
from shangji.lib.ids import KEY_LENGTH, new_key
from shangji.records.conditions import check, dump_node
from shangji.records.custom.catalogue import CustomKind, blank, checked, kind_named, takes_index
from shangji.records.custom.live import takes_fields
from shangji.records.custom.models import CustomField
from shangji.records.custom.when import names_of, read_rules, settled
from shangji.records.description import by_type, describe
from shangji.records.kinds.text import clean

RIGHT = "settings.fields"
#: more would make a row of JSON too long to read quickly
MOST = 200
_TEXTS = {"label_zh": 60, "label_en": 60, "help_zh": 200, "help_en": 200, "group": 40}
_FLAGS = ("is_required", "in_create", "is_unique", "is_indexed")


def add_field(
    *, actor: Actor, record_type: str, kind: str, values: Mapping[str, Any], now: datetime
) -> CustomField:
    """A new field as a draft, last in order. `values` as `change_field` takes them."""
    require_right(actor, RIGHT)
    description = by_type(record_type)
    if description is None or not takes_fields(description):
        raise NotFound(_("There is no such record type."))
    chosen = kind_named(kind)
    own = CustomField.objects.alive().filter(of_type=record_type)
    if own.count() >= MOST:
        raise Invalid.whole(_("At most %(n)s fields of one type.") % {"n": MOST})
    last = CustomField.objects.filter(of_type=record_type).aggregate(at=Max("position"))["at"]
    row = CustomField(
        of_type=record_type,
        key=_free_key(chosen.letter),
        kind=kind,
        settings=blank(chosen),
        position=(last or 0) + 1,
        is_indexed=takes_index(chosen),
    )
    found = _values(chosen, row, values)
    with operation(actor, "field.create", now=now) as op:
        for name, value in found.items():
            setattr(row, name, value)
        return op.created(row)


def change_field(
    *,
    actor: Actor,
    field: CustomField,
    values: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
) -> CustomField:
    """Change what a field is called, what it helps with and how it is set; never its kind.

    Args:
        values: texts label_zh, label_en, help_zh, help_en, group, default; flags is_required,
            in_create; `settings` of the kind. What is left out stays.
    """
    require_right(actor, RIGHT)
    with operation(actor, "field.edit", now=now) as op:
        row = op.lock(field)
        return op.update(row, _values(kind_named(row.kind), row, values), version=version)


def publish_field(*, actor: Actor, field: CustomField, now: datetime) -> CustomField:
    """Show a field to everybody. Invalid while it is not whole."""
    require_right(actor, RIGHT)
    with operation(actor, "field.publish", now=now) as op:
        row = op.lock(field)
        kind = kind_named(row.kind)
        settings = checked(kind, row.settings)
        if "options" in settings and not any(not one["retired"] for one in settings["options"]):
            raise Invalid.field("options", _("Give it at least one option first."))
        return op.update(row, {"state": CustomField.PUBLISHED})


def withdraw_field(*, actor: Actor, field: CustomField, now: datetime) -> CustomField:
    """Back to a draft: nobody sees it, every value stays."""
    require_right(actor, RIGHT)
    with operation(actor, "field.withdraw", now=now) as op:
        return op.update(op.lock(field), {"state": CustomField.DRAFT})


def delete_field(*, actor: Actor, field: CustomField, now: datetime) -> None:
    """Into the bin with its values, which stay on their records unseen."""
    require_right(actor, RIGHT)
    with operation(actor, "field.delete", now=now) as op:
        op.deleted(op.lock(field))


def restore_field(*, actor: Actor, field: CustomField, now: datetime) -> None:
    """Out of the bin, with every value as it was."""
    require_right(actor, RIGHT)
    with operation(actor, "field.restore", now=now) as op:
        row = CustomField.objects.select_for_update().filter(pk=field.pk).first()
        if row is None or row.deleted_at is None:
            raise NotFound(_("It is not in the recycle bin."))
        if row.is_purging:
            raise Conflict(_("Its 30 days are over and its values are being removed."))
        op.restored(row)


def move_field(
    *, actor: Actor, field: CustomField, now: datetime, step: int = 0, place: int | None = None
) -> None:
    """Among the fields of its type: places up (-1) or down (1), or to a place counted from one;
    past an end means the end."""
    require_right(actor, RIGHT)
    with operation(actor, "field.move", now=now) as op:
        rows = list(
            CustomField.objects.alive()
            .filter(of_type=field.of_type)
            .select_for_update()
            .order_by("position", "pk")
        )
        at = next((place for place, row in enumerate(rows) if row.pk == field.pk), None)
        if at is None:
            return
        to = at + step if place is None else place - 1
        rows.insert(min(max(to, 0), len(rows) - 1), rows.pop(at))
        for number, row in enumerate(rows, 1):
            op.update(row, {"position": number})


def copy_field(*, actor: Actor, field: CustomField, kind: str, now: datetime) -> CustomField:
    """The same field anew as a draft, of the same kind or of another one, without values."""
    require_right(actor, RIGHT)
    chosen = kind_named(kind)
    values: dict[str, Any] = {name: getattr(field, name) for name in (*_TEXTS, *_FLAGS)}
    for name, word in (("label_zh", "副本"), ("label_en", "copy")):
        values[name] = f"{values[name][: 58 - len(word)]} {word}"
    values["is_unique"] = field.is_unique and chosen.is_unique
    values["is_indexed"] = field.is_indexed and takes_index(chosen)
    if field.kind == kind:
        values |= {"default": field.default, "rules": field.rules}
    known = checked(kind_named(field.kind), field.settings)
    values["settings"] = {
        "version": known["version"],
        **{name: value for name, value in known.items() if name in chosen.takes},
    }
    return add_field(actor=actor, record_type=field.of_type, kind=kind, values=values, now=now)


def _free_key(letter: str) -> str:
    while True:
        # eight characters with the letter: thirty-three random bits
        key = letter + new_key("")[1:KEY_LENGTH]
        if not CustomField.objects.filter(key=key).exists():
            return key


def new_option(zh: str, en: str, tone: str = "plain") -> dict[str, Any]:
    """An option with a value of its own, by which records keep it whatever it is called."""
    return {
        "value": f"o{secrets.token_hex(4)}",
        "zh": zh,
        "en": en,
        "tone": tone,
        "retired": False,
    }


def _values(kind: CustomKind, row: CustomField, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the row's columns, cleaned and checked. Invalid names what is wrong."""
    values: dict[str, Any] = {}
    for name, limit in _TEXTS.items():
        if name in given:
            values[name] = clean(str(given[name])[: limit * 4], keep_lines=False)[:limit]
    names = [values.get(name, getattr(row, name)) for name in ("label_zh", "label_en")]
    if not any(names):
        raise Invalid.field("label_zh", _("Give it a name."))
    values["label_zh"], values["label_en"] = names[0] or names[1], names[1] or names[0]
    for name in _FLAGS:
        if name in given:
            values[name] = bool(given[name])
    if values.get("is_unique") and not kind.is_unique:
        raise Invalid.field("is_unique", _("This kind of field may have a value twice."))
    if "rules" in given:
        values["rules"] = _rules(row, given["rules"])
    if "settings" in given:
        values["settings"] = checked(kind, _kept(row, given["settings"]))
    if "default" in given:
        values["default"] = _default(kind, values.get("settings", row.settings), given["default"])
    return values


def _rules(row: CustomField, given: Any) -> Any:
    """Conditions that read, name fields that are there and not the field itself."""
    trees = read_rules(given)
    description, kept = describe(row.of_type), dict(given)
    for name, node in trees.items():
        if node is None:
            continue
        if row.key in names_of(node):
            raise Invalid.whole(_("A field cannot depend on itself."))
        check(description, system_actor("system"), node)
        kept[name] = dump_node(settled(description, node))
    return kept


def _kept(row: CustomField, settings: Any) -> Any:
    """Settings with every option that was published: records may have it."""
    known = row.settings.get("options") if isinstance(row.settings, Mapping) else None
    if row.state != CustomField.PUBLISHED or not known or "options" not in settings:
        return settings
    given = {one["value"] for one in settings["options"]}
    gone = [{**one, "retired": True} for one in known if one["value"] not in given]
    return {**settings, "options": [*settings["options"], *gone]}


def _default(kind: CustomKind, settings: Mapping[str, Any], text: Any) -> str:
    words = clean(str(text)[:2000], keep_lines=False)
    if not words:
        return ""
    if len(words) > 500:
        raise Invalid.field("default", _("At most %(n)s characters.") % {"n": 500})
    try:
        value = kind.build(checked(kind, settings)).parse(
            words, actor=system_actor("system"), locale=get_language() or "en"
        )
    except ValueError as problem:
        raise Invalid.field("default", str(problem)) from None
    if value is None:  # "me" is somebody else for each
        told = _("“%(word)s” is not one value for everybody.") % {"word": words[:40]}
        raise Invalid.field("default", told)
    return words
