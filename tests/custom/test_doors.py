"""Added fields through every door: list, form, page, in place, bulk, export, API, history."""

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.lib.addresses import read_address
from shangji.records.actions import edit_record
from shangji.records.description import describe
from shangji.records.listing import sheet
from shangji.records.listing.numbers import number_sums
from shangji.records.listing.query import ListQuery
from tests.custom.conftest import MakeField, options

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]


def test_it_stands_in_a_list_with_its_sort_and_filter(
    make_field: MakeField, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    area = make_field("number", "Floor area").key
    choice = make_field("choice", "Size", options=options("Small", "Large")).key
    for number in (3, 5):
        record = make_opportunity(owner=alice, now=now)
        values = {area: Decimal(number) / 2, choice: "large"}
        edit_record(actor=actor(alice), record=record, values=values, now=now)
    url = reverse("records:list", args=["opportunities"])
    browser = sign_in(alice)
    page = browser.get(f"{url}?columns=name,{area},{choice}&sort=-{area}&f={area}.gte.2")
    text = page.content.decode()
    assert "Floor area" in text and "2.5" in text and ">1.5<" not in text
    assert '<span class="tag">Large</span>' in text
    grouped = browser.get(f"{url}?columns=name,{area}&group={choice}")
    assert grouped.status_code == 200 and "Large" in grouped.content.decode()
    form = browser.get(f"{url}?filter={choice}", headers={"HX-Request": "true"})
    assert "Small" in form.content.decode()


def test_it_is_typed_in_the_form_and_in_place(
    make_field: MakeField, alice: User, sign_in: SignIn, now: datetime
) -> None:
    day = make_field("date", "Visit day", in_create=True).key
    text = make_field("longtext", "Notes on site").key
    browser = sign_in(alice)
    new = reverse("records:new", args=["opportunities"])
    assert "Visit day" in browser.get(new).content.decode()
    record = make_opportunity(owner=alice, now=now)
    edit = reverse("records:edit", args=["opportunities", record.pk])
    sent = {day: "2026-12-01", text: "one\ntwo", "version": record.version}
    assert browser.post(f"{edit}?fields={day},{text}", sent).status_code == 302
    record.refresh_from_db()
    assert record.custom_values == {day: "2026-12-01", text: "one\ntwo"}
    one = reverse("records:field", args=["opportunities", record.pk, day])
    assert 'value="2026-12-01"' in browser.get(one).content.decode()
    assert browser.post(one, {"value": "", "version": record.version}).status_code == 200
    record.refresh_from_db()
    assert record.custom_values == {text: "one\ntwo"}
    page = browser.get(reverse("records:page", args=["opportunities", record.pk]))
    assert "Visit day" in page.content.decode() and "Own fields" in page.content.decode()
    history = browser.get(reverse("records:history", args=["opportunities", record.pk]))
    assert "Visit day" in history.content.decode()


def test_it_goes_out_and_comes_in_by_its_name_of_today(
    make_field: MakeField, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    key = make_field("money", "Deposit", currency="USD").key
    record = make_opportunity(owner=alice, now=now)
    edit_record(actor=actor(alice), record=record, values={key: Decimal("12.5")}, now=now)
    url = reverse("records:export", args=["opportunities"])
    answer = sign_in(alice).get(f"{url}?view=all&columns=name,{key}&format=csv")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    lines = body.decode("utf-8-sig").splitlines()
    assert lines[0].endswith("Deposit") and lines[1].endswith("12.5")


def test_many_rows_get_it_at_once(
    make_field: MakeField, alice: User, sign_in: SignIn, now: datetime
) -> None:
    key = make_field("percent", "Share").key
    rows = [make_opportunity(owner=alice, now=now) for _n in range(2)]
    url = reverse("records:bulk", args=["opportunities", "edit"])
    sent = {"ids": [row.pk for row in rows], "field": key, "value": "40", "go": "1"}
    assert sign_in(alice).post(url, sent).status_code == 302
    for row in rows:
        row.refresh_from_db()
        assert row.custom_values == {key: 40}


def test_texts_and_addresses_of_few_rows_stand_beside_the_input_before_they_are_changed(
    make_field: MakeField, alice: User, sign_in: SignIn, now: datetime
) -> None:
    rich, place, files = (make_field(kind).key for kind in ("richtext", "address", "file"))
    held = read_address("浙江省")
    assert held is not None
    row = make_opportunity(owner=alice, now=now, custom_values={place: held.stored})
    url, browser = reverse("records:bulk", args=["opportunities", "edit"]), sign_in(alice)
    first = browser.post(url, {"ids": [row.pk]}).content.decode()
    assert f'value="{place}"' in first and f'value="{files}"' not in first
    assert "each belongs to one record" in first
    assert "Zhejiang" in browser.post(url, {"ids": [row.pk], "field": place}).content.decode()
    area = {"value-area": "浙江 杭州", "value-street": "文三路 1 号", "value-country": "CN"}
    for key, sent in ((place, area), (rich, {"value": "<p>Built <b>here</b></p>"})):
        answer = browser.post(url, {"ids": [row.pk], "field": key, "go": "1", **sent})
        assert answer.status_code == 302
    row.refresh_from_db()
    assert "杭州市文三路 1 号" in row.custom_values[place]
    assert row.custom_values[rich] == "Built here\x1e<p>Built <b>here</b></p>"
    refused = browser.post(url, {"ids": [row.pk], "field": files, "go": "1", "value": "f" * 32})
    assert refused.status_code == 400


def test_the_api_reads_writes_and_describes_it(
    make_field: MakeField, alice: User, sign_in: SignIn, now: datetime
) -> None:
    key = make_field("datetime", "Test run").key
    number = make_field("whole", "Seats").key
    record = make_opportunity(owner=alice, now=now)
    browser = sign_in(alice)
    one = f"/api/v1/opportunities/{record.pk}"
    sent = json.dumps({key: "2026-11-25T04:00:00Z", number: 7})
    answer = browser.patch(one, sent, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert (answer.json()[key], answer.json()[number]) == ("2026-11-25T04:00:00Z", 7)
    found = browser.get(f"/api/v1/opportunities?fields=name,{key}&sort={key}&limit=1")
    assert found.json()["items"][0][key] == "2026-11-25T04:00:00Z"
    make_opportunity(owner=alice, now=now)
    first = browser.get(f"/api/v1/opportunities?fields={key}&sort=-{key}&limit=1").json()
    second = browser.get(
        f"/api/v1/opportunities?fields={key}&sort=-{key}&limit=1&cursor={first['next']}"
    )
    assert second.json()["items"][0][key] is None
    schema = browser.get("/api/v1/openapi.json").json()["components"]["schemas"]["Opportunity"]
    assert schema["properties"][key]["title"] == "Test run"
    wrong = browser.patch(one, json.dumps({number: "x"}), content_type="application/json")
    assert wrong.status_code == 400 or wrong.status_code == 422


def test_a_draft_is_seen_by_nobody(
    make_field: MakeField, alice: User, sign_in: SignIn, now: datetime
) -> None:
    draft = make_field("text", "Secret", draft=True).key
    url = reverse("records:list", args=["opportunities"])
    assert sign_in(alice).get(f"{url}?columns=name,{draft}").status_code == 400


def test_added_numbers_are_summed_over_all_rows_and_groups(
    make_field: MakeField,
    alice: User,
    charlie: User,
    actor: AsActor,
    sign_in: SignIn,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    area, cost = make_field("number", "Floor area"), make_field("money", "Freight", currency="USD")
    share, hours = make_field("percent", "Share"), make_field("duration", "Effort")
    size = make_field("choice", "Size", options=options("Small", "Large"))
    keys = [row.key for row in (area, cost, share, hours)]
    held = [
        ("small", 0.1, 1000, 10, 90),
        ("small", 0.2, 25.5, 25, 30),
        ("large", -3, None, 0, None),
    ]
    for values in held:
        record = make_opportunity(owner=alice, now=now)
        given = dict(zip([size.key, *keys], values, strict=True))
        custom = {key: value for key, value in given.items() if value is not None}
        type(record).objects.filter(pk=record.pk).update(custom_values=custom)
    foreign = make_opportunity(owner=charlie, now=now)
    type(foreign).objects.filter(pk=foreign.pk).update(custom_values={area.key: 500})
    me = actor(alice)

    def told(group: str = "", size_: int = 50) -> dict[Any, dict[str, tuple[int, str]]]:
        query = ListQuery(
            describe("opportunity"),
            me,
            (),
            "name",
            columns=["name", *keys],
            group=group,
            size=size_,
        )
        return {
            value: {key: (one.count, str(one.sum.normalize())) for key, one in sums.items()}
            for value, sums in number_sums(query).items()
        }

    assert told(size_=1)[None] == {
        area.key: (3, "-2.7"), cost.key: (2, "1025.5"),
        share.key: (3, "35"), hours.key: (2, "1.2E+2"),
    }  # fmt: skip
    groups = told(group=size.key)
    assert groups["small"][area.key] == (2, "0.3") and groups["large"][cost.key] == (0, "0")
    url = (
        reverse("records:list", args=["opportunities"]) + f"?view=all&columns=name,{','.join(keys)}"
    )
    text = sign_in(alice).get(url).content.decode()
    for words in (
        "Floor area <b>−2.7</b>",
        "avg −0.9",
        "US$1,025.5",
        "Share, average <b>11.7%</b>",
    ):
        assert words in text, words
    assert "2 h" in text and "avg 1 h" in text
    assert "US$1,025" in sign_in(alice).get(f"{url}&group={size.key}").content.decode()
    monkeypatch.setattr(sheet, "AT_ONCE", 0)
    text = sign_in(alice).get(url).content.decode()
    assert "Adding up" in text and "avg −0.9" not in text
    later = reverse("records:list_numbers", args=["opportunities"]) + url[url.index("?") :]
    assert "Floor area <b>−2.7</b>" in sign_in(alice).get(later).content.decode()
    address = f"/api/v1/opportunities?fields=name,{area.key},{share.key}&totals=1"
    answer = sign_in(alice).get(address).json()["totals"]
    assert answer[area.key] == {"count": 3, "sum": "-2.7", "average": "-0.9"}
    assert answer[share.key]["average"] == "11.6667" and cost.key not in answer


def test_it_is_pasted_and_filled_like_the_others(
    make_field: MakeField, alice: User, sign_in: SignIn, now: datetime
) -> None:
    area = make_field("number", "Floor area").key
    choice = make_field("choice", "Size", options=options("Small", "Large")).key
    deals = [make_opportunity(owner=alice, now=now) for _n in range(3)]
    rows = ",".join(f"{one.pk}:{one.version}" for one in deals)
    data = {"rows": rows, "keys": f"{area},{choice}", "sure": "1"}
    url, htmx = reverse("records:cells", args=["opportunities"]), {"HX-Request": "true"}
    client = sign_in(alice)
    pasted = {"how": "paste", "text": "12.5\tLarge\n\tsmall\nx\tlarge"}
    assert client.post(url, data | pasted, headers=htmx).status_code == 204
    held = [(one.custom_values.get(area), one.custom_values[choice]) for one in _fresh(deals)]
    assert [two for _one, two in held] == ["large", "small", "large"]
    assert held[1][0] is None and held[2][0] is None  # "x" is no number and was left out
    rows = ",".join(f"{one.pk}:{one.version}" for one in _fresh(deals))
    filled = {"how": "fill", "rows": rows, "picked": "3,2"}
    assert client.post(url, data | filled, headers=htmx).status_code == 204
    first, *others = _fresh(deals)
    assert all(one.custom_values == first.custom_values for one in others)


def _fresh(records: list[Any]) -> list[Any]:
    return [type(one).objects.get(pk=one.pk) for one in records]


def test_xss_1_labels_and_options_that_people_add_stay_words(
    make_field: MakeField, dana: User, sign_in: SignIn
) -> None:
    img = "<img src=x onerror=alert(1)>"
    choice = {"value": "a", "zh": img, "en": img, "tone": "plain", "retired": False}
    key = make_field("choice", img, in_create=True, options=[choice]).key
    record = make_opportunity(dana, custom_values={key: "a"})
    for path in (
        f"?columns=name,{key}&f={key}.is.a&group={key}",
        f"?view=all&shape=board&by={key}",
        f"{record.pk}/",
        f"{record.pk}/edit/",
        f"{record.pk}/field/{key}/",
        "new/?all=1",
    ):
        text = sign_in(dana).get(f"/opportunities/{path}").content.decode()
        assert "&lt;img src=x" in text and img not in text, path
    fields = sign_in(dana).get("/settings/fields/?type=opportunity").content.decode()
    assert "&lt;img src=x" in fields and img not in fields
