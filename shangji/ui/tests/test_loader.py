"""Templates are joined where only the language decides, and say the same as before."""

from typing import Any

import pytest
from django.template import Context, Template, engines
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from shangji.ui.addresses import address
from shangji.ui.loader import Kept, join

SOURCE = (
    "{% load i18n ui %}<p>{% translate 'Cancel' %} {% icon 'plus' %}</p>{{ name }}"
    "{% if name %}<i>{% translate 'Cancel' %}</i>{% translate name %}{% endif %}"
    "{% for one in names %}{% icon 'x' %}{{ one }}{% icon one %}{% endfor %}"
    "{% url 'records:page' 'accounts' pk %}{% url 'records:list' 'accounts' %}"
)


def both(**values: Any) -> tuple[str, str]:
    plain = engines["django"].from_string(SOURCE).template
    joined: Template = engines["django"].from_string(SOURCE).template
    join(joined.nodelist)
    assert any(isinstance(node, Kept) for node in joined.nodelist)
    return plain.render(Context(values)), joined.render(Context(values))


@pytest.mark.parametrize("language", ["en", "zh-hans", "en"])
def test_it_says_the_same_in_each_language(language: str) -> None:
    with translation.override(language):
        plain, joined = both(name="<Lin>", names=["star", "x"], pk=12)
    assert plain == joined
    assert ("Cancel" in joined) == (language == "en")
    assert "/accounts/12/" in joined


def test_it_keeps_nothing_of_a_page() -> None:
    template = engines["django"].from_string(SOURCE).template
    join(template.nodelist)
    first = template.render(Context({"name": "Alice", "names": ["a"], "pk": 1}))
    second = template.render(Context({"name": "Bob", "names": [], "pk": 2}))
    assert "Alice" in first
    assert "Alice" not in second
    assert "/accounts/1/" not in second


def test_every_template_is_joined_by_the_loader() -> None:
    template = engines["django"].get_template("ui/_bottom.html").template
    assert any(isinstance(node, Kept) for node in template.nodelist)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("records:list", ("accounts",)),
        ("records:page", ("accounts", 7)),
        ("records:field", ("opportunities", 123456, "amount")),
        ("opportunities:default", (5, "probability")),
        ("people:settings", ()),
    ],
)
def test_an_address_is_what_reverse_gives(name: str, args: tuple[Any, ...]) -> None:
    for _again in range(2):
        assert address(name, *args) == reverse(name, args=args)
    with override_settings(FORCE_SCRIPT_NAME="/crm"):
        assert address(name, *args).endswith(reverse(name, args=args))
