"""The gallery shows each page in both languages, to developers and demos only."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from shangji.ui.gallery.pages import PAGES
from shangji.ui.words import words

ELEMENTS = Path(__file__).resolve().parents[3] / "frontend"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_shows_the_page(client: Client, settings: Settings, name: str, language: str) -> None:
    settings.DEMO = True
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(f"/ui/gallery/{name}/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'<html lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in page
    assert 'id="sj-words"' in page
    assert " style=" not in page
    assert page.count("<h1") == 1


@pytest.mark.django_db
def test_it_is_not_there_in_production(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    settings.DEBUG = False
    assert client.get("/ui/gallery/").status_code == 404
    assert client.get("/ui/gallery/suggest/?q=m").status_code == 404


def test_it_has_a_word_for_each_the_scripts_say() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in ELEMENTS.rglob("*.ts"))
    said = set(words())
    for key in said:
        assert f'"{key}"' in scripts, f"{key} is said by nobody"
    asked = set(re.findall(r'\bsay\("(\w+)"', scripts)) - {"sprite"}
    assert asked <= said, f"no word for {asked - said}"
    assert len(asked) > 20
