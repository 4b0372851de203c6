"""Calendars and timelines by fields that customers add."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shangji.core.accounts.factories import make_account
from shangji.foundation.audit.custom_values import put
from tests.custom.conftest import MakeField


@pytest.mark.parametrize(
    ("kind", "value"),
    [("date", date(2026, 11, 12)), ("datetime", datetime(2026, 11, 12, 1, tzinfo=UTC))],
)
def test_it_lays_out_any_type_by_an_added_date(
    kind: str, value: Any, dana: Any, sign_in: Any, make_field: MakeField
) -> None:
    key = make_field(kind, "Audit", of="account").key
    account = make_account(dana, name="Copper Co")
    type(account).objects.filter(pk=account.pk).update(custom_values={key: put(key, value)})
    client = sign_in(dana)
    page = client.get(f"/accounts/?shape=calendar&by={key}&on=2026-11-10").content.decode()
    before = page.partition(f'data-id="{account.pk}"')[0]
    assert before.rpartition('data-day="')[2].startswith("2026-11-12")
    assert f'data-url="/accounts/{account.pk}/field/{key}/"' in page
    page = client.get(f"/accounts/?shape=timeline&by={key}&on=2026-11-10").content.decode()
    assert "Copper Co" in page.partition("<tbody>")[2]
    assert 'class="bar" cx="46.20%"' in page
