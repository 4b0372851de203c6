"""Names that look like SQL or like a template stay words (INJ-4, TPL-2); secrets stay secret
(TOK-4)."""

from datetime import datetime
from typing import Any

import pytest

from shangji.core.opportunities.factories import make_opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.people.models import User
from shangji.records.custom.actions import add_field, publish_field
from tests.api.client import program

pytestmark = pytest.mark.django_db

ODD = "a\"b'c%s.d]e`f;--"


def test_inj_4_names_are_only_labels(dana: User, sign_in: Any, now: datetime) -> None:
    """Keys of fields are made by us: what somebody types is shown and never part of SQL."""
    actor = Actor(dana, "page")
    labels = {"label_zh": ODD, "label_en": ODD}
    row = add_field(actor=actor, record_type="opportunity", kind="number", values=labels, now=now)
    field = publish_field(actor=actor, field=row, now=now)
    assert field.key.isalnum() and len(field.key) < 20
    deal = make_opportunity(dana, custom_values={field.key: 5})
    client = sign_in(dana)
    key = field.key
    for query in (f"columns=name&columns={key}", f"sort={key}", f"f={key}.gte.1"):
        assert client.get(f"/opportunities/?{query}").status_code == 200, query
    export = client.get(f"/opportunities/export/?columns=name,{key}").getvalue().decode()
    assert 'a""b\'c%s.d]e`f;--' in export
    saved = client.post("/opportunities/views/", {"name": ODD, "f": f"{key}.gte.1"})
    assert saved.status_code in (200, 204, 302)
    assert client.get("/opportunities/").status_code == 200

    long = {"label_zh": "x" * 300, "label_en": "x" * 300}
    row = add_field(actor=actor, record_type="opportunity", kind="number", values=long, now=now)
    assert len(row.label_en) == 60
    for odd in (ODD, "x" * 65, 'n"; DROP TABLE', f"{key}'", "custom_values"):
        refused = program(dana, now).patch(
            f"opportunities/{deal.pk}", {odd: 7, "version": deal.version}
        )
        assert refused.status_code == 422, odd
        assert client.get("/opportunities/", {"sort": odd}).status_code == 400
        assert client.get("/opportunities/", {"f": f"{odd}.gte.1"}).status_code == 400


def test_tpl_2_a_name_is_never_rendered(alice: User, sign_in: Any, now: datetime) -> None:
    name = "{{ settings.SECRET_KEY }}{% now 'Y' %}"
    made = program(alice, now).post("contacts", {"name": name})
    assert made.status_code == 201 and made.data["name"] == name
    client = sign_in(alice)
    for path in (f"/contacts/{made.data['id']}/", "/contacts/", "/search/?q=settings"):
        body = client.get(path).content.decode()
        assert "{{ settings.SECRET_KEY }}{% now" in body, path


def test_tok_4_the_password_of_the_mail_server_is_never_shown(
    dana: User, sign_in: Any, settings: Any
) -> None:
    settings.MAIL_URL = "smtp://user:geheim-42@mail.invalid:587?tls=1"
    client = sign_in(dana)
    for path in ("/settings/mail/", "/settings/workspace/", "/settings/jobs/", "/settings/audit/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert b"geheim-42" not in answer.content, path
