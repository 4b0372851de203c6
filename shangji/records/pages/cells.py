"""Cells of a list as a spreadsheet: paste, fill down and clear, each shown first where it is more
than a few rows; pasted rows as an import; widths of columns."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_type
from shangji.lib.errors import Invalid
from shangji.records.actions.rows import MOST
from shangji.records.description import RecordDescription
from shangji.records.grid import actions
from shangji.records.grid.planning import Plan, filled_texts, plan_cells
from shangji.records.grid.queries import saved_view
from shangji.records.grid.rules import MOST_ROWS, Placed, place_block, read_block
from shangji.records.listing.state import MAX_COLUMNS, preset_state
from shangji.records.pages.answers import actor_of, of_type, toasted
from shangji.records.pages.record import read_version

#: more rows than this are shown before they are filled or cleared
FEW = 5
#: lines of a preview
SHOWN = 60
#: of pasted rows that come as a file
MOST_BYTES = 20 * 2**20
WAYS = ("paste", "fill", "clear")


@of_type
@require_POST
def cells(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Change cells of the rows in sight: `how` is paste (`text`), fill (from the first row) or
    clear. `rows` are "id:version" from the cursor down, `keys` the columns from it on, `picked`
    the chosen range as "rows,columns". Answers a dialog to look at first, or does it."""
    actor = actor_of(request)
    require_type(actor, "edit", description.type)
    asked, keys = _read_rows(request.POST.get("rows", "")), _read_keys(request.POST.get("keys", ""))
    how = request.POST.get("how", "")
    if how not in WAYS or not asked or not keys:
        raise Invalid.whole(_("Choose the cells first."))
    now = timezone.now()
    placed = _placed(actor, description, how, request, asked, keys)
    plan = plan_cells(
        actor=actor,
        description=description,
        asked=asked[: len(placed.cells)],
        keys=keys[: max(map(len, placed.cells), default=0)],
        texts=placed.cells,
        now=now,
    )
    # tried again when somebody is sure: what was shown is what is written
    actions.try_cells(actor=actor, record_type=description.type, plan=plan, now=now)
    if request.POST.get("sure") != "1":
        few = 1 if how == "paste" else FEW
        beyond = placed.rows_beyond or placed.columns_beyond
        if plan.wrong or plan.closed or plan.gone or beyond or len(plan.rows) > few:
            return _preview(request, description, plan, placed, how)
    if not plan.rows:
        return toasted(HttpResponse(status=204), _("Nothing was changed"), sj_close={})
    operation_id, written = actions.write_cells(
        actor=actor, record_type=description.type, rows=plan.rows, now=now
    )
    refused = [one.refusal for one in written if one.refusal is not None]
    count = len(written) - len(refused)
    text = ngettext("%(n)s row changed", "%(n)s rows changed", count) % {"n": count}
    if refused:
        left = _("%(n)s left: %(reason)s") % {"n": len(refused), "reason": refused[0].message}
        text = f"{text} · {left}"
    ids = [row.pk for row in plan.rows]
    return toasted(
        HttpResponse(status=204),
        text,
        undo=operation_id if count else None,
        tone="" if count else "bad",
        sj_close={},
        sj_cells={"ids": ids},
    )


def _placed(
    actor: Actor,
    description: RecordDescription,
    how: str,
    request: HttpRequest,
    asked: Sequence[tuple[int, int | None]],
    keys: Sequence[str],
) -> Placed:
    down, across = _read_picked(request.POST.get("picked", ""))
    if how == "paste":
        return place_block(
            read_block(request.POST.get("text", "")),
            rows=len(asked),
            columns=len(keys),
            picked=(down, across),
        )
    rows = asked[:down]
    if how == "clear":
        return Placed(tuple(("",) * min(across, len(keys)) for _row in rows))
    texts = filled_texts(actor, description, asked[0][0], keys[:across])
    untouched: tuple[str | None, ...] = (None,) * len(texts)
    return Placed((untouched, *(tuple(texts) for _row in rows[1:])))


