"""Settings of scorecards: list, editor, weights from pairs, preview on real deals, publish."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.audit.queries import last_undoable
from shangji.lib.errors import Invalid
from shangji.phases.evaluate.actions.scorecards import (
    make_default,
    publish_scorecard,
    save_scorecard,
    use_scorecard,
)
from shangji.phases.evaluate.choices.scorecards import AUTO_KINDS, TIE_BREAKS
from shangji.phases.evaluate.defaults.scorecards import TEMPLATES
from shangji.phases.evaluate.forms.ids import id_in
from shangji.phases.evaluate.forms.scorecards import (
    CardForm,
    Row,
    of_card,
    read_form,
    read_pairs,
    spare_rules,
)
from shangji.phases.evaluate.models import Scorecard
from shangji.phases.evaluate.queries.preview import preview
from shangji.phases.evaluate.queries.scorecards import (
    RIGHT,
    readable,
    scorecard_lines,
    scorecard_of,
    versions_of,
)
from shangji.phases.evaluate.rules import pairwise
from shangji.phases.evaluate.rules.scorecards import Card, Words, plain
from shangji.records.description import describe
from shangji.records.kinds.base import OPERATORS
from shangji.records.pages.answers import actor_of, done

BASE = {"settings_page": "scorecards"}
_NUMBERS = ("number", "whole", "percent", "money")


@login_required
@require_GET
def scorecards(request: HttpRequest) -> HttpResponse:
    """Every card with its version, and the ones that ship."""
    context = {**BASE, "lines": scorecard_lines(actor_of(request)), "templates": TEMPLATES}
    return render(request, "evaluate/settings/scorecards.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def scorecard_new(request: HttpRequest) -> HttpResponse:
    """Begin a card: from one that ships (`?from=bant`), or empty."""
    actor = actor_of(request)
    require_right(actor, RIGHT)
    if request.method == "POST":
        return _save(actor, None, request)
    chosen = next((one for one in TEMPLATES if one.key == request.GET.get("from")), None)
    if chosen is None and "from" not in request.GET:
        return render(
            request, "evaluate/settings/scorecard_new.html", {**BASE, "templates": TEMPLATES}
        )
    form = of_card(chosen.name, chosen.card) if chosen else CardForm()
    if chosen is None:
        form.press("add")
    return _editor(request, form, None)


@login_required
@require_http_methods(["GET", "POST"])
def scorecard_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor; its buttons `do=add`, `up-…` send the form and get it back unsaved."""
    actor = actor_of(request)
    row = scorecard_of(actor, pk)
    if request.method == "POST":
        return _save(actor, row, request)
    card = readable(row.draft)
    name = Words(row.name_zh, row.name_en)
    form = of_card(name, card) if card else CardForm(name.zh, name.en)
    broken = [] if card else [_("What was saved cannot be read. Set it up anew and save.")]
    return _editor(request, form, row, broken)


def _save(actor: Actor, row: Scorecard | None, request: HttpRequest) -> HttpResponse:
    """What the editor's button asks for; called for POST only."""
    form = read_form(request.POST)
    button = request.POST.get("do", "save")
    if button not in ("save", "preview", "pairs"):
        form.press(button)
        return _editor(request, form, row)
    version = request.POST.get("version", "")
    try:
        saved = save_scorecard(
            actor=actor,
            name_zh=form.name_zh,
            name_en=form.name_en,
            card=form.card(),
            scorecard=row,
            version=id_in(version) if row else None,
            now=timezone.now(),
        )
    except Invalid as problem:
        return _editor(request, form, row, form.place_faults(problem.errors), status=400)
    to = {"save": "scorecard_edit", "preview": "scorecard_preview", "pairs": "scorecard_pairs"}[
        button
    ]
    return _done(request, actor, _("Draft saved"), to, saved.pk)


def _done(request: HttpRequest, actor: Actor, text: str, to: str, pk: int | None) -> HttpResponse:
    last = last_undoable(actor)
    kwargs = {"pk": pk} if pk else {}
    url = reverse(f"evaluate:{to}", kwargs=kwargs)
    return done(request, text, url, undo=last.pk if last else None)


