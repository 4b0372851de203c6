"""Write cells of a list as one operation, tried first; pasted rows as an import; widths."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require
from shangji.foundation.audit.recorder import operation
from shangji.foundation.people.actions.preferences import set_list_widths
from shangji.lib.errors import Invalid
from shangji.lib.sheets import csv_chunks
from shangji.records.actions.rows import Row, Written, write_rows
from shangji.records.description import RecordDescription
from shangji.records.grid.planning import Plan, note_refusals
from shangji.records.grid.queries import widths_key
from shangji.records.grid.rules import MOST_ROWS, clean_widths, is_header, read_block
from shangji.records.imports.actions import bring_file, set_mapping
from shangji.records.imports.files import sheet_of
from shangji.records.imports.guess import guess_match, normal, synonyms
from shangji.records.imports.mapping import Column, load
from shangji.records.imports.models import Import
from shangji.records.imports.targets import import_fields, rows_of
from shangji.records.models import SavedView


def write_cells(
    *, actor: Actor, record_type: str, rows: Sequence[Row], now: datetime
) -> tuple[int, list[Written]]:
    """Change cells of some rows as one operation with one undo; its id, and what became of each."""
    return write_rows(actor=actor, record_type=record_type, rows=rows, now=now)


def try_cells(*, actor: Actor, record_type: str, plan: Plan, now: datetime) -> None:
    """Do it and take it back at once: rights, versions and checks speak as they will.

    What is refused is noted in the plan. A row that is refused for one cell is tried again
    without it.
    """
    for _again in range(3):
        rows = plan.rows
        if not rows:
            return
        with transaction.atomic():
            _id, written = write_rows(actor=actor, record_type=record_type, rows=rows, now=now)
            transaction.set_rollback(True)
        note_refusals(plan, written)
        if all(one.refusal is None for one in written):
            return


def bring_pasted(
    *,
    actor: Actor,
    description: RecordDescription,
    text: str,
    keys: Sequence[str],
    header: bool | None,
    now: datetime,
) -> Import:
    """Make an import of pasted rows: mapping, trial, progress and undo are the import's.

    Args:
        keys: the columns of the list in their order, for rows without a header.
        header: whether the first row is one; None tells by its words.
    Invalid for no rows, for too many, and for what is no table.
    """
    rows_of(description.type).require(actor)
    block = [row for row in read_block(text) if any(cell.strip() for cell in row)]
    if not block:
        raise Invalid.field("text", _("Paste rows first."))
    fields = import_fields(rows_of(description.type), actor)
    if header is None:
        words = {word for one in fields.values() for word in synonyms(one)}
        header = is_header(block[0], lambda cell: normal(cell) in words)
    count = len(block) - (1 if header else 0)
    if not 0 < count <= MOST_ROWS:
        raise Invalid.field(
            "text",
            _("Between 1 and %(most)s rows can be pasted, here are %(n)s. Import longer ones.")
            % {"most": f"{MOST_ROWS:,}", "n": f"{count:,}"},
        )
    if header:
        return _brought(actor, description, block, now)
    wide = max(len(row) for row in block)
    names = [_heading(description, actor, keys, place) for place in range(wide)]
    run = _brought(actor, description, [names, *block], now)
    columns = tuple(
        Column(name, keys[place] if place < len(keys) and keys[place] in fields else "")
        for place, name in enumerate(sheet_of(run.file_key, run.sheet).header)
    )
    guessed = load(run.mapping)
    match = guess_match(rows_of(description.type), {one.field for one in columns})
    return set_mapping(actor=actor, run=run, mapping=replace(guessed, columns=columns, match=match))


def _heading(description: RecordDescription, actor: Actor, keys: Sequence[str], place: int) -> str:
    if place < len(keys):
        return str(description.field(keys[place], actor).label)
    return _("Column %(n)s") % {"n": place + 1}


def _brought(
    actor: Actor, description: RecordDescription, block: Sequence[Sequence[str]], now: datetime
) -> Import:
    """The rows as the import's file; ragged ones made even, as the reader of files wants them."""
    wide = max(len(row) for row in block)
    even = [[*row, *[""] * (wide - len(row))] for row in block]
    return bring_file(
        actor=actor,
        chunks=csv_chunks(even[0], even[1:]),
        name=f"{_('Pasted rows')}.csv",
        record_type=description.type,
        now=now,
    )


def keep_widths(
    *,
    actor: Actor,
    description: RecordDescription,
    view: SavedView | None,
    widths: Mapping[str, object],
    now: datetime,
) -> None:
    """How wide the columns of a list are: kept in one's own view, else as one's preference for
    the type, or for somebody else's view. No widths at all set it back."""
    known = {one.key for one in description.visible_fields(actor)}
    kept = {key: value for key, value in clean_widths(widths).items() if key in known}
    if view is None or view.owner_id != actor.user_id:
        key = widths_key(description.type, view)
        set_list_widths(actor=actor, key=key, widths=kept, now=now)
        return
    require(actor, "edit", view)
    with operation(actor, "view.edit", now=now) as op:
        op.update(op.lock(view), {"widths": kept})
