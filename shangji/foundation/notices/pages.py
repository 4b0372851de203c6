"""A person's notices: the page, and the menu of the bell."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from shangji.foundation.notices.actions import mark_all_read, mark_read
from shangji.foundation.notices.queries import own_notices, unread_count

PAGE_SIZE = 50
MENU_SIZE = 8


@login_required
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    unread = request.GET.get("unread") == "1"
    rows = own_notices(request.actor, unread=unread)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "only_unread": unread, "unread": unread_count(request.actor)}
    return render(request, "notices/list.html", context)


@login_required
@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """The newest notices as a fragment."""
    context = {
        "notices": own_notices(request.actor)[:MENU_SIZE],
        "unread": unread_count(request.actor),
    }
    return render(request, "notices/menu.html", context)


@login_required
@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it and go where it leads."""
    notice = mark_read(actor=request.actor, pk=pk, now=timezone.now())
    return redirect(notice.url or "notices:list")


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    mark_read(actor=request.actor, pk=pk, now=timezone.now())
    return redirect("notices:list")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = mark_all_read(actor=request.actor, now=timezone.now())
    text = ngettext("%(count)s notice marked as read", "%(count)s notices marked as read", count)
    messages.success(request, text % {"count": count})
    return redirect("notices:list")
