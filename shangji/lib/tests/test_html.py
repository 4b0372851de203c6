from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangji.lib.errors import BadInput
from shangji.lib.html import SCHEMES, TAGS, clean_html, html_of, text_of
from shangji.lib.tests.shared import shared_file
from tests.quick import least_seconds

PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>ok",
    "<ScRiPt src=//evil.test></sCrIpT>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<style>@import '//evil.test'</style>",
    "<p style='background:url(//evil.test)' onclick=alert(1) class=x id=y>a</p>",
    "<form action=//evil.test><input name=a><button>b</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='JaVaScRiPt:alert(1)'>a</a>",
    "<a href='java\tscript:alert(1)'>a</a>",
    "<a href='&#106;avascript:alert(1)'>a</a>",
    "<a href='&#x6A;&#x61;vascript&colon;alert(1)'>a</a>",
    "<a href=' \x01javascript:alert(1)'>a</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "<a href='vbscript:x'>a</a>",
    "<a href='//evil.test'>a</a>",
    "<a href='/accounts/logout/'>a</a>",
    "<a href='https://ok.test' target=_blank ping=//evil.test onmouseover=x>a</a>",
    "<base href=//evil.test><meta http-equiv=refresh content='0;url=//evil.test'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<p>\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<\ud800script>alert(1)</script>",
    '"><svg/onload=alert(1)//',
    "<details open ontoggle=alert(1)>",
    "<template><script>alert(1)</script></template>",
]


class Seen(HTMLParser):
    """Reads HTML as a second pair of eyes and refuses what is not on the list."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert (tag, name) in {("a", "href"), ("a", "rel")}
            if name == "href":
                assert re.sub(r"[\x00-\x20]", "", value or "").split(":")[0].lower() in SCHEMES
            else:
                assert value == "noopener noreferrer nofollow"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = unknown_decl = handle_pi = handle_comment


def assert_harmless(html: str) -> None:
    clean = clean_html(html)
    seen = Seen(convert_charrefs=True)
    seen.feed(clean)
    seen.close()
    assert clean_html(clean) == clean


@pytest.mark.parametrize("html", PAYLOADS)
def test_nothing_that_runs_loads_or_styles_is_left(html: str) -> None:
    assert_harmless(html)


@given(st.text(alphabet="<>/=\"' abpsvgi:jhref\t\x00&#;!-", max_size=120))
def test_no_soup_gets_through(html: str) -> None:
    assert_harmless(html)


@pytest.mark.shared_data
def test_public_payload_lists_are_harmless() -> None:
    lines = shared_file("xss_corpus/xss-payload-list.txt").read_text("utf-8", "replace")
    for line in lines.splitlines():
        assert_harmless(line)
    for case in json.loads(shared_file("xss_corpus/dompurify_expect.json").read_text("utf-8")):
        assert_harmless(case["payload"])


def test_what_a_note_needs_stays() -> None:
    note = (
        "<h2>报价</h2><p><strong>周总</strong> <em>确认</em><br>上会</p>"
        "<ul><li>一</li></ul><blockquote>a &lt; b</blockquote><pre><code>x</code></pre>"
    )
    assert clean_html(note) == note
    link = clean_html('<a href="mailto:lin@acme.com">林</a>')
    assert link == '<a href="mailto:lin@acme.com" rel="noopener noreferrer nofollow">林</a>'
    assert 'href="tel:+8613812345678"' in clean_html('<a href="tel:+8613812345678">t</a>')
    assert clean_html('<a href="/x">t</a>') == '<a rel="noopener noreferrer nofollow">t</a>'
    assert clean_html("<table><td>text</td></table>") == "text"


def test_the_text_is_a_line_a_block() -> None:
    html = "<h2>报价</h2><p>a &amp;&nbsp; b<br>c</p><ul><li>一</li><li>二</li></ul>"
    html += "<script>x</script>"
    assert text_of(html) == "报价\na & b\nc\n- 一\n- 二"
    assert text_of("<p>1 &lt;b&gt; 2</p>") == "1 <b> 2"
    assert text_of("") == ""


def test_plain_text_becomes_paragraphs() -> None:
    assert html_of("a <b>\r\nc\n\n\nd") == "<p>a &lt;b&gt;<br>c</p><p>d</p>"
    assert html_of(" \n\n ") == ""
    assert text_of(html_of("a <b>\nc")) == "a <b>\nc"


@pytest.mark.parametrize("html", ["x" * 200_001, "<b>" * 60_000, "<blockquote><ul>" * 10_000])
def test_what_is_too_long_or_deep_is_refused_at_once(html: str) -> None:
    def refuse() -> None:
        with pytest.raises(BadInput):
            clean_html(html)

    assert least_seconds(refuse) < 1.0


def test_many_paragraphs_are_not_depth() -> None:
    html = "<p>a<br>b</p>" * 5_000 + "<p>open" * 500
    assert text_of(html).count("a") == 5_000
