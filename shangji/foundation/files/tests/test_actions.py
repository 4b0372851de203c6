"""Uploads: whole or not at all, decided by content, seen with their record (UPL, ACC-9, FLT-5)."""

import errno
import hashlib
import io
import os
import struct
import tracemalloc
import zlib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django.fixtures import Settings

from shangji.foundation.audit.actions import undo_operation
from shangji.foundation.audit.models import Operation
from shangji.foundation.files import access, storage
from shangji.foundation.files.actions import TooLarge, delete_file, store_upload, sweep
from shangji.foundation.files.models import StoredFile
from shangji.foundation.files.queries import files_of, readable_file
from shangji.foundation.tests.things import make_thing
from shangji.lib.errors import Forbidden, Invalid, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tracked")]


def upload(content: bytes, name: str = "a.txt", kind: str = "text/plain") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


def png(width: int, height: int) -> bytes:
    """A PNG header of any size, with one empty block of pixels."""

    def block(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + block(b"IHDR", head)
        + block(b"IDAT", zlib.compress(b"\x00" * 1000))
        + block(b"IEND", b"")
    )


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_it_stores_bytes_under_a_generated_key(alice, actor, now: datetime, folder: Path) -> None:
    thing = make_thing(alice)

    stored = store_upload(
        actor=actor(alice),
        upload=upload(b"hello", "..%2f..%2fsettings.py"),
        record_type="thing",
        record_id=thing.pk,
        now=now,
    )

    path = storage.path_of(stored.key)
    assert path.read_bytes() == b"hello"
    assert path == folder / stored.key[:2] / stored.key[2:4] / stored.key
    assert (stored.name, stored.size) == ("settings.py", 5)
    assert stored.sha256 == hashlib.sha256(b"hello").hexdigest()
    assert on_disk(folder) == [path]


def attach(actor, thing, now, content=b"hello", name="a.txt", kind="text/plain") -> StoredFile:
    return store_upload(
        actor=actor,
        upload=upload(content, name, kind),
        record_type="thing",
        record_id=thing.pk,
        now=now,
    )


def test_it_is_seen_with_its_record(alice, bob, mei, charlie, dana, vera, actor, now) -> None:
    thing = make_thing(alice)
    stored = attach(actor(alice), thing, now)

    for person in (alice, mei, dana, vera):
        assert readable_file(actor(person), stored.key) == stored
        assert list(StoredFile.objects.visible_to(actor(person))) == [stored]
    for person in (bob, charlie):
        with pytest.raises(NotFound):
            readable_file(actor(person), stored.key)
        with pytest.raises(NotFound):
            files_of(actor(person), "thing", thing.pk)
        assert not StoredFile.objects.visible_to(actor(person)).exists()


def test_it_takes_files_from_those_who_may_edit(alice, bob, vera, actor, now, folder) -> None:
    thing = make_thing(alice)

    with pytest.raises(NotFound):
        attach(actor(bob), thing, now)
    with pytest.raises(Forbidden):
        attach(actor(vera), thing, now)
    with pytest.raises(NotFound):
        store_upload(
            actor=actor(alice), upload=upload(b"x"), record_type="nothing", record_id=1, now=now
        )
    assert on_disk(folder) == []


def test_a_file_cannot_hang_on_a_file(alice, actor, now) -> None:
    stored = attach(actor(alice), make_thing(alice), now)

    with pytest.raises(NotFound):
        store_upload(
            actor=actor(alice),
            upload=upload(b"x"),
            record_type="file",
            record_id=stored.pk,
            now=now,
        )


def test_its_own_rule_decides_for_what_is_no_record(alice, bob, actor, now, monkeypatch) -> None:
    monkeypatch.setattr(access, "_READ", {})
    monkeypatch.setattr(access, "_CHANGE", {})
    access.register(
        "draft",
        may_read=lambda who, pk: pk == who.user_id,
        may_change=lambda who, pk: pk == who.user_id,
    )

    stored = store_upload(
        actor=actor(alice), upload=upload(b"x"), record_type="draft", record_id=alice.pk, now=now
    )

    assert readable_file(actor(alice), stored.key) == stored
    with pytest.raises(NotFound):
        readable_file(actor(bob), stored.key)


def test_it_refuses_more_than_the_limit(alice, actor, now, settings: Settings, folder) -> None:
    settings.UPLOAD_LIMIT = 4
    thing = make_thing(alice)

    with pytest.raises(TooLarge) as caught:
        attach(actor(alice), thing, now, b"hello")
    assert caught.value.status == 413
    with pytest.raises(Invalid):
        attach(actor(alice), thing, now, b"")
    assert on_disk(folder) == []


