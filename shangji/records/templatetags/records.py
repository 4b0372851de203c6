"""Filters of the record pages."""

from django import template

from shangji.ui.templatetags.ui import number

register = template.Library()

register.filter(number)
