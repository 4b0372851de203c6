"""Mail against a real SMTP server: what is sent, retried, refused, left in doubt."""

import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import send_mail as send_django_mail
from django.utils import translation
from pytest_django.fixtures import Settings

from shangji.foundation.jobs.models import Job
from shangji.foundation.mail.actions import (
    mark_in_doubt,
    queue_mail,
    requeue_waiting,
    resume_outgoing,
    send_again,
    send_mail,
)
from shangji.foundation.mail.models import OutgoingMail
from shangji.lib.errors import DomainError, Forbidden, Invalid
from tests.server import free_port

pytestmark = pytest.mark.django_db


class Receiver:
    """Keeps what arrives; answers RCPT and DATA as told."""

    def __init__(self) -> None:
        self.received: list[tuple[str, list[str], bytes]] = []
        self.rcpt_answer = "250 OK"
        self.data_answer = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server, session, envelope) -> str:
        self.received.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return self.data_answer


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    handler = Receiver()
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    settings.MAIL_URL = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


class Hangs(threading.Thread):
    """A server that takes the mail and closes without an answer, before or after the dot."""

    def __init__(self, *, after_dot: bool) -> None:
        super().__init__(daemon=True)
        self.after_dot = after_dot
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self) -> None:
        connection, _address = self.listener.accept()
        with self.listener, connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            in_data = False
            for line in lines:
                if in_data:
                    if line == b".\r\n":
                        return
                    continue
                if line.upper().startswith(b"DATA"):
                    connection.sendall(b"354 go on\r\n")
                    if not self.after_dot:
                        # a reset while the body is on its way
                        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                        return
                    in_data = True
                else:
                    connection.sendall(b"250 OK\r\n")


def mail(now: datetime, **values: Any) -> OutgoingMail:
    defaults = {"to": "li@example.com", "subject": "Hello", "text": "Text", "now": now}
    return queue_mail(**{**defaults, **values})


def states(row: OutgoingMail) -> str:
    row.refresh_from_db()
    return row.state


def test_it_sends_text_and_html(receiver: Receiver, now: datetime) -> None:
    row = mail(now, subject="商机 A", text="你好\n.\n.end", html="<p>你好</p>")

    assert send_mail(mail_id=row.pk, now=now) == "sent"

    sender, to, content = receiver.received[0]
    message = message_from_bytes(content)
    assert (sender, to) == ("shangji@localhost", ["li@example.com"])
    assert message["Message-ID"] == row.message_id
    plain, html = message.get_payload()
    assert plain.get_payload(decode=True).decode().replace("\r\n", "\n").strip() == "你好\n.\n.end"
    assert html.get_content_type() == "text/html"


def test_it_queues_a_job_in_the_same_transaction(receiver: Receiver, now: datetime) -> None:
    row = mail(now, urgent=True)

    job = Job.objects.get(kind="mail.send")
    assert (job.params, job.queue) == ({"mail_id": row.pk}, "urgent")


def test_it_sends_a_mail_once(receiver: Receiver, now: datetime) -> None:
    row = mail(now)
    send_mail(mail_id=row.pk, now=now)

    assert send_mail(mail_id=row.pk, now=now + timedelta(hours=1)) == "sent"
    assert len(receiver.received) == 1


def test_it_knows_a_repeat_by_its_key(receiver: Receiver, now: datetime) -> None:
    first = mail(now, unique_key="digest:1")

    assert mail(now, unique_key="digest:1").pk == first.pk
    assert Job.objects.filter(kind="mail.send").count() == 1


def test_it_tries_again_after_4xx_with_growing_pauses(receiver: Receiver, now: datetime) -> None:
    receiver.rcpt_answer = "451 greylisted"
    row = mail(now)

    pauses = []
    for _attempt in range(4):
        assert send_mail(mail_id=row.pk, now=now) == "queued"
        row.refresh_from_db()
        pauses.append(row.next_try_at - now)
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
    assert row.error == "451 greylisted"
    assert Job.objects.filter(kind="mail.send", run_at=row.next_try_at).count() == 1

    receiver.rcpt_answer = "250 OK"
    assert send_mail(mail_id=row.pk, now=now) == "sent"


def test_it_gives_up_after_five_days(receiver: Receiver, now: datetime) -> None:
    receiver.rcpt_answer = "451 greylisted"
    row = mail(now)

    assert send_mail(mail_id=row.pk, now=now + timedelta(days=5)) == "failed"


@pytest.mark.parametrize("place", ["rcpt_answer", "data_answer"])
def test_it_fails_at_once_after_5xx(receiver: Receiver, now: datetime, place: str) -> None:
    setattr(receiver, place, "550 no such person")
    row = mail(now)

    assert send_mail(mail_id=row.pk, now=now) == "failed"
    assert states(row) == "failed"
    assert row.error == "550 no such person"


def test_it_is_in_doubt_when_lost_after_the_final_dot(settings: Settings, now: datetime) -> None:
    settings.MAIL_URL = f"smtp://127.0.0.1:{Hangs(after_dot=True).port}"
    row = mail(now)

    assert send_mail(mail_id=row.pk, now=now) == "unknown"
    # and nothing but a person sends it again
    assert send_mail(mail_id=row.pk, now=now + timedelta(hours=1)) == "unknown"
    assert requeue_waiting(now=now + timedelta(hours=1)) == 0


