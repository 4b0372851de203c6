"""People from the command line."""

import io

import pytest
from django.conf import settings
from django.test import Client

from shangji.config import cli
from shangji.foundation.people.models import User


@pytest.mark.django_db
def test_it_makes_the_first_administrator_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["user", "start", "--workspace", "云帆科技", "--name", "Dana", "dana@example.com"]
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough phrase\n"))
    assert cli.main(words) == 0
    dana = User.objects.get()
    assert (dana.role, dana.check_password("a long enough phrase")) == ("admin", True)
    monkeypatch.setattr("sys.stdin", io.StringIO("another long phrase\n"))
    assert cli.main(words) == 1
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_a_weak_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    words = ["user", "start", "--workspace", "A", "--name", "Dana", "dana@example.com"]
    assert cli.main(words) == 1
    assert not User.objects.exists()


@pytest.mark.parametrize("what", ["off", "on"])
def test_it_switches_somebody_off_and_on(
    what: str, dana: User, alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["user", what, "ALICE@example.com"]) == 0
    alice.refresh_from_db()
    assert alice.is_active is (what == "on")
    assert cli.main(["user", "list"]) == 0
    assert f"alice@example.com\tAlice\trep\tNorth\t{what}" in capsys.readouterr().out


def test_it_keeps_the_last_administrator(dana: User) -> None:
    assert cli.main(["user", "off", "dana@example.com"]) == 1
    dana.refresh_from_db()
    assert dana.is_active


@pytest.mark.django_db
def test_it_knows_nobody_by_a_wrong_mail(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["user", "off", "nobody@example.com"]) == 1
    assert "nobody has the mail" in capsys.readouterr().err


def test_it_hands_out_a_link_to_a_new_password(
    alice: User, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    assert cli.main(["user", "password", "alice@example.com"]) == 0
    link = capsys.readouterr().out.strip()
    page = client.get(link.removeprefix(settings.BASE_URL), follow=True).content.decode()
    assert 'name="password1"' in page


def test_it_says_who_has_no_second_step(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["user", "second-step-off", "alice@example.com"]) == 1
    assert "second step" in capsys.readouterr().err
