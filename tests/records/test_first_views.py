"""The view a list opens with: one's own choice, else the role's, else the first preset."""

from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.foundation.audit.models import Operation
from shangji.records.models import FirstView, SavedView

pytestmark = pytest.mark.django_db
FIRST = "/accounts/views/first/"


@pytest.fixture
def view(dana: Any, alice: Any, now: Any) -> str:
    """A board of Dana's, shared with everybody."""
    make_account(alice, name="Ningbo Steel")
    row = SavedView.objects.create(
        of_type="account", name="By kind", owner=dana, shared_with="all",
        created_at=now, updated_at=now,
        definition={
            "version": 3, "where": [], "sort": "name", "group": "", "columns": ["name"],
            "shape": "board", "by": "kind",
        },
    )  # fmt: skip
    return str(row.pk)


def is_board(client: Any, path: str = "/accounts/") -> bool:
    return b'class="board grow"' in client.get(path).content


def test_it_opens_with_the_view_of_the_role(
    view: str, alice: Any, mei: Any, dana: Any, sign_in: Any
) -> None:
    admin, rep = sign_in(dana), sign_in(alice)
    assert not is_board(rep)
    chosen = admin.post(FIRST, {"view": view, "role": "rep", "for_role": "1"})
    assert chosen.status_code == 302
    assert is_board(rep)
    assert "Your role opens it with “By kind”." in rep.get("/accounts/").content.decode()
    assert not is_board(rep, "/accounts/?view=all"), "an address that says more is left as it is"
    assert not is_board(rep, "/accounts/?f=name.has.N")
    assert not is_board(sign_in(mei)), "another role"
    # one's own choice goes first, a preset included, and can be taken back
    rep.post(FIRST, {"view": "all"})
    assert not is_board(rep)
    assert "You open it with" in rep.get("/accounts/").content.decode()
    rep.post(FIRST, {"clear": "1"})
    assert is_board(rep)
    admin.post(FIRST, {"role": "rep", "for_role": "clear"})
    assert not is_board(rep)
    assert FirstView.objects.alive().count() == 0


def test_it_takes_the_choice_back_with_undo(view: str, alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    answer = client.post(FIRST, {"view": view}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/accounts/"
    assert Operation.objects.latest("pk").action == "view.first"
    assert is_board(client)
    client.post(f"/operations/{Operation.objects.latest('pk').pk}/undo/")
    assert not is_board(client)


def test_it_passes_over_a_view_that_is_gone(view: str, alice: Any, dana: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    client.post(FIRST, {"view": view})
    sign_in(dana).post(f"/accounts/views/{view}/delete/")
    assert client.get("/accounts/").status_code == 200
    assert not is_board(client)


def test_it_refuses_what_is_not_for_others(
    view: str, alice: Any, bob: Any, dana: Any, sign_in: Any
) -> None:
    assert (
        sign_in(alice).post(FIRST, {"view": view, "role": "rep", "for_role": "1"}).status_code
        == 403
    )
    admin = sign_in(dana)
    assert admin.post(FIRST, {"view": view, "role": "nobody", "for_role": "1"}).status_code == 400
    SavedView.objects.filter(pk=view).update(shared_with="private")
    refused = admin.post(FIRST, {"view": view, "role": "rep", "for_role": "1"})
    assert refused.status_code == 400
    assert b"Share it" in refused.content
    for unknown in (view, "9999", "nothing"):
        assert sign_in(bob).post(FIRST, {"view": unknown}).status_code == 404
    assert not FirstView.objects.exists()
