"""Every template compiles, and none needs what the Content-Security-Policy refuses."""

from pathlib import Path

import pytest
from django.template import engines

from tests.house.templates import RULES, faults

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(
    path
    for path in (ROOT / "shangji").rglob("templates/**/*")
    if path.is_file() and path.suffix in {".html", ".txt"}
)


def name_of(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])


def test_it_finds_templates() -> None:
    assert TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_compiles(path: Path) -> None:
    template = engines["django"].get_template(name_of(path))
    assert Path(template.origin.name) == path  # and is not hidden by another of the same name


# A text mail is no HTML: it escapes nothing and runs nothing.
@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.suffix == ".html"], ids=name_of)
def test_it_holds_to_the_security_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert list(faults(text)) == []


@pytest.mark.parametrize(
    "line",
    [
        '<p class="style">',
        '<svg width="3"><rect width="{{ share }}%"></rect></svg>',
        '<script src="{% asset %}" defer></script>',
        '<script type="application/json">{}</script>',
        '<script nonce="{{ request.csp_nonce }}">1</script>',
        "{# style= #}",
        '<a data-once="1" href="https://example.org/">',
        "{{ name|safe_name }}",
    ],
)
def test_it_lets_good_lines_pass(line: str) -> None:
    assert list(faults(line)) == []


@pytest.mark.parametrize(
    "line",
    [
        '<p style="color: red">',
        '<button onclick="go()">',
        "<script>go()</script>",
        "<style>p {}</style>",
        "{{ note|safe }}",
        '<a href="javascript:go()">',
        '<img src="//example.org/a.png">',
        '<button title="{% day step.on %}">',
    ],
)
def test_it_stops_bad_lines(line: str) -> None:
    assert len(list(faults(line))) == 1


def test_it_has_an_example_for_each_rule() -> None:
    assert len(RULES) == 8
