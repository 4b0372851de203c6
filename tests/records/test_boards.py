"""Boards by any field: columns, sums over all rows, cards, moves and what refuses them."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.opportunities.factories import make_opportunity, reason, stage
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.models import CustomRole
from shangji.foundation.audit.models import Operation
from shangji.records.boards.lanes import read_layout, ways
from shangji.records.boards.query import CARDS, BoardQuery
from shangji.records.description import descriptions
from shangji.records.listing.query import ListQuery
from shangji.records.models import SavedView
from tests.custom.conftest import make_field, options

__all__ = ["make_field"]
pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def columns(html: str) -> dict[str, list[str]]:
    """Names of the cards by column."""
    return {
        re.findall(r'data-name="([^"]*)"', part)[0]: re.findall(r'class="name"[^>]*>([^<]*)<', part)
        for part in html.split('<section class="col"')[1:]
    }


def filled(html: str) -> dict[str, list[str]]:
    return {key: names for key, names in columns(html).items() if names}


def move_url(html: str, name: str) -> str:
    found = re.search(rf'data-name="{name}"[^>]*data-move-url="([^"]*)"', html)
    assert found, f"{name} is not to be carried"
    return found[1].replace("&amp;", "&")


def test_every_type_is_a_board_by_each_of_its_ways(dana: Any, actor: Any, now: Any) -> None:
    who, seen = actor(dana), 0
    for description in descriptions():
        for key, _label in ways(description, who):
            one = key.partition(".")[0]
            units = ("day", "week", "month", "quarter") if "." in key else ("",)
            for unit in units:
                layout = read_layout(description, who, f"{one}.{unit}" if unit else one)
                board = BoardQuery(ListQuery(description, who), layout, now)
                board.fill(board.columns)
                assert board.total.count == 0
                keys = [column.lane.key for column in board.columns]
                assert len(keys) == len(set(keys))
                seen += 1
    assert seen > 80


def test_it_puts_records_in_columns_of_a_field_of_ones_own(
    alice: Any, sign_in: Any, make_field: Any
) -> None:
    field = make_field(
        "choice",
        "Region",
        options=[*options("East", "West"), options("Old")[0] | {"retired": True}],
    )
    for name, value in (("A", "east"), ("B", "east"), ("C", "west"), ("D", None)):
        held = {field.key: value} if value else {}
        make_opportunity(alice, name=name, amount=Decimal(10), custom_values=held)
    html = sign_in(alice).get(f"/opportunities/?view=all&shape=board&by={field.key}").content
    assert columns(html.decode()) == {
        "East": ["B", "A"], "West": ["C"], "None": ["D"]
    }  # fmt: skip
    assert "¥20<" in html.decode()


@pytest.mark.parametrize("kind", ["boolean", "rating", "person", "team", "date", "datetime"])
def test_it_takes_fields_of_every_fitting_kind(
    kind: str, alice: Any, north: Any, sign_in: Any, make_field: Any
) -> None:
    field = make_field(kind, "Own")
    on = timezone.localdate()
    instant = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    held, shown = {
        "boolean": (True, "Yes"),
        "rating": (4, "★★★★☆"),
        "person": (alice.pk, "Alice"),
        "team": (north.pk, "North"),
        "date": (on.isoformat(), None),
        "datetime": (instant, None),
    }[kind]
    make_opportunity(alice, name="Held", custom_values={field.key: held})
    make_opportunity(alice, name="Bare")
    by = f"{field.key}.month" if shown is None else field.key
    html = sign_in(alice).get(f"/opportunities/?view=all&shape=board&by={by}").content.decode()
    where = {names[0]: key for key, names in filled(html).items()}
    assert where["Held"] == (shown or f"{on:%b %Y}")
    assert where["Bare"] == {"boolean": "No", "person": "Nobody"}.get(kind, "None")
    # a move goes by the one edit, and can be taken back
    client = sign_in(alice)
    target = html.split(f'" data-name="{where["Held"]}"')[0].rsplit('"', 1)[1]
    moved = client.post(move_url(html, "Bare"), {"column": target, "version": "1"}, **HTMX)
    assert moved.status_code == 200, moved.content
    again = client.get(f"/opportunities/?view=all&shape=board&by={by}").content.decode()
    assert sorted(filled(again)[where["Held"]]) == ["Bare", "Held"]
    assert "undo" in json.loads(moved["HX-Trigger"])["sj:toast"]


def test_it_sums_all_rows_and_shows_forty(alice: Any, sign_in: Any) -> None:
    rows = [make_opportunity(alice, amount=Decimal(1), kind="new")]
    values = {
        one.attname: getattr(rows[0], one.attname)
        for one in Opportunity._meta.concrete_fields
        if one.name not in {"id", "name"}
    }
    Opportunity.objects.bulk_create(
        Opportunity(**values, name=f"N{n:02}") for n in range(CARDS + 2)
    )
    client = sign_in(alice)
    path = "/opportunities/?view=all&shape=board&by=kind&sort=name"
    html = client.get(path).content.decode()
    assert len(filled(html)["New business"]) == CARDS
    assert f'<span class="count">{CARDS + 3}</span>' in html
    assert f"¥{CARDS + 3}<" in html
    more = re.search(r'hx-get="(/opportunities/cards/[^"]*)"', html)
    assert more is not None
    rest = client.get(more[1].replace("&amp;", "&")).content.decode()
    assert rest.count('class="card"') == 3
    assert "Show" not in rest
    assert (
        client.get("/opportunities/cards/?view=all&shape=board&by=kind&column=no").status_code
        == 404
    )


def test_it_asks_as_much_for_many_rows_as_for_few(alice: Any, sign_in: Any) -> None:
    client = sign_in(alice)
    counts = []
    for number in (1, 12):
        for place in range(number):
            for kind in ("new", "renewal", "upsell"):
                make_opportunity(alice, kind=kind, account=make_account(alice), name=f"{place}")
        client.get("/opportunities/?view=all&shape=board&by=kind")
        with CaptureQueriesContext(connection) as asked:
            client.get("/opportunities/?view=all&shape=board&by=kind")
        counts.append(len([one for one in asked if "workspace_" not in one["sql"]]))
    assert counts[0] == counts[1]
    assert counts[0] <= 16, "three columns, their cards, sums, tabs, what the list opens with"


def test_it_carries_a_card_and_takes_it_back(alice: Any, bob: Any, sign_in: Any) -> None:
    account = make_account(alice, name="Ningbo Steel", industry="")
    client = sign_in(alice)
    path = "/accounts/?view=all&shape=board&by=industry"
    html = client.get(path).content.decode()
    assert filled(html) == {"None": ["Ningbo Steel"]}
    url = move_url(html, "Ningbo Steel")
    value = re.findall(r'data-column="([^"]+)"', html)[0]
    moved = client.post(url, {"column": value, "version": str(account.version)}, **HTMX)
    assert moved.content.decode().count("hx-swap-oob") == len(columns(html))
    account.refresh_from_db()
    assert account.industry == value
    operation = Operation.objects.latest("pk")
    assert operation.action == "account.edit"
    assert operation.changes.get().fields == {"industry": ["", value]}
    clash = client.post(url, {"column": "", "version": "1"}, **HTMX)
    assert clash.status_code == 409, "somebody set the same field since"
    toast = json.loads(moved["HX-Trigger"])["sj:toast"]
    client.post(toast["undo"])
    account.refresh_from_db()
    assert account.industry == ""
    assert sign_in(bob).post(url, {"column": value}, **HTMX).status_code == 404
    # without script the card's menu leads to a page that asks where to
    page = client.get(f"{url}&next={quote(path)}").content.decode()
    assert f'name="column" value="{value}"' in page
    assert client.post(url, {"column": value, "next": path})["Location"] == path


def test_it_moves_stages_by_their_own_page(alice: Any, sign_in: Any) -> None:
    record = make_opportunity(alice, at="contract", name="MES")
    client = sign_in(alice)
    html = client.get("/opportunities/?view=all&shape=board&by=stage").content.decode()
    url = move_url(html, "MES")
    assert url.startswith(f"/opportunities/{record.pk}/move/?")
    lost = {"stage": str(stage("lost").pk), "version": "1"}
    asked = client.post(url, lost, **HTMX)
    assert asked.status_code == 422
    assert b"<dialog" in asked.content
    given = {**lost, "asked": "1", "reason": str(reason("price").pk), "note": "Too dear"}
    moved = client.post(url, given, **HTMX)
    assert moved.status_code == 200
    assert b"hx-swap-oob" in moved.content
    record.refresh_from_db()
    assert record.status == "lost"


def test_it_refuses_what_cannot_be_set(alice: Any, sign_in: Any, now: Any) -> None:
    on = timezone.localdate()
    record = make_opportunity(alice, name="Dated", expected_close_on=on)
    client = sign_in(alice)
    path = "/opportunities/?view=all&shape=board&by=expected_close_on.month"
    html = client.get(path).content.decode()
    url = move_url(html, "Dated")
    refused = client.post(url, {"column": "after"}, **HTMX)
    assert refused.status_code in {400, 422}
    assert "Put it on a column of days" in refused.content.decode()
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    assert client.post(url, {"column": following.isoformat()}, **HTMX).status_code == 200
    record.refresh_from_db()
    assert record.expected_close_on is not None
    assert record.expected_close_on.replace(day=1) == following
    # what is worked out stays where it is, and says so
    html = client.get("/opportunities/?view=all&shape=board&by=phase").content.decode()
    assert "Phase is worked out" in html
    assert "data-still" in html
    assert "data-move-url" not in html
    url = f"/opportunities/{record.pk}/card/?view=all&shape=board&by=phase"
    assert client.post(url, {"column": "convert"}, **HTMX).status_code in {400, 422}
    # so does what the role only reads
    role = CustomRole.objects.create(
        name="Clerk",
        created_at=now,
        updated_at=now,
        definition={
            "version": 1,
            "rights": [],
            "default": {"read": "own", "edit": "own"},
            "grants": {"opportunity": {"read": "own", "edit": "own", "read_only": ["kind"]}},
        },
    )
    alice.role = f"custom:{role.pk}"
    alice.save()
    html = sign_in(alice).get("/opportunities/?view=all&shape=board&by=kind").content.decode()
    assert "Your role does not change Type" in html


@pytest.mark.parametrize(
    "by", ["name", "nothing", "amount", "expected_close_on", "kind.month", "expected_close_on.year"]
)
def test_it_refuses_columns_of_what_has_none(by: str, alice: Any, sign_in: Any) -> None:
    assert sign_in(alice).get(f"/opportunities/?shape=board&by={by}").status_code == 400
    assert sign_in(alice).get(f"/opportunities/?shape=nothing&by={by}").status_code == 400


def test_it_keeps_the_shape_in_address_and_view(alice: Any, sign_in: Any) -> None:
    make_account(alice, name="Ningbo Steel")
    client = sign_in(alice)
    data = {
        "name": "By kind", "shared_with": "private", "f": "name.has.Ning", "sort": "name",
        "shape": "board", "by": "kind",
    }  # fmt: skip
    number = client.post("/accounts/views/", data)["Location"].split("view=")[1]
    stored = SavedView.objects.get(pk=number).definition
    assert (stored["version"], stored["shape"], stored["by"]) == (3, "board", "kind")
    html = client.get(f"/accounts/?view={number}").content.decode()
    assert 'class="board grow"' in html
    assert "Ningbo Steel" in html
    # the list of the same view says so in its address, and can be kept instead
    listed = client.get(f"/accounts/?view={number}&shape=list").content.decode()
    assert '<table class="table' in listed
    assert "View changed" in listed
    stored["shape"] = "nothing"
    SavedView.objects.filter(pk=number).update(definition=stored)
    assert "is broken" in client.get(f"/accounts/?view={number}").content.decode()


def test_it_has_chips_and_groups_as_a_list_has(alice: Any, sign_in: Any) -> None:
    make_account(alice, name="Ningbo Steel")
    make_account(alice, name="Suzhou Optics")
    client = sign_in(alice)
    here = "view=all&shape=board&by=kind"
    html = client.get(f"/accounts/?{here}&f=any(name.has.Ning)(name.has.Hang)&edit=1").content
    assert b'id="filter-panel"' in html
    assert filled(html.decode()) == {next(iter(filled(html.decode()))): ["Ningbo Steel"]}
    # a filter that is added leads back to the board
    added = client.get(f"/accounts/?{here}&add=name&op=has&value=Suz")
    assert "shape=board&by=kind" in added["Location"]
