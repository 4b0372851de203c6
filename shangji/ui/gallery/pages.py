"""The gallery: each component and four whole pages with sample data, for people who write pages.

Only with debug or demo on; it reads and writes nothing.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shangji.ui.gallery import sample

PAGES = {
    "kit": "",
    "today": "today",
    "board": "convert",
    "list": "opportunities",
    "record": "convert",
    "empty": "",
}


def gallery(request: HttpRequest, name: str = "kit") -> HttpResponse:
    """One gallery page. 404 in production and for a name that is none."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)) or name not in PAGES:
        raise Http404
    shell = sample.shell(PAGES[name])
    theme = request.GET.get("theme", "")
    if theme in ("light", "dark"):
        shell["theme"] = theme
    if name == "list":
        shell["density"] = "compact"
    context = {
        "shell": shell,
        "columns": sample.columns() if name == "board" else [],
        "groups": sample.groups() if name == "list" else [],
        "flow": sample.flow() if name == "today" else [],
        "queue": sample.queue() if name == "today" else [],
        "people": {"lin": sample.person(sample.LIN), "chen": sample.person(sample.CHEN)},
        "zh": sample.say("1", ""),
        "now": sample.at(0, 10, 30),
        "close": sample.in_days(25),
        "gallery_pages": list(PAGES),
    }
    return render(request, f"ui/gallery/{name}.html", context)


def suggest(request: HttpRequest) -> HttpResponse:
    """What the palette shows, from the sample board."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    asked = request.GET.get("q", "").strip().lower()
    cards = [card for column in sample.columns() for card in column.cards]
    found = [card for card in cards if asked in card.name.lower() or asked in card.account.lower()]
    return render(request, "ui/gallery/_suggest.html", {"cards": found[:8], "asked": asked})
