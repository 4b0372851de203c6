"""What a rep asks of the server in a measurement: addresses and forms, by operation."""

from typing import Any
from urllib.parse import quote

from bench.client import Ask

#: operation -> what is looked for; customers of the rep begin so at each size
SEARCHES = {
    "search, two Chinese characters": "华辰",
    "search, pinyin initials": "hcjc",
    "search, Latin": "falcon",
}
SHARP = "/opportunities/?f=status.is.open&f=amount.gte.100000&sort=expected_close_on"


def bare_list(rep: int) -> Ask:
    return f"/bare/list/?owner={rep}", None


def reads(mine: list[Any]) -> dict[str, list[Ask]]:
    """Pages and the API, as often each as there are opportunities given (id first)."""
    many = len(mine)
    pages = {
        "list": "/opportunities/",
        "list, filtered and sorted": SHARP,
        "API list of 50, filtered and sorted": SHARP.replace(
            "/opportunities/", "/api/v1/opportunities"
        ),
        "board": "/phases/convert/",
    }
    found: dict[str, list[Ask]] = {name: [(path, None)] * many for name, path in pages.items()}
    found["opportunity page"] = [(f"/opportunities/{one[0]}/", None) for one in mine]
    found["today"] = [("/", None)] * many
    return found


def searches(many: int, name: str = "") -> dict[str, list[Ask]]:
    """Searches, and one for the name of an opportunity where that is given."""
    found: dict[str, list[Ask]] = {}
    for label, text in SEARCHES.items():
        found[label] = [(f"/search/?q={quote(text)}", None)] * many
        found[f"{label}, type-ahead"] = [(f"/search/suggest?q={quote(text)}", None)] * many
    if name:
        found["search, one name"] = [(f"/search/?q={quote(name)}", None)] * many
    return found


def creates(many: int) -> list[Ask]:
    return [("/opportunities/new/", {"name": f"Bench {n}", "amount": "12000"}) for n in range(many)]


def moves(mine: list[Any], order: list[int]) -> list[Ask]:
    """Each to a stage it is not in.

    Args:
        mine: id, version and stage of opportunities.
        order: stages to choose from.
    """
    return [
        (
            f"/opportunities/{pk}/move/",
            {"stage": str(next(one for one in order if one != at)), "version": str(version)},
        )
        for pk, version, at in mine
    ]
