"""Mail that left, waits or stayed, and whether mail leaves at all."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.mail.rules import BadMailUrl, MailServer, parse_mail_url
from shangji.lib.errors import NotFound

RIGHT = "settings.jobs"


def mail_server() -> MailServer | None:
    """The server mail goes to. None when mail stays here: not set up, or a demo.

    Raises BadMailUrl when the setting cannot be read.
    """
    if settings.DEMO or not settings.MAIL_URL:
        return None
    return parse_mail_url(settings.MAIL_URL)


def keeps_mail() -> bool:
    """Whether new mail is kept here in place of being sent."""
    return settings.DEMO or not settings.MAIL_URL


def is_paused() -> bool:
    """Whether outgoing traffic waits for a person (after a restore)."""
    return bool(settings.OUTGOING_PAUSED_FLAG.exists())


def set_up_fault() -> str:
    """What is wrong with the mail set-up in words; empty when nothing is."""
    try:
        mail_server()
    except BadMailUrl as error:
        return str(error)
    return ""


def sent_mail(actor: Actor, state: str = "") -> QuerySet[OutgoingMail]:
    """All mail, newest first. Forbidden without the right."""
    require_right(actor, RIGHT)
    rows = OutgoingMail.objects.order_by("-id").defer("text", "html")
    return rows.filter(state=state) if state in OutgoingMail.State.values else rows


def one_mail(actor: Actor, pk: int) -> OutgoingMail:
    """One mail. Forbidden without the right, NotFound when there is none."""
    require_right(actor, RIGHT)
    mail = OutgoingMail.objects.filter(pk=pk).first()
    if mail is None:
        raise NotFound(_("There is no such mail."))
    return mail


def shows_words(mail: OutgoingMail) -> bool:
    """Whether the words of a mail may be read in settings. One that opens an account (a new
    password, an invitation) is its receiver's alone wherever mail leaves this machine."""
    return keeps_mail() or not mail.urgent
