"""A file brings added fields in by their names, in bulk, with its ledger and undo."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.audit.models import Change
from shangji.foundation.people.models import User
from shangji.records.custom.actions import change_field
from shangji.records.custom.indexes import tend
from shangji.records.imports import actions
from shangji.records.imports.guess import guess_columns
from shangji.records.imports.models import Import
from shangji.records.imports.targets import rows_of
from tests.custom.conftest import MakeField, make_field, options

__all__ = ["make_field"]

Bring = Callable[..., Import]
As = Callable[..., Actor]


def mapping(**columns: str) -> dict[str, Any]:
    given = [{"header": header, "field": key} for header, key in columns.items()]
    return {"type": "opportunity", "match": ["name"], "columns": given}


def test_it_is_guessed_read_written_logged_and_undone(
    bring: Bring,
    make_field: MakeField,
    dana: User,
    actor: As,
    now: datetime,
) -> None:
    area = make_field("number", "Floor area").key
    size = make_field("choice", "Size", options=options("Small", "Large")).key
    begin = make_field("whole", "Begin", default="3").key
    number = make_field("sequence", "Number", prefix="D").key
    me = actor(dana)
    guessed = guess_columns(
        rows_of("opportunity"), me, ["Name", "Floor area", "Large中", "Size"], []
    )
    assert [one.field for one in guessed] == ["name", area, "", size]
    told = mapping(name="name", area=area, size=size)
    run = bring("name,area,size\nA,1.5,Large\nB,,小\nC,2,small\n", told, me)
    assert (run.created, run.failed) == (2, 1)
    rows = {one.name: one for one in Opportunity.objects.all()}
    assert rows["A"].custom_values == {area: 1.5, size: "large", begin: 3, number: "D-2026-0001"}
    assert rows["C"].custom_values == {area: 2, size: "small", begin: 3, number: "D-2026-0002"}
    change = Change.objects.get(record_type="opportunity", record_id=rows["A"].pk)
    assert change.fields[area] == [None, 1.5] and "custom_values" not in change.fields
    again = bring("name,area\nA,7\n", mapping(name="name", area=area), me)
    assert again.updated == 1
    rows["A"].refresh_from_db()
    assert rows["A"].custom_values[area] == Decimal(7)
    actions.undo_import(actor=me, run=again, now=now)
    rows["A"].refresh_from_db()
    assert rows["A"].custom_values[area] == 1.5


def test_a_value_that_stands_twice_is_a_failing_row(
    bring: Bring,
    make_field: MakeField,
    dana: User,
    actor: As,
    now: datetime,
) -> None:
    row = make_field("text", "Contract no.")
    change_field(actor=actor(dana), field=row, values={"is_unique": True}, now=now)
    tend()
    told = mapping(name="name", number=row.key)
    run = bring("name,number\nA,1\nB,1\nC,2\n", told, actor(dana))
    assert (run.created, run.failed) == (2, 1)