@pytest.mark.parametrize(
    ("form", "kept"), [("PNG", "png"), ("JPEG", "jpeg"), ("GIF", "png"), ("WEBP", "webp")]
)
def test_it_draws_a_picture_anew(alice, actor, now, form: str, kept: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, form, comment=b"<script>alert(1)</script>")
    polyglot = out.getvalue() + b"<script>alert(1)</script>"

    stored = attach(actor(alice), make_thing(alice), now, polyglot, "x.pHp", "text/html")

    content = storage.path_of(stored.key).read_bytes()
    assert stored.is_picture
    assert stored.media_type == f"image/{kept}"
    assert b"script" not in content
    assert stored.size == len(content)
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.size == (40, 30)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"GIF89a/*<script>*/=1;alert(1)",
        b"\x89PNG\r\n\x1a\n<script>",
        b"\xff\xd8\xff<svg onload=alert(1)>",
    ],
)
def test_a_false_picture_is_plain_octets(alice, actor, now, content: bytes) -> None:
    stored = attach(actor(alice), make_thing(alice), now, content, "x.png", "image/png")

    assert not stored.is_picture
    assert stored.media_type == "application/octet-stream"
    assert storage.path_of(stored.key).read_bytes() == content


def test_it_refuses_a_giant_before_decoding(alice, actor, now, folder) -> None:
    thing = make_thing(alice)
    tracemalloc.start()
    with pytest.raises(Invalid, match="million"):
        attach(actor(alice), thing, now, png(30_000, 30_000), "x.png")
    with pytest.raises(Invalid, match="million"):
        attach(actor(alice), thing, now, png(7_000, 7_000), "x.png")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
    assert on_disk(folder) == []


def test_it_refuses_an_endless_animation(alice, actor, now) -> None:
    frames = [Image.new("RGB", (2, 2), (number % 250, number // 250, 0)) for number in range(600)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])

    with pytest.raises(Invalid, match="frames"):
        attach(actor(alice), make_thing(alice), now, out.getvalue(), "x.gif")


@pytest.mark.parametrize("head", [b"II*\x00\x08\x00\x00\x00", b"%!PS-Adobe-3.0 EPSF-3.0"])
def test_it_refuses_pictures_it_never_decodes(alice, actor, now, head: bytes) -> None:
    with pytest.raises(Invalid, match="PNG"):
        attach(actor(alice), make_thing(alice), now, head + b"x" * 100, "scan.png", "image/png")


def test_a_full_disk_leaves_nothing_behind(alice, actor, now, folder, monkeypatch) -> None:
    thing = make_thing(alice)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(storage.DiskFull, match="room") as caught:
            attach(actor(alice), thing, now, b"x" * 100_000)
    assert caught.value.status == 507
    assert on_disk(folder) == []
    assert not StoredFile.objects.exists()

    # and when space returns it works by itself
    assert attach(actor(alice), thing, now).size == 5


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_that_is_full_says_so(monkeypatch, folder) -> None:
    monkeypatch.setattr(storage, "_create", lambda path: Path("/dev/full").open("wb"))  # noqa: SIM115

    with pytest.raises(storage.DiskFull):
        storage.write([b"x" * 100_000])
    assert on_disk(folder) == []


def test_a_failed_transaction_leaves_no_bytes(alice, actor, now, folder, monkeypatch) -> None:
    thing = make_thing(alice)

    def fail(*args: object, **values: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(StoredFile, "save", fail)
    with pytest.raises(RuntimeError):
        attach(actor(alice), thing, now)
    assert on_disk(folder) == []


def test_it_is_deleted_and_brought_back(alice, vera, actor, now) -> None:
    stored = attach(actor(alice), make_thing(alice), now)
    with pytest.raises(Forbidden):
        delete_file(actor=actor(vera), key=stored.key, now=now)

    delete_file(actor=actor(alice), key=stored.key, now=now)
    with pytest.raises(NotFound):
        readable_file(actor(alice), stored.key)

    undo_operation(actor=actor(alice), target=Operation.objects.get(action="file.delete"), now=now)
    assert readable_file(actor(alice), stored.key).pk == stored.pk


def test_the_sweep_removes_the_forgotten_only(alice, actor, now, folder) -> None:
    thing = make_thing(alice)
    kept, binned = (attach(actor(alice), thing, now) for _number in range(2))
    delete_file(actor=actor(alice), key=binned.key, now=now)
    orphan = storage.write([b"orphan"])
    unfinished = folder / storage.TEMPORARY / "f"
    unfinished.write_bytes(b"half")
    old = (now - timedelta(days=2)).timestamp()
    for path in on_disk(folder):
        os.utime(path, (old, old))
    fresh = storage.write([b"an upload under way"])
    os.utime(storage.path_of(fresh.key), (now.timestamp(), now.timestamp()))

    assert sweep(now=now) == {"binned": 0, "orphans": 2}
    assert not storage.path_of(orphan.key).exists()
    assert sweep(now=now + timedelta(days=30, hours=1))["binned"] == 1

    assert not storage.path_of(binned.key).exists()
    assert storage.path_of(kept.key).exists()
