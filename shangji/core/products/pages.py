"""What hangs on a product's page: its prices in further currencies."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shangji.core.products.actions import MOST, PRICES, set_prices
from shangji.core.products.models import Product
from shangji.core.products.queries import prices_of
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import get_visible, require
from shangji.foundation.access.querysets import model_queryset
from shangji.foundation.audit.queries import last_undoable
from shangji.foundation.workspace.queries import currencies_in_use
from shangji.lib.errors import Invalid
from shangji.lib.money import parse_money
from shangji.records.description import describe
from shangji.records.pages.answers import actor_of, done

#: empty rows offered besides those that are filled
SPARE = 3


def may_see_prices(actor: Actor, record: Product) -> bool:
    return "price" not in actor.hidden_fields(Product.record_type)


def prices_panel(
    actor: Actor, record: Product, now: datetime, query: Mapping[str, str]
) -> dict[str, Any]:
    """The sheet beside a product's facts."""
    return {
        "product": record,
        "prices": prices_of(record),
        "may_edit": model_queryset(Product).allows(actor, "edit", record)
        and "price" not in actor.read_only_fields(Product.record_type),
    }


@login_required
@require_http_methods(["GET", "POST"])
def prices(request: HttpRequest, pk: int) -> HttpResponse:
    """All prices in further currencies; an emptied line goes."""
    actor = actor_of(request)
    product = get_visible(Product, actor, pk)
    require(actor, "edit", product)
    describe("product").writable_field("price", actor)
    url = reverse("records:page", kwargs={"slug": "products", "pk": pk})
    rows = [(code, f"{price.normalize():f}", "") for code, price in prices_of(product)]
    errors: list[str] = []
    if request.method == "POST":
        rows, given = _posted(request)
        if not any(error for _code, _price, error in rows):
            try:
                set_prices(actor=actor, product=product, prices=given, now=timezone.now())
            except Invalid as problem:
                errors = problem.errors[PRICES]
            else:
                last = last_undoable(actor)
                return done(request, _("Prices saved"), url, undo=last.pk if last else None)
    faulty = bool(errors) or any(error for _code, _price, error in rows)
    context = {
        "product": product,
        "rows": [*rows, *[("", "", "")] * min(SPARE, MOST - len(rows))],
        "currencies": [one for one in currencies_in_use() if one != product.currency],
        "errors": errors,
        "title": _("Prices in other currencies"),
        "verb": _("Save"),
        "action": request.path,
        "cancel_url": url,
    }
    part = "dialog" if request.headers.get("HX-Request") else "prices"
    return render(request, f"products/{part}.html", context, status=400 if faulty else 200)


def _posted(request: HttpRequest) -> tuple[list[tuple[str, str, str]], dict[str, Decimal]]:
    """The rows as typed, each with its error, and what they say."""
    rows: list[tuple[str, str, str]] = []
    given: dict[str, Decimal] = {}
    codes = [text.strip().upper()[:3] for text in request.POST.getlist("currency")[:MOST]]
    for code, price in zip(codes, request.POST.getlist("price")[:MOST], strict=False):
        text, error = price.strip()[:40], ""
        if not text:
            continue
        try:
            amount = parse_money(text, get_language() or "en", currency=code or None)
        except ValueError as problem:
            error = str(problem)
        else:
            if not code:
                error = str(_("Say in which currency."))
            elif code in given:
                error = str(_("This currency stands here twice."))
            given[code] = amount
        rows.append((code, text, error))
    return rows, given
