"""docs/api.md: every command in it runs, and both languages show the same ones."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shangji.core.accounts.factories import make_account
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.audit.models import Operation
from shangji.foundation.people.models import User
from tests.api.client import Program, program

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def commands(name: str) -> list[str]:
    text = (DOCS / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("curl")]


def test_both_languages_show_the_same_commands() -> None:
    assert commands("api.md") == commands("api.zh-CN.md")
    assert len(commands("api.md")) >= 18


@pytest.mark.django_db
def test_every_command_runs(alice: User) -> None:
    api = program(alice, timezone.now())
    account = make_account(alice)
    values = {
        "ACCOUNT": account.pk,
        "CONTACT": make_contact(alice).pk,
        "DEAL": make_opportunity(alice, account=account, amount="2000").pk,
    }
    for line in commands("api.md"):
        last = Operation.objects.filter(undone_at=None).order_by("-id").first()
        known = {**values, "OPERATION": last.pk if last else 0, "KEY": api.key, "URL": ""}
        text = re.sub(r"\$([A-Z]+)", lambda name, known=known: str(known[name[1]]), line)
        response = _run(api, shlex.split(text)[1:])
        assert 200 <= response.status_code < 300, (line, response.content)


def _run(api: Program, words: list[str]) -> Any:
    """What curl would send, through the test client."""
    method, headers, data, upload, path = "GET", {}, b"", None, ""
    rest = iter(words)
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _colon, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(rest).encode()
        elif word == "-F":
            upload = next(rest).partition("@")[2]
        else:
            path = word
    assert headers["Authorization"] == f"Bearer {api.key}"
    if upload:
        sent = {"file": SimpleUploadedFile(upload, b"%PDF-1.4 offer")}
        return api.client.post(path, sent, headers=headers)
    kind = headers.pop("Content-Type", "application/octet-stream")
    return api.client.generic(method, path, data, kind, headers=headers)