def _read_rows(text: str) -> list[tuple[int, int | None]]:
    """Ids with versions, each once. Invalid above what one operation writes."""
    found: dict[int, int | None] = {}
    for part in text.split(",")[: MOST + 1]:
        number, _colon, version = part.partition(":")
        if number.isdecimal() and len(number) < 19:
            found[int(number)] = read_version(version)
    if len(found) > MOST:
        raise Invalid.whole(_("At most %(n)s rows at once.") % {"n": MOST})
    return list(found.items())


def _read_keys(text: str) -> list[str]:
    return [key for key in text[:4000].split(",") if key][:MAX_COLUMNS]


def _read_picked(text: str) -> tuple[int, int]:
    numbers = [int(part) for part in text.split(",") if part.isdecimal() and len(part) < 5]
    return (max(1, numbers[0]), max(1, numbers[1])) if len(numbers) == 2 else (1, 1)


def _preview(
    request: HttpRequest, description: RecordDescription, plan: Plan, placed: Placed, how: str
) -> HttpResponse:
    right, wrong = plan.right, plan.wrong
    changed = len(right)
    title = {"paste": _("Paste"), "fill": _("Fill down"), "clear": _("Clear cells")}[how]
    sent = {name: request.POST.get(name, "") for name in ("how", "rows", "keys", "picked", "text")}
    context: dict[str, Any] = {
        "description": description,
        "title": title,
        "action": reverse("records:cells", kwargs={"slug": description.slug}),
        "sent": list(sent.items()),
        "plan": plan,
        "right": right[:SHOWN],
        "right_more": max(0, changed - SHOWN),
        "wrong": wrong[:SHOWN],
        "wrong_more": max(0, len(wrong) - SHOWN),
        "changed": changed,
        "rows": len(plan.rows),
        "placed": placed,
        "closed": ", ".join(plan.closed),
        "verb": ngettext("Change %(n)s cell", "Change %(n)s cells", changed) % {"n": changed},
        "wide": True,
        "may_import": actor_of(request).may("import", description.type) and description.creatable,
    }
    return render(request, "records/cells_dialog.html", context)


@of_type
@require_http_methods(["GET", "POST"])
def paste_rows(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Many rows copied from a spreadsheet: a text that goes the way of an import.

    POST without `go` shows the text that a list brings; with it the import is made.
    """
    actor = actor_of(request)
    require_type(actor, "import", description.type)
    keys = _read_keys(request.POST.get("keys", request.GET.get("columns", "")))
    if not keys:
        state = preset_state(description, actor, "")
        keys = list(state.columns) if state is not None else []
    fields = [description.field(key, actor) for key in keys]
    given = request.FILES.get("file")
    text = request.POST.get("text", "")
    header = request.POST.get("header", "")
    errors: list[str] = []
    if given is not None and (given.size or 0) <= MOST_BYTES:
        text = given.read().decode("utf-8", "replace")
    elif given is not None:
        errors = [_("That is too much to paste. Save it as a file and import that.")]
    if request.method == "POST" and request.POST.get("go") and not errors:
        try:
            run = actions.bring_pasted(
                actor=actor,
                description=description,
                text=text,
                keys=keys,
                header={"yes": True, "no": False}.get(header),
                now=timezone.now(),
            )
            return redirect("records:import_page", pk=run.pk)
        except Invalid as problem:
            errors = [words for texts in problem.errors.values() for words in texts]
    context = {
        "description": description,
        "text": text,
        "keys": ",".join(keys),
        "labels": [str(one.label) for one in fields],
        "header": header,
        "headers": (("", _("Tell by its words")), ("yes", _("Yes")), ("no", _("No"))),
        "most": MOST_ROWS,
        "errors": errors,
    }
    return render(request, "records/paste.html", context, status=400 if errors else 200)


@of_type
@require_POST
def widths(request: HttpRequest, description: RecordDescription) -> HttpResponse:
    """Keep how wide columns are: `widths` as JSON {key: pixels}, `view` as the list has it."""
    try:
        given = json.loads(request.POST.get("widths", "")[:8000])
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Invalid.whole(_("Widths should be numbers by column."))
    actions.keep_widths(
        actor=actor_of(request),
        description=description,
        view=saved_view(actor_of(request), request.POST.get("view", "")),
        widths=given,
        now=timezone.now(),
    )
    return HttpResponse(status=204)
