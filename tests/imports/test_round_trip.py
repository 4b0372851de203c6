"""Awkward texts go in by a file and come out the same by page, API and every form of export."""

import html
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from shangji.core.accounts.models import Account
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.lib.sheets import open_sheet, table_bytes
from shangji.records.imports import actions
from shangji.records.imports.mapping import load
from shangji.records.imports.models import Import
from shangji.records.kinds.text import clean
from tests.api.client import program

SHARED = Path(os.environ.get("SHANGJI_SHARED_DATA", "../shared/data"))
As = Callable[[User], Actor]
SignIn = Callable[[User], Client]
#: our own few; the public list comes in the run with the example files
OWN = [
    "=cmd|' /C calc'!A0",
    "'=1+1",
    "@SUM(A1)",
    "-5.00",
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% debug %} ${7*7}",
    "'; DROP TABLE accounts_account; --",
    'a "quoted", text;with|all\tof them',
    "two\nlines\r\nand three",
    "مرحبا \u202etxt.exe",
    "👩‍👩‍👧‍👦 𝒯𝑒𝓈𝓉 ṱ̺̺̕h̼͓̲",
    "二期 · “改造” 【重点】",
    "null",
    "undefined",
    "1e400",
    "0x1F",
    "Infinity",
    "\ufeffmark",
    "\u2028line\u2029",
    "a" * 5000,
]


def bring(actor: Actor, content: bytes, now: datetime, **mapping: Any) -> Import:
    run = actions.bring_file(
        actor=actor, chunks=[content], name="r.csv", record_type="account", now=now
    )
    if mapping:
        whole = load({"version": 1, "type": "account", **mapping})
        actions.set_mapping(actor=actor, run=run, mapping=whole)
    return run


def goes_round(texts: list[str], dana: User, own: Actor, sign_in: SignIn, now: datetime) -> None:
    wanted = {f"N{n:03}": clean(text, keep_lines=True) for n, text in enumerate(texts)}
    columns = [{"header": "name", "field": "name"}, {"header": "note", "field": "description"}]
    # as a foreign file has them: no apostrophes of ours stand before formulas
    table = [["name", "note"], *([f"N{n:03}", text] for n, text in enumerate(texts))]
    content = table_bytes("xlsx", table[0], table[1:])
    run = bring(own, content, now, columns=columns, match=["name"])
    actions.begin(actor=own, run=run, now=now)
    done = actions.run_import(actor=own, run=run, now=now)
    assert (done.created, done.failed) == (len(texts), 0)
    assert dict(Account.objects.values_list("name", "description")) == wanted

    client, api = sign_in(dana), program(dana, timezone.now())
    for account in Account.objects.all():
        page = client.get(f"/accounts/{account.pk}/")
        assert page.status_code == 200
        if any(mark in account.description for mark in "<>&\"'"):
            assert escape(account.description.splitlines()[0])[:40] in page.content.decode()
        assert api.get(f"accounts/{account.pk}").data["description"] == account.description
    assert client.get("/accounts/?columns=name,description").status_code == 200

    for form in ("csv", "xlsx"):
        answer: Any = client.get(f"/accounts/export/?columns=name,description&format={form}")
        content = b"".join(answer.streaming_content)
        rows = [row.cells for row in open_sheet(content).rows()]
        assert {str(row[1]): str(row[2] or "") for row in rows} == wanted, form
        told = actions.try_import(actor=own, run=bring(own, content, now), now=now)
        assert (told["unchanged"], told["failed"]) == (len(texts), 0), (form, told["causes"])
    answer = client.get("/accounts/export/?columns=name,description&format=json")
    rows = orjson.loads(b"".join(answer.streaming_content))
    assert {row["name"]: row["description"] for row in rows} == wanted


@pytest.mark.django_db
def test_awkward_texts_go_round(
    dana: User, actor: As, sign_in: SignIn, now: datetime, settings: Any
) -> None:
    settings.API_LIMIT = 0
    goes_round(OWN, dana, actor(dana), sign_in, now)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.shared_data
def test_the_public_list_of_naughty_strings_goes_round(
    dana: User, actor: As, sign_in: SignIn, now: datetime, settings: Any
) -> None:
    settings.API_LIMIT = 0
    found = json.loads((SHARED / "naughty_strings" / "blns.json").read_text("utf-8"))
    # U+FFFE is no character: neither XML nor our writer of tables has it
    texts = [text.replace("\ufffe", "") for text in found]
    goes_round(texts, dana, actor(dana), sign_in, now)


@pytest.mark.django_db
@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name", ["comma_in_quotes", "empty_crlf", "json", "newlines_crlf", "simple", "utf8"]
)
def test_the_public_spectrum_goes_round(
    name: str, dana: User, actor: As, sign_in: SignIn, now: datetime
) -> None:
    """Each column of the file becomes a field; cells come out as the file's JSON says."""
    folder = SHARED / "csv_corpus" / "csv-spectrum"
    content = (folder / f"{name}.csv").read_bytes()
    expected = json.loads((folder / f"{name}.json").read_text("utf-8"))
    own, header = actor(dana), open_sheet(content).header
    fields = ["description", "address", "city", "province", "country"]
    columns = [{"header": one, "field": field} for one, field in zip(header, fields, strict=False)]
    run = bring(own, content, now, columns=columns, constants=[{"field": "name", "value": "Row"}])
    actions.begin(actor=own, run=run, now=now)
    done = actions.run_import(actor=own, run=run, now=now)
    assert (done.created, done.failed) == (len(expected), 0)
    used = fields[: len(header)]
    client = sign_in(dana)
    answer: Any = client.get(f"/accounts/export/?columns={','.join(used)}&format=json")
    rows = sorted(orjson.loads(b"".join(answer.streaming_content)), key=lambda one: one["id"])
    api = program(dana, now)
    for row, wanted in zip(rows, expected, strict=True):
        given = api.get(f"accounts/{row['id']}").data
        page = html.unescape(client.get(f"/accounts/{row['id']}/").content.decode())
        for one, field in zip(header, used, strict=True):
            lines = field == "description"  # the others are of one line
            text = clean(str(wanted[one]), keep_lines=lines)
            assert row[field] == text == given[field]
            assert not lines or all(line in page for line in text.splitlines())
