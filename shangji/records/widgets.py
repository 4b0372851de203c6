"""Inputs of kinds that need more than one plain control. Each sends a text that its kind reads."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from shangji.foundation.files.models import StoredFile
from shangji.lib.addresses import HOME, UNKNOWN, country_names, read_address
from shangji.lib.divisions import full_name
from shangji.lib.markup import escape
from shangji.lib.places import FIRST_COUNTRIES
from shangji.records.kinds.file import file_url

_PARTS = ("area", "street", "postcode", "country")


class AddressInput(forms.Widget):
    """Division, street, postcode and country. With script the division is chosen level by level;
    without, it is typed, and an address pasted into the street is taken apart when it is sent."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = dict(attrs or {})
        found = read_address(value) if isinstance(value, str) else None
        pk = escape(given.get("id", f"id_{name}"))
        more = "".join(
            f' {key}="{escape(given[key])}"'
            for key in ("aria-describedby", "aria-invalid")
            if key in given
        )
        base = escape(name)
        named = escape(_("Country"))
        said = escape(_("Province, city, district"))
        street, postcode = escape(_("Street and number")), escape(_("Postcode"))
        levels = {"province": _("Province"), "city": _("City"), "district": _("District")}
        data = "".join(f' data-{level}="{escape(word)}"' for level, word in levels.items())
        area = full_name(found.division) if found else ""
        country = found.country if found else HOME
        code = found.division if found else ""
        return mark_safe(  # noqa: S308 - parts escaped
            f'<sj-address data-url="{reverse("records:divisions")}" data-code="{code}"{data}>'
            f'<span class="places"><input class="form-control" type="text" id="{pk}"'
            f' name="{base}-area" value="{escape(area)}" maxlength="60" autocomplete="off"'
            f' placeholder="{said}" aria-label="{said}"{more}></span>'
            f'<textarea class="form-control" name="{base}-street" rows="2"'
            f' maxlength="{self.limit}" placeholder="{street}" aria-label="{street}">'
            f"{escape(found.street if found else '')}</textarea>"
            f'<span class="row"><input class="form-control short" type="text"'
            f' name="{base}-postcode" value="{escape(found.postcode if found else "")}"'
            f' maxlength="12" autocomplete="off" placeholder="{postcode}"'
            f' aria-label="{postcode}"><select class="form-select" name="{base}-country"'
            f' aria-label="{named}">{_countries(country)}</select></span>'
            "</sj-address>"
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if f"{name}-street" not in data:
            return data.get(name)
        area, street, postcode, country = (
            str(data.get(f"{name}-{part}", "")).strip() for part in _PARTS
        )
        abroad = country not in ("", UNKNOWN, HOME)
        lines = [street if abroad else f"{area} {street}".strip(), postcode]
        if not any(lines):
            return ""
        lines.append("" if country == UNKNOWN else country)
        return "\n".join(line for line in lines if line)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-street" not in data and name not in data

    def id_for_label(self, id_: str) -> str:
        return id_


class FilesInput(forms.Widget):
    """The files of a field, each with a tick that keeps it, and an input for more of them."""

    needs_multipart_form = True

    def __init__(self, *, pictures: bool = False) -> None:
        super().__init__()
        self.pictures = pictures

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = dict(attrs or {})
        keys = value if isinstance(value, list) else str(value or "").split(",")
        known = {one.key: one for one in StoredFile.objects.filter(key__in=[k for k in keys if k])}
        pk, base = escape(given.get("id", f"id_{name}")), escape(name)
        more = "".join(
            f' {key}="{escape(given[key])}"'
            for key in ("aria-describedby", "aria-invalid")
            if key in given
        )
        kept = "".join(
            f'<label class="check"><input type="checkbox" class="form-check-input" name="{base}"'
            f' value="{key}" checked><span>{_shown(known[key])}</span></label>'
            for key in keys
            if key in known
        )
        said = escape(_("Untick a file to take it out."))
        hint = f'<span class="help">{said}</span>' if kept else ""
        accept = ' accept="image/png,image/jpeg,image/gif,image/webp"' if self.pictures else ""
        return mark_safe(  # noqa: S308 - parts escaped
            f'<span class="files-input"><input type="hidden" name="{base}-sent" value="1">'
            f'<span class="checks">{kept}</span>'
            f"{hint}"
            f'<sj-upload data-limit="{settings.UPLOAD_LIMIT}"><input class="form-control"'
            f' type="file" id="{pk}" name="{base}-upload" multiple{accept}{more}></sj-upload>'
            "</span>"
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if hasattr(data, "getlist"):
            return [key for key in data.getlist(name) if key]
        return data.get(name)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return f"{name}-sent" not in data and name not in data


class RichInput(forms.Textarea):
    """HTML; with script an editor stands in its place."""

    def __init__(self, limit: int) -> None:
        super().__init__({"rows": 6, "maxlength": limit})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        inner = super().render(name, value, attrs, renderer)
        return mark_safe(f"<sj-rich-text>{inner}</sj-rich-text>")  # noqa: S308 - widget's own


def _shown(stored: StoredFile) -> str:
    size = f'<span class="ink-3">{escape(filesizeformat(stored.size))}</span>'
    name = f"{escape(stored.name)} {size}"
    if not stored.is_picture:
        return name
    return f'<img src="{file_url(stored.key)}?small" alt="" loading="lazy"> {name}'


def _countries(chosen: str) -> str:
    names = country_names(get_language() or "en")
    first = [code for code in FIRST_COUNTRIES if code in names]
    rest = sorted(set(names) - set(first), key=lambda code: names[code])
    options = [f'<option value="{UNKNOWN}">–</option>'] if chosen == UNKNOWN else []
    for code in (*first, *rest):
        mark = " selected" if code == chosen else ""
        options.append(f'<option value="{code}"{mark}>{escape(names[code])}</option>')
    return "".join(options)
