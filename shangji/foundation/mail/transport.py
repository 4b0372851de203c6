"""Hand one message to the mail server and say exactly how far it came."""

import contextlib
import re
import smtplib
import ssl
from email.message import Message
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.mail.rules import MailServer
from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt.

    Attributes:
        kind: "sent"; "later" (try again); "refused" (never); "unknown" (lost after the final
            dot: the server may have it).
        reached: whether a mail server answered at all.
        detail: for an administrator; never a password.
    """

    kind: str
    detail: str = ""
    reached: bool = True


def build_message(mail: OutgoingMail) -> Message:
    """The MIME message of a row. Django refuses line breaks in headers once more."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message.message()


def deliver(server: MailServer, mail: OutgoingMail) -> Outcome:
    """One attempt at one mail, in one connection."""
    try:
        data = build_message(mail).as_bytes()
    except ValueError as error:  # BadHeaderError among them
        return Outcome("refused", _say(error))
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        client = _connect(server)
    except (OSError, smtplib.SMTPException) as error:
        return _not_opened(error)
    try:
        return _hand_over(client, sender, mail.to, data)
    except (OSError, smtplib.SMTPException) as error:
        # everything before the final dot: the server has nothing
        return Outcome("later", _say(error))
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            client.quit()
        client.close()


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    timeout = settings.EMAIL_TIMEOUT
    client: smtplib.SMTP
    if server.tls == "implicit":
        client = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=timeout)
    try:
        if server.tls == "starttls":
            client.starttls(context=context)
        if server.user:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _not_opened(error: Exception) -> Outcome:
    """No connection, no TLS, no sign-in: a matter of set-up or of time, not of this mail."""
    reached = isinstance(error, smtplib.SMTPResponseException)
    return Outcome("later", _say(error), reached=reached)


def _hand_over(client: smtplib.SMTP, sender: str, to: str, data: bytes) -> Outcome:
    client.ehlo_or_helo_if_needed()
    options = ["SMTPUTF8"] if client.has_extn("smtputf8") and not to.isascii() else []
    for code, answer in (client.mail(sender, options), client.rcpt(to)):
        if code not in {250, 251}:
            return _answered(code, answer)
    code, answer = client.docmd("DATA")
    if code != 354:
        return _answered(code, answer)
    client.send(_body(data))
    try:
        client.send(b".\r\n")
        code, answer = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome("unknown", _say(error))
    return Outcome("sent", _text(answer)) if code == 250 else _answered(code, answer)


def _body(data: bytes) -> bytes:
    """CRLF line ends, leading dots doubled, a line end before the final dot."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", data)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _answered(code: int, answer: Any) -> Outcome:
    return Outcome("refused" if 500 <= code < 600 else "later", f"{code} {_text(answer)}")


def _say(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(answer: Any) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(text.split())[:300]