def _editor(
    request: HttpRequest,
    form: CardForm,
    row: Scorecard | None,
    faults: list[str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    fields = [one for one in describe("opportunity").fields if one.filterable]
    versions = versions_of(row) if row else []
    ties = [*form.tie_break, "", "", ""][: max(3, len(form.tie_break))]
    context = {
        **BASE,
        "form": form,
        "scorecard": row,
        "rows": [_shown(one) for one in form.rows],
        "card_groups": [*form.groups, ("", "", "")],
        "faults": faults or [],
        "versions": versions,
        "is_changed": row is not None and (not versions or versions[0].definition != row.draft),
        "kinds": AUTO_KINDS.items(),
        "fields": [(one.key, one.label) for one in fields],
        "numbers": [(one.key, one.label) for one in fields if one.kind.name in _NUMBERS],
        "operators": OPERATORS.items(),
        "ties": ties,
        "tie_options": [
            *((one.key, _named(one)) for one in form.rows),
            *TIE_BREAKS.items(),
        ],
        "may_pair": 2 <= len(form.rows) <= pairwise.MOST,
    }
    return render(request, "evaluate/settings/scorecard.html", context, status=status)


def _named(row: Row) -> str:
    return Words(row.texts.get("name_zh", ""), row.texts.get("name_en", "")).text or _("unnamed")


def _shown(row: Row) -> dict[str, Any]:
    return {"row": row, "name": _named(row), "rules": spare_rules(row)}


@login_required
@require_POST
def scorecard_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """New assessments use the draft from now on."""
    actor = actor_of(request)
    made = publish_scorecard(actor=actor, scorecard=scorecard_of(actor, pk), now=timezone.now())
    text = _("Version %(n)s published; older assessments keep theirs") % {"n": made.number}
    return done(request, text, reverse("evaluate:scorecard_edit", kwargs={"pk": pk}))


@login_required
@require_POST
def scorecard_default(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_of(request)
    row = make_default(actor=actor, scorecard=scorecard_of(actor, pk), now=timezone.now())
    text = _("%(name)s gives the score now; open opportunities are scored anew")
    return _done(request, actor, text % {"name": row.name}, "scorecards", None)


@login_required
@require_POST
def scorecard_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a card or no longer."""
    actor = actor_of(request)
    on = bool(request.POST.get("on"))
    use_scorecard(actor=actor, scorecard=scorecard_of(actor, pk), on=on, now=timezone.now())
    text = _("In use again") if on else _("No longer offered; its history stays")
    return _done(request, actor, text, "scorecards", None)


@login_required
@require_GET
def scorecard_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft beside what is published, on real opportunities."""
    actor = actor_of(request)
    row = scorecard_of(actor, pk)
    context = {
        **BASE,
        "scorecard": row,
        "preview": preview(actor, row, timezone.now()),
        "may_see_amount": "amount" not in actor.hidden_fields("opportunity"),
    }
    return render(request, "evaluate/settings/preview.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def scorecard_pairs(request: HttpRequest, pk: int) -> HttpResponse:
    """Weights from pairs; `do=use` saves them into the draft."""
    actor = actor_of(request)
    row = scorecard_of(actor, pk)
    card = readable(row.draft)
    if card is None or not 2 <= len(card.criteria) <= pairwise.MOST:
        raise Invalid.whole(_("Two to ten criteria can be compared in pairs."))
    keys = [one.key for one in card.criteria]
    given = read_pairs(request.POST, keys) if request.method == "POST" else _pairs_of(card)
    judged = pairwise.judge(keys, given)
    if request.method == "POST" and request.POST.get("do") == "use":
        save_scorecard(
            actor=actor,
            name_zh=row.name_zh,
            name_en=row.name_en,
            card=card.reweighted(judged.weights),
            scorecard=row,
            now=timezone.now(),
        )
        return _done(request, actor, _("Weights taken over"), "scorecard_edit", pk)
    names = {one.key: one.name.text for one in card.criteria}
    context = {
        **BASE,
        "scorecard": row,
        "pairs": [
            {
                "a": a,
                "b": b,
                "name_a": names[a],
                "name_b": names[b],
                "options": _options(a, b, names, times),
            }
            for (a, b), times in given.items()
        ],
        "weights": [(names[key], judged.weights[key], plain(card.weights[key])) for key in keys],
        "ratio": f"{judged.ratio:.2f}",
        "is_consistent": judged.is_consistent,
        "worst": _worst(judged, names),
        "criteria": len(keys),
    }
    return render(request, "evaluate/settings/pairs.html", context)


def _pairs_of(card: Card) -> dict[tuple[str, str], float]:
    """Pairs that the present weights would come from, in whole steps."""
    found: dict[tuple[str, str], float] = {}
    rows = card.criteria
    for n, a in enumerate(rows):
        for b in rows[n + 1 :]:
            times = float(a.weight / b.weight)
            step = min(9, max(1, round(times if times >= 1 else 1 / times)))
            found[a.key, b.key] = float(step) if times >= 1 else 1 / step
    return found


def _options(a: str, b: str, names: dict[str, str], times: float) -> list[dict[str, Any]]:
    chosen = round(times) if times >= 1 else -round(1 / times)
    options = []
    for step in (*range(9, 1, -1), 1, *range(-2, -10, -1)):
        if step == 1:
            label = _("alike")
        else:
            label = _("%(name)s %(n)s×") % {"name": names[a if step > 0 else b], "n": abs(step)}
        options.append({"value": step, "label": label, "chosen": step == chosen})
    return options


def _worst(judged: pairwise.Judgement, names: dict[str, str]) -> str:
    if judged.is_consistent or judged.worst is None:
        return ""
    a, b, fits = judged.worst
    if fits < 1:
        a, b, fits = b, a, 1 / fits
    return _("Look at %(a)s and %(b)s: the others say about %(times)s× for %(a)s.") % {
        "a": names[a],
        "b": names[b],
        "times": f"{fits:.1f}",
    }
