"""The other side of links that were added: rows that lead to a record, on its page."""

from django.utils.text import format_lazy

from shangji.records.custom.live import links_to
from shangji.records.description import describe
from shangji.records.panels import Panel
from shangji.records.related import related_panel


def panels_of(record_type: str) -> list[Panel]:
    """One tab for each field that leads here: "Opportunities · Planner"."""
    return [
        related_panel(
            of_type,
            one.key,
            key=one.key,
            label=format_lazy("{} · {}", describe(of_type).plural, one.label),
            order=60,
        )
        for of_type, one in links_to(record_type)
    ]
