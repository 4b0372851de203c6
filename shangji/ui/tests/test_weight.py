"""What a first visit to the board carries: at most 200 KiB and 12 requests, with room to spare."""

import gzip
import re

import pytest
from django.test import Client
from pytest_django import Settings

from shangji.ui import assets

ROOM = 130 * 1024


@pytest.mark.django_db
@pytest.mark.skipif(not assets.manifest(), reason="the front end is not built: npx vite build")
def test_it_stays_light(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    page = client.get("/ui/gallery/board/").content
    named = set(re.findall(r'(?:href|src)="/static/ui/([^"#]+)', page.decode()))
    chunks = {str(chunk["file"]) for chunk in assets.manifest().values()}
    files = {assets.DIST.parent / name for name in named} | {assets.DIST / name for name in chunks}
    assert len(files) + 1 <= 12
    carried = len(gzip.compress(page)) + sum(len(gzip.compress(one.read_bytes())) for one in files)
    assert carried <= ROOM, f"{carried / 1024:.0f} KiB"
    assert not re.search(r'(?:src|href)="https?://', page.decode())
