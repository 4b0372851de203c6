"""The browser's way: bring, map, try, start, result, mend, undo; without JavaScript (CSV-6)."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shangji.core.accounts.models import Account
from shangji.foundation.jobs.testing import run_all_jobs
from shangji.foundation.notices.models import Notice
from shangji.foundation.people.models import User
from shangji.records.imports.models import Import

SignIn = Callable[[User], Client]
FILE = "name,city,industry\nAcme,Rome,technolgy\nBolt,Oslo,juggling\n,Bonn,medical\n"


def bring(client: Client, text: str = FILE, url: str = "/accounts/import/") -> Import:
    given = SimpleUploadedFile("../evil/rows.csv", text.encode(), "text/csv")
    answer = client.post(url, {"file": given, "type": ""})
    assert answer.status_code == 302, answer.content
    return Import.objects.latest("id")


def form(run: Import, **changes: Any) -> dict[str, Any]:
    data = {
        "field_0": "name",
        "field_1": "city",
        "field_2": "industry",
        "match": "name",
        "mode": "both",
        "locale": "en",
    }
    return data | changes


def test_it_walks_from_file_to_undo(alice: User, sign_in: SignIn) -> None:
    client = sign_in(alice)
    run = bring(client)
    assert run.file_name == "rows.csv" and run.record_type == "account"
    page = client.get(f"/import/{run.pk}/").content.decode()
    assert "technolgy" in page and 'name="field_2"' in page
    page = client.post(f"/import/{run.pk}/try/", form(run), follow=True).content.decode()
    assert "juggling" in page and "Why rows fail" in page
    words = {"word_2": "juggling", "value_2": "Media and entertainment"}
    page = client.post(f"/import/{run.pk}/try/", form(run, **words), follow=True).content.decode()
    run.refresh_from_db()
    assert (run.report["created"], run.report["failed"]) == (2, 1)
    client.post(f"/import/{run.pk}/start/", form(run, **words))
    run.refresh_from_db()
    assert run.state == Import.State.RUNNING
    # the figures ask for themselves: a whole page would be gone to, every two seconds
    part = client.get(f"/import/{run.pk}/", headers={"HX-Target": "figures"}).content.decode()
    assert "every 2s" in part and "<html" not in part
    run_all_jobs()
    run.refresh_from_db()
    assert (run.state, run.created, run.failed) == ("done", 2, 1)
    assert Account.objects.get(name="Bolt").industry == "entertainment"
    page = client.get(f"/import/{run.pk}/").content.decode()
    assert "Rows that did not come in" in page
    assert Notice.objects.filter(user=alice, url=f"/import/{run.pk}/").count() == 1
    assert client.get(f"/import/{run.pk}/undo/").status_code == 405
    client.post(f"/import/{run.pk}/undo/")
    assert not Account.objects.alive().exists()
    assert client.get(f"/import/{run.pk}/").status_code == 200


def test_it_gives_the_failing_rows_as_a_file_to_mend(alice: User, sign_in: SignIn) -> None:
    client = sign_in(alice)
    run = bring(client)
    client.post(f"/import/{run.pk}/start/", form(run))
    run_all_jobs()
    answer: Any = client.get(f"/import/{run.pk}/failures.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["name", "city", "industry"]
    assert [row[:4] for row in rows[1:]] == [
        ["Bolt", "Oslo", "juggling", "3"],
        ["", "Bonn", "medical", "4"],
    ]
    # mended and brought again
    second = bring(client, text.replace("juggling", "retail").replace("\n,Bonn", "\nBonner,Bonn"))
    client.post(f"/import/{second.pk}/start/", form(second))
    run_all_jobs()
    second.refresh_from_db()
    assert (second.created, second.failed) == (2, 0)


def test_it_keeps_imports_to_their_maker_and_administrators(
    alice: User, bob: User, dana: User, vera: User, sign_in: SignIn
) -> None:
    run = bring(sign_in(alice))
    for path in ("", "failures.csv"):
        assert sign_in(bob).get(f"/import/{run.pk}/{path}").status_code == 404
        assert sign_in(dana).get(f"/import/{run.pk}/{path}").status_code == 200
    assert sign_in(bob).post(f"/import/{run.pk}/start/", form(run)).status_code == 404
    assert sign_in(vera).get("/accounts/import/").status_code == 403
    assert sign_in(alice).get("/products/import/").status_code == 403
    assert Client().get("/import/").status_code == 302


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b'"open,b\n1,2', b"\x00\x01\x02"])
def test_it_says_what_is_wrong_with_a_file(alice: User, sign_in: SignIn, content: bytes) -> None:
    given = SimpleUploadedFile("x.xlsx", content)
    answer = sign_in(alice).post("/accounts/import/", {"file": given})
    assert answer.status_code in {302, 400}
    assert not Account.objects.exists()


def test_it_refuses_a_mapping_that_was_tampered_with(alice: User, sign_in: SignIn) -> None:
    client = sign_in(alice)
    run = bring(client)
    for change in (
        {"field_0": "password"},
        {"field_1": "name"},
        {"mode": "drop"},
        {"match": "nothing"},
        {"constant_secret": "1"},
    ):
        answer = client.post(f"/import/{run.pk}/start/", form(run, **change))
        assert answer.status_code == 400
    run.refresh_from_db()
    assert run.state == Import.State.NEW


def test_it_takes_ten_thousand_pasted_rows_in_the_background(alice: User, sign_in: SignIn) -> None:
    client = sign_in(alice)
    rows = "name,city,industry\n" + "".join(f"Customer {n},Rome,retail\n" for n in range(10_000))
    answer = client.post("/accounts/import/", {"text": rows})
    assert answer.status_code == 302
    run = Import.objects.latest("id")
    client.post(f"/import/{run.pk}/start/", form(run))
    assert Account.objects.count() == 0
    run_all_jobs()
    assert Account.objects.count() == 10_000
    # taken back by a job of its own, as one step
    client.post(f"/import/{run.pk}/undo/")
    run_all_jobs()
    assert not Account.objects.alive().exists()
