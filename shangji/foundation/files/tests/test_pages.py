"""Files over HTTP: who gets the bytes, and how they are dressed (UPL-5, XSS-3, XSS-4, ACC-9)."""

import errno
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from shangji.foundation.files.models import StoredFile
from shangji.foundation.tests.things import make_thing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tracked")]


@pytest.fixture
def thing(alice):
    return make_thing(alice)


def send(client, thing, content: bytes = b"hello", name: str = "a.txt"):
    upload = SimpleUploadedFile(name, content)
    return client.post(f"/files/on/thing/{thing.pk}/", {"file": upload})


def drain(answer) -> None:
    """Read to the end, which closes the file."""
    if answer.streaming:
        answer.getvalue()


def test_it_serves_to_those_who_see_the_record(
    alice, bob, mei, charlie, dana, vera, thing, sign_in, client
) -> None:
    assert send(sign_in(alice), thing).status_code == 302
    url = f"/files/{StoredFile.objects.get().key}/"

    answers = {}
    for person in (alice, bob, mei, charlie, dana, vera):
        answer = sign_in(person).get(url)
        drain(answer)
        answers[person.name] = answer.status_code

    assert answers == {
        "Alice": 200,
        "Bob": 404,
        "Mei": 200,
        "Charlie": 404,
        "Dana": 200,
        "Vera": 200,
    }
    assert client.get(url).status_code == 302
    assert sign_in(bob).get(f"/files/on/thing/{thing.pk}/").status_code == 404
    assert sign_in(bob).get("/files/" + "0" * 32 + "/").status_code == 404
    # seen, and not changed
    assert sign_in(vera).post(url + "delete/").status_code == 403
    assert sign_in(bob).post(url + "delete/").status_code == 404
    assert send(sign_in(vera), thing).status_code == 403
    assert send(sign_in(bob), thing).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "x.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.svg"),
        (b"%PDF-1.7 /JavaScript", "x.pdf"),
        (b"MIME-Version: 1.0", "x.mhtml"),
    ],
)
def test_what_is_no_picture_is_saved_never_shown(alice, thing, sign_in, content, name) -> None:
    client = sign_in(alice)
    send(client, thing, content, name)

    answer = client.get(f"/files/{StoredFile.objects.get().key}/")

    assert answer.getvalue() == content
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["Content-Type"].split(";")[0] in {
        "application/octet-stream",
        "application/pdf",
        "text/plain",
    }


def test_a_picture_shows_in_the_page(alice, thing, sign_in) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    client = sign_in(alice)
    send(client, thing, out.getvalue(), "x.png")

    url = f"/files/{StoredFile.objects.get().key}/"
    answer = client.get(url)
    drain(answer)
    assert (answer["Content-Type"], answer["Content-Disposition"][:6]) == ("image/png", "inline")
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    saved = client.get(url + "?download")
    drain(saved)
    assert saved["Content-Disposition"].startswith("attachment")


def test_a_hostile_name_is_literal_text(alice, thing, sign_in) -> None:
    client = sign_in(alice)
    name = '"><img src=x onerror=1>.png'
    send(client, thing, b"hello", name)

    page = client.get(f"/files/on/thing/{thing.pk}/").text
    answer = client.get(f"/files/{StoredFile.objects.get().key}/")
    drain(answer)

    assert "<img src=x" not in page
    assert "&quot;&gt;&lt;img src=x onerror=1&gt;.png" in page
    assert "\n" not in answer["Content-Disposition"]
    assert '\\"><img' in answer["Content-Disposition"]


def test_too_much_is_answered_before_it_is_read(alice, thing, sign_in, settings, folder) -> None:
    settings.UPLOAD_LIMIT = 1024

    class Unread(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    client = sign_in(alice)
    answer = client.generic(
        "POST",
        f"/files/on/thing/{thing.pk}/",
        **{
            "CONTENT_TYPE": "multipart/form-data; boundary=x",
            "CONTENT_LENGTH": str(200 * 1024 * 1024),
            "wsgi.input": Unread(),
        },
    )
    assert answer.status_code == 413
    assert "MB" in answer.text

    assert send(client, thing, b"x" * 2000).status_code == 413
    assert not StoredFile.objects.exists()
    assert not folder.exists() or not any(path.is_file() for path in folder.rglob("*"))


def test_a_full_temporary_disk_is_told_in_words(alice, thing, sign_in, monkeypatch) -> None:
    def full(self, raw_data: bytes, start: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(
        "django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk", full
    )
    answer = send(sign_in(alice), thing, b"x" * 3_000_000)

    assert answer.status_code == 507
    assert "no room" in answer.text


def test_a_file_is_deleted_by_post_and_goes_back(alice, thing, sign_in) -> None:
    client = sign_in(alice)
    send(client, thing)
    url = f"/files/{StoredFile.objects.get().key}/"

    assert client.get(url + "delete/").status_code == 405
    answer = client.post(url + "delete/", {"back": "//evil.test/"})
    assert answer["Location"] == f"/files/on/thing/{thing.pk}/"
    assert client.get(url).status_code == 404


def test_the_panel_comes_alone_for_htmx(alice, thing, sign_in) -> None:
    panel = sign_in(alice).get(f"/files/on/thing/{thing.pk}/", headers={"HX-Request": "true"}).text

    assert panel.strip().startswith("<section")
    assert "No files yet" in panel
    assert sign_in(alice).post(f"/files/on/thing/{thing.pk}/").status_code == 400
