"""Filters of the record pages."""

from django import template

register = template.Library()


@register.filter
def number(value: int | None) -> str:
    """A count with thousands parted: 12,480."""
    return "" if value is None else f"{value:,}"
