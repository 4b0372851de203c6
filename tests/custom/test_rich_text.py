"""Rich text that a workspace added: cleaned on its way in and out, read as text in lists."""

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from django.urls import reverse

from shangji.core.opportunities.factories import make_opportunity
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.foundation.search.queries import search
from shangji.records.actions import edit_record
from shangji.records.conditions import Condition, compile_node, holds
from shangji.records.description import describe
from shangji.records.kinds import RichText
from shangji.records.kinds.base import FormatContext
from tests.custom.conftest import MakeField

AsActor = Callable[[User], Actor]
SignIn = Callable[[User], Client]

#: what somebody sends, and the text that is left of it; a few of the public lists (lib.tests.
#: test_html reads them all)
SENT = (
    ("<h2>报价</h2><p>周总 <strong>确认</strong> &amp; 上会</p>", "报价\n周总 确认 & 上会"),
    ("<p onclick=alert(1)>a<script>alert(1)</script></p>", "a"),
    ('<a href="javascript:alert(1)">b</a><img src=x onerror=alert(1)>', "b"),
    ("<svg><animate onbegin=alert(1)>c</svg><p>d</p>", "d"),
    ('<p style="background:url(//evil)">e</p><iframe src=//evil>f</iframe>', "e"),
    ('<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>', ""),
    ("5 < 6 and strong > weak\n\nnext", "5 < 6 and strong > weak\nnext"),
    ("<p>\x1e</p><p>g\x1eh</p>", "gh"),
)  # fmt: skip


def test_it_is_cleaned_whichever_way_it_comes(
    make_field: MakeField, alice: User, actor: AsActor, sign_in: SignIn, now: datetime
) -> None:
    key, record = make_field("richtext", "Notes").key, make_opportunity(owner=alice, now=now)
    browser, me, kind = sign_in(alice), actor(alice), RichText()
    edit = reverse("records:edit", args=["opportunities", record.pk]) + f"?fields={key}"
    assert "<sj-rich-text><textarea" in browser.get(edit).content.decode()
    one, page = f"/api/v1/opportunities/{record.pk}", f"/opportunities/{record.pk}/"
    context = FormatContext.of(me, now)
    for sent, text in SENT:
        value = kind.parse(sent, actor=me, locale="en")
        assert kind.text({"x": value}, "x", context) == text
        shown = kind.cell({"x": value}, "x", context).lower()
        for word in ("script", "onerror", "onclick", "onbegin", "<img", "<svg", "style=", "evil"):
            assert word not in shown
    sent, text = SENT[0]
    assert browser.post(edit, {key: sent, "version": record.version}).status_code == 302
    record.refresh_from_db()
    assert record.custom_values[key] == f"{text}\x1e{sent}"
    assert f'<div class="rich">{sent}</div>' in browser.get(page).content.decode()
    # a row that was written by other hands is cleaned when it is shown
    wrong = {key: "x\x1e<p>x<script>alert(7)</script></p>"}
    Opportunity.objects.filter(pk=record.pk).update(custom_values=wrong)
    assert "alert(7)" not in browser.get(page).content.decode()
    # programs send and get HTML
    answer = browser.patch(one, {key: SENT[2][0]}, content_type="application/json").json()
    assert answer[key] == '<a rel="noopener noreferrer nofollow">b</a>'
    assert browser.patch(one, {key: sent}, content_type="application/json").json()[key] == sent
    url = reverse("records:list", args=["opportunities"])
    listed = browser.get(f"{url}?columns=name,{key}&f={key}.has.周总").content.decode()
    assert "报价 周总 确认 &amp; 上会" in listed and "<strong>确认" not in listed
    assert kind.export({key: f"{text}\x1e{sent}"}, key, context) == text
    assert [hit.record_id for hit in search(me, "周总")] == [record.pk]
    assert search(me, "strong") == []


def test_conditions_read_the_text_in_both_worlds(
    make_field: MakeField, alice: User, actor: AsActor, now: datetime
) -> None:
    key, me, description = make_field("richtext").key, actor(alice), describe("opportunity")
    kind = RichText()
    for sent in ("", *(html for html, _text in SENT)):
        made = make_opportunity(owner=alice, now=now)
        value = kind.parse(sent, actor=me, locale="en")
        edit_record(actor=me, record=made, values={key: value}, now=now)
    every, counts = list(Opportunity.objects.all()), {}
    for operator, word in (
        ("has", "strong"), ("has", "STRONG"), ("has", "h2"), ("has", "& 上"), ("has", "6 and"),
        ("has", ""), ("has", "%"), ("empty", ""), ("filled", ""),
    ):  # fmt: skip
        node = Condition(key, operator, word)
        rows = Opportunity.objects.filter(compile_node(description, me, node))
        found = set(rows.values_list("pk", flat=True))
        assert found == {one.pk for one in every if holds(description, me, node, one, now)}, node
        counts[operator, word] = len(found)
    assert counts["has", "strong"] == counts["has", "STRONG"] == counts["has", "6 and"] == 1
    assert (counts["has", "h2"], counts["has", "& 上"], counts["empty", ""]) == (0, 1, 2)
