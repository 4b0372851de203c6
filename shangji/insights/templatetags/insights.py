"""Rates as reports write them."""

from django import template

register = template.Library()


@register.filter
def rate(value: float, decimals: int = 0) -> str:
    """0.6315 → 63% or, with two decimals, 63.15%."""
    return f"{value * 100:.{decimals}f}%"
