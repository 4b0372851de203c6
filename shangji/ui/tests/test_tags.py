"""The template tags, in both languages."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation


def show(source: str, language: str = "zh-hans", **values: object) -> str:
    with translation.override(language):
        return Template("{% load ui %}" + source).render(Context(values))


def test_it_shows_money_short_with_the_exact_figure_on_hover() -> None:
    zh = show('{% money amount "CNY" %}', amount=1285000)
    assert ">¥128.5 万<" in zh
    assert 'title="¥1,285,000"' in zh
    assert ">¥1.29M<" in show('{% money amount "CNY" %}', "en", amount=1285000)
    assert ">¥1,285,000<" in show('{% money amount "CNY" short=False %}', amount=1285000)
    assert show('{% money amount "CNY" %}', amount=None) == ""


def test_it_names_days_and_instants_in_the_readers_zone() -> None:
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        now = timezone.now()
        today = timezone.localdate()
        assert ">今天<" in show("{% day value %}", value=today)
        assert ">Tomorrow<" in show("{% day value %}", "en", value=today + timedelta(days=1))
        local = timezone.localtime(now)
        assert f">今天 {local:%H:%M}<" in show("{% when value %}", value=now)
        assert f">{local:%H:%M}<" in show("{% when value time_only=True %}", value=now)
        far = datetime(2020, 1, 15, 1, 0, tzinfo=ZoneInfo("UTC"))
        assert ">2020-01-15 09:00<" in show("{% when value %}", value=far)
    assert show("{% when value %}{% day value %}", value=None) == ""


@pytest.mark.parametrize(("days", "tone"), [(-1, "bad"), (0, "warn"), (1, "")])
def test_it_colours_what_is_due(days: int, tone: str) -> None:
    day = timezone.localdate() + timedelta(days=days)
    assert show("{{ value|due_tone }}", value=day) == tone


def test_it_escapes_names_in_marks() -> None:
    user = SimpleNamespace(name='<b onclick="x">')
    assert "<b" not in show("{% avatar user %}", user=user)
    assert 'aria-label="林悦"' in show("{% avatar user %}", user=SimpleNamespace(name="林悦"))
    assert ">LY<" in show("{% avatar user %}", user=SimpleNamespace(name="Lin Yue"))
    assert 'data-grade="A"' in show('{% grade "A" %}')
    assert show("{% grade None %}") == ""


def test_it_walks_the_thread() -> None:
    shown = show('{% include "ui/thread.html" with current="nurture" %}')
    assert shown.count('data-state="walked"') == 2
    assert shown.count('data-state="current"') == 1
    assert shown.count('data-state="ahead"') == 2


class Sample(forms.Form):
    """A field of each sort."""

    name = forms.CharField(max_length=5, help_text="As registered")
    agree = forms.BooleanField(required=False)
    size = forms.ChoiceField(choices=[("s", "Small")], widget=forms.RadioSelect)


def test_it_ties_errors_and_help_to_their_field() -> None:
    fine = show('{% include "ui/field.html" with field=form.name %}', form=Sample())
    assert 'aria-describedby="id_name-note"' in fine
    assert '<div class="help" id="id_name-note">As registered</div>' in fine
    wrong = show('{% include "ui/form.html" %}', form=Sample({"name": "too long"}))
    assert 'aria-invalid="true"' in wrong
    assert '<div class="error" id="id_name-note" role="alert">' in wrong
    assert 'href="#id_name"' in wrong
    assert "form-check-input" in wrong
    assert "<legend" in wrong
