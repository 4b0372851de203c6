"""Django's own mail calls go through the outbox, too."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from shangji.foundation.mail.actions import queue_mail


class OutboxBackend(BaseEmailBackend):
    """One row per recipient; HTML from the first alternative. What cannot be kept is refused."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        count = 0
        for message in email_messages:
            if message.attachments:
                raise NotImplementedError("the outbox carries no attachments")
            for to in message.recipients():
                queue_mail(
                    to=to, subject=message.subject, text=str(message.body), html=_html(message)
                )
            count += 1
        return count


def _html(message: Any) -> str:
    for content, kind in getattr(message, "alternatives", ()):
        if kind == "text/html":
            return str(content)
    return ""
