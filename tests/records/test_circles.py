"""Links of a type to itself close no circle, however long and through whichever door."""

from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.actions import edit_opportunity
from shangji.core.opportunities.defaults import install_defaults
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.core.opportunities.queries.pipelines import forget_pipelines
from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.lib.errors import DomainError, Invalid
from shangji.records.actions import delete_record, edit_record
from shangji.records.actions.bulk import bulk_edit
from tests.threads import at_once

MAKERS = {"account": make_account, "opportunity": make_opportunity}


def chain(kind: str, owner: Any, length: int) -> list[Any]:
    """Records of which each stands below the one before."""
    rows: list[Any] = []
    for number in range(length):
        rows.append(MAKERS[kind](owner, name=f"R{number}", parent=rows[-1] if rows else None))
    return rows


def parents(model: Any) -> dict[str, str | None]:
    return dict(model.objects.values_list("name", "parent__name"))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(MAKERS))
@pytest.mark.parametrize("length", [1, 2, 3, 60])
def test_it_refuses_a_circle_of_any_length(
    kind: str, length: int, alice: Any, actor: Any, now: Any, sign_in: Any
) -> None:
    rows = chain(kind, alice, length)
    with pytest.raises(Invalid) as told:
        edit_record(actor=actor(alice), record=rows[0], values={"parent": rows[-1].pk}, now=now)
    assert list(told.value.errors) == ["parent"]
    page = sign_in(alice).post(
        f"/{'accounts' if kind == 'account' else 'opportunities'}/{rows[0].pk}/edit/?fields=parent",
        {"parent": rows[-1].pk, "version": rows[0].version},
    )
    assert page.status_code == 400
    rows[0].refresh_from_db()
    assert rows[0].parent_id is None


@pytest.mark.django_db
def test_it_counts_what_lies_in_the_bin(alice: Any, actor: Any, now: Any) -> None:
    first, middle, last = chain("opportunity", alice, 3)
    delete_record(actor=actor(alice), record=middle, now=now)
    with pytest.raises(Invalid):
        edit_opportunity(actor=actor(alice), record=first, values={"parent": last.pk}, now=now)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(MAKERS))
def test_a_bulk_edit_leaves_those_that_would_close_one(
    kind: str, alice: Any, actor: Any, now: Any
) -> None:
    rows = chain(kind, alice, 3)
    free = MAKERS[kind](alice, name="Free")
    result = bulk_edit(
        actor=actor(alice),
        record_type=kind,
        values={"parent": rows[2].pk},
        ids=[rows[0].pk, rows[2].pk, free.pk],
        now=now,
    )
    assert (result.done, [pk for pk, _why in result.refused]) == (1, [rows[0].pk, rows[2].pk])


@pytest.mark.django_db
def test_undo_leaves_a_link_that_would_close_one(alice: Any, actor: Any, now: Any) -> None:
    me = actor(alice)
    below, above = chain("opportunity", alice, 2)[::-1]
    edit_opportunity(actor=me, record=below, values={"parent": None}, now=now)
    freed = Operation.objects.latest("id")
    edit_opportunity(actor=me, record=above, values={"parent": below.pk}, now=now)
    report = undo_operation(actor=me, target=freed, now=now)
    assert [(one["record_id"], one["field"]) for one in report.left] == [(below.pk, "parent")]
    assert parents(Opportunity) == {"R0": "R1", "R1": None}


def test_two_at_once_close_none(transactional_db: None, alice: Any, actor: Any, now: Any) -> None:
    forget_pipelines()
    install_defaults(now)
    for _round in range(4):
        first, second = make_opportunity(alice, name="A"), make_opportunity(alice, name="B")
        raised = at_once(
            *(
                lambda one=one, other=other: edit_opportunity(  # type: ignore[misc]
                    actor=actor(alice), record=one, values={"parent": other.pk}, now=now
                )
                for one, other in ((first, second), (second, first))
            )
        )
        assert [type(error) for error in raised if error is not None] == [Invalid], raised
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.parent_id is None) != (second.parent_id is None)
        assert not any(isinstance(e, Exception) and not isinstance(e, DomainError) for e in raised)
