"""Long menus of the toolbar as HTML: thirty template loops would cost more than the rows."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shangji.foundation.access.actor import Actor
from shangji.records.description import Field, RecordDescription


def filter_links(fields: Iterable[Field], url: str, query: str) -> SafeString:
    """One link a field; htmx puts its form into the menu, without script the page opens it."""
    return format_html_join(
        "",
        '<a href="{1}&amp;filter={2}" hx-get="{0}{1}&amp;filter={2}" hx-target="#filter-menu" '
        'hx-swap="innerHTML">{3}</a>',
        ((url, query, one.key, one.label) for one in fields),
    )


def column_boxes(description: RecordDescription, actor: Actor, chosen: Sequence[str]) -> SafeString:
    """A tick box a field, those shown first and in their order."""
    fields = {one.key: one for one in description.visible_fields(actor)}
    keys = [*chosen, *(key for key in fields if key not in chosen)]
    return format_html_join(
        "",
        '<label class="check"><input class="form-check-input" type="checkbox" name="columns" '
        'value="{}"{}><span>{}</span></label>',
        (
            (key, SafeString(" checked") if key in chosen else "", fields[key].label)
            for key in keys
            if key in fields
        ),
    )


def hidden_inputs(pairs: Iterable[tuple[str, str]], but: str = "") -> SafeString:
    """Hidden inputs of a form, without those named `but`."""
    return format_html_join(
        "",
        '<input type="hidden" name="{}" value="{}">',
        ((name, value) for name, value in pairs if name != but),
    )


def option_boxes(name: str, options: Iterable[tuple[str, object]], on: Sequence[str]) -> SafeString:
    """Tick boxes of one name for options."""
    boxes = format_html_join(
        "",
        '<label class="check"><input class="form-check-input" type="checkbox" name="{}" '
        'value="{}"{}><span>{}</span></label>',
        (
            (name, value, SafeString(" checked") if value in on else "", label)
            for value, label in options
        ),
    )
    return format_html('<div class="checks scroll-checks">{}</div>', boxes)