def test_it_tries_again_when_lost_before_the_final_dot(settings: Settings, now: datetime) -> None:
    settings.MAIL_URL = f"smtp://127.0.0.1:{Hangs(after_dot=False).port}"
    row = mail(now, text="x" * 900_000)

    assert send_mail(mail_id=row.pk, now=now) == "queued"


def test_it_waits_out_a_server_that_is_down(
    settings: Settings, receiver: Receiver, now: datetime
) -> None:
    up = settings.MAIL_URL
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.MAIL_URL = f"smtp://127.0.0.1:{probe.getsockname()[1]}"
    row = mail(now)
    for minutes in range(0, 60, 5):
        assert send_mail(mail_id=row.pk, now=now + timedelta(minutes=minutes)) == "queued"
    row.refresh_from_db()
    assert row.next_try_at - (now + timedelta(minutes=55)) == timedelta(minutes=5)

    settings.MAIL_URL = up
    assert send_mail(mail_id=row.pk, now=row.next_try_at) == "sent"


def test_it_is_in_doubt_when_its_worker_died(receiver: Receiver, now: datetime) -> None:
    row = mail(now)
    OutgoingMail.objects.filter(pk=row.pk).update(state="sending", sending_at=now)

    assert send_mail(mail_id=row.pk, now=now + timedelta(seconds=10)) == "sending"
    assert send_mail(mail_id=row.pk, now=now + timedelta(minutes=3)) == "unknown"
    assert receiver.received == []


def test_it_never_overwrites_a_sent_mail_with_doubt(receiver: Receiver, now: datetime) -> None:
    row = mail(now)
    send_mail(mail_id=row.pk, now=now)

    assert mark_in_doubt(row) == "sent"


def test_an_administrator_sends_a_doubtful_mail_again(
    receiver: Receiver, now: datetime, dana, actor
) -> None:
    row = mail(now)
    OutgoingMail.objects.filter(pk=row.pk).update(state="unknown")
    row.refresh_from_db()

    send_again(actor=actor(dana), mail=row, now=now)

    assert send_mail(mail_id=row.pk, now=now) == "sent"
    assert message_from_bytes(receiver.received[0][2])["Message-ID"] == row.message_id
    with translation.override("en"), pytest.raises(DomainError, match="on its way"):
        send_again(actor=actor(dana), mail=row, now=now)


def test_it_needs_the_right_to_send_again(receiver: Receiver, now: datetime, mei, actor) -> None:
    row = mail(now)
    OutgoingMail.objects.filter(pk=row.pk).update(state="failed")

    with pytest.raises(Forbidden):
        send_again(actor=actor(mei), mail=row, now=now)


def test_nothing_leaves_while_paused(
    receiver: Receiver, settings: Settings, tmp_path: Path, now: datetime, dana, actor
) -> None:
    settings.OUTGOING_PAUSED_FLAG = tmp_path / "paused"
    settings.OUTGOING_PAUSED_FLAG.touch()
    row = mail(now)
    assert send_mail(mail_id=row.pk, now=now) == "queued"
    assert receiver.received == []

    assert resume_outgoing(actor=actor(dana), now=now) == 1

    assert not settings.OUTGOING_PAUSED_FLAG.exists()
    assert Job.objects.filter(kind="mail.send").count() == 2
    assert send_mail(mail_id=row.pk, now=now) == "sent"


def test_mail_stays_here_without_a_server(settings: Settings, now: datetime) -> None:
    settings.MAIL_URL = ""

    assert mail(now).state == "kept"
    assert not Job.objects.filter(kind="mail.send").exists()


def test_a_demo_keeps_its_mail(receiver: Receiver, settings: Settings, now: datetime) -> None:
    settings.DEMO = True

    assert mail(now).state == "kept"


@pytest.mark.parametrize(
    "to",
    [
        "li@example.com\nBcc: all@example.com",
        "li@example.com\r\n",
        "li@example.com,all@example.com",
        "Li <li@example.com>",
        "nobody",
        "@example.com",
        "li@",
        "a" * 1_000_000 + "@example.com",
        "li@example.com\u2028x",
    ],
)
def test_it_refuses_an_address_that_is_more_or_less(now: datetime, to: str) -> None:
    if to.endswith("\r\n"):
        assert mail(now, to=to).to == "li@example.com"
        return
    with pytest.raises(Invalid):
        mail(now, to=to)


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n ", "\x0b", "\x00", "\x85", "\u2028"])
def test_it_refuses_a_subject_of_two_lines(now: datetime, line_break: str) -> None:
    with pytest.raises(Invalid):
        mail(now, subject=f"Hi{line_break}Bcc: all@example.com")


def test_a_body_cannot_add_a_header_or_end_the_mail(receiver: Receiver, now: datetime) -> None:
    row = mail(now, text="a\r\n.\r\nMAIL FROM:<x@example.com>\nBcc: all@example.com")

    send_mail(mail_id=row.pk, now=now)

    assert len(receiver.received) == 1
    message = message_from_bytes(receiver.received[0][2])
    assert message["Bcc"] is None
    assert "MAIL FROM" in message.get_payload(decode=True).decode()


def test_djangos_own_mail_goes_by_the_outbox(settings: Settings, db: None) -> None:
    settings.EMAIL_BACKEND = "shangji.foundation.mail.backend.OutboxBackend"
    settings.MAIL_URL = ""

    send_django_mail("Hi", "Text", None, ["a@example.com", "b@example.com"], html_message="<p>")

    kept = OutgoingMail.objects.order_by("to").values_list("to", "text", "html")
    assert list(kept) == [("a@example.com", "Text", "<p>"), ("b@example.com", "Text", "<p>")]
