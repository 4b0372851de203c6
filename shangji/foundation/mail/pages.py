"""Sent mail in settings: what left, what waits, what failed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.mail.actions import resume_outgoing, send_again
from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.mail.queries import (
    is_paused,
    keeps_mail,
    one_mail,
    sent_mail,
    set_up_fault,
    shows_words,
)

PAGE_SIZE = 50


@login_required
@require_GET
def mail_list(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    page = Paginator(sent_mail(request.actor, state), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "settings_page": "mail",
        "page": page,
        "state": state,
        "states": OutgoingMail.State.choices,
        "paused": is_paused(),
        "keeps": keeps_mail(),
        "fault": set_up_fault(),
    }
    return render(request, "mail/list.html", context)


@login_required
@require_GET
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    mail = one_mail(request.actor, pk)
    context = {
        "mail": mail,
        "keeps": keeps_mail(),
        "shown": shows_words(mail),
        "settings_page": "mail",
    }
    return render(request, "mail/detail.html", context)


@login_required
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    mail = send_again(actor=request.actor, mail=one_mail(request.actor, pk), now=timezone.now())
    messages.success(request, _("The mail to %(to)s is on its way again.") % {"to": mail.to})
    return redirect("mail:detail", pk=pk)


@login_required
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    count = resume_outgoing(actor=request.actor, now=timezone.now())
    text = ngettext(
        "Mail leaves again; %(count)s was waiting.",
        "Mail leaves again; %(count)s were waiting.",
        count,
    )
    messages.success(request, text % {"count": count})
    return redirect("mail:list")
