"""What somebody may not see is on no page: records of others (ACC-4), hidden fields (ACC-6)."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client

from shangji.core.accounts.models import Account
from shangji.core.activities.models import Activity
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.models import CustomRole
from shangji.foundation.workspace.queries import current_workspace
from shangji.records.actions import edit_record
from tests.matrix.matrix import MATRIX
from tests.matrix.test_matrix import BACKEND, address
from tests.matrix.world import NOW, World, build

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.usefixtures("counts_nothing"),
]
#: by themselves, with thousands, short, and as the sum of two; none fits into a random token
UNSEEN = ("Fremdling", "987654", "987,65", "987.65", "¥988")
HIDDEN = ("Verdeckt", "876543", "876,54", "876.54", "¥877", "1,753,08", "¥1.75B")
HIDES = ["amount", "weighted", "description", "next_step", "tags", "close_note", "city", "body",
         "outcome"]  # fmt: skip


def blind(world: World) -> Client:
    """Alice in a role of her own, and a company where everything is marked."""
    alice = world.people["rep"]
    verbs = dict.fromkeys(("read", "edit", "delete", "export", "assign"), "own")
    grant = {**verbs, "create": True, "pool": True, "imports": True, "hidden": HIDES}
    role = CustomRole.objects.create(
        name="Blind", created_at=NOW, updated_at=NOW,
        definition={"version": 1, "default": grant, "grants": {}, "rights": []},
    )  # fmt: skip
    alice.role = f"custom:{role.pk}"
    alice.save()
    for model, named, more in (
        (Account, "name", {"description": "Verdeckt", "city": "Verdeckt", "tags": ["Verdeckt"]}),
        (Contact, "name", {"description": "Verdeckt", "tags": ["Verdeckt"]}),
        (
            Opportunity,
            "name",
            {"description": "Verdeckt", "next_step": "Verdeckt", "close_note": "Verdeckt",
             "next_step_owner": alice, "amount": Decimal(876543219)},
        ),
        (Activity, "subject", {"body": "Verdeckt", "outcome": "Verdeckt"}),
    ):  # fmt: skip
        rows = model._default_manager.all()
        rows.filter(owner=alice).update(**more)
        rows.filter(owner=None).update(**more)
        foreign = rows.exclude(owner=alice).exclude(owner=None)
        foreign.update(**{named: "Fremdling"})
    Opportunity.objects.filter(name="Fremdling").update(amount=Decimal(987654321))
    one = world.record("rep", "opportunity", "own")
    one.refresh_from_db()
    admin = Actor(world.people["admin"])
    edit_record(actor=admin, record=one, values={"amount": Decimal(876543210)}, now=NOW)
    cache.clear()
    current_workspace()
    client = Client(raise_request_exception=False)
    client.force_login(alice, backend=BACKEND)
    return client


def addresses(world: World) -> Iterator[tuple[str, dict[str, str]]]:
    """Every route that is read, once, about an opportunity where it is about a record."""
    seen = set()
    for name, asks in sorted(MATRIX.items()):
        for ask in asks:
            kind = "opportunity" if "opportunity" in ask.kinds else ask.kinds[0]
            column = next((one for one in ("own", "mine", "any") if one in ask.expect["rep"]), "")
            if ask.method == "get" and column:
                url = address(name, ask, world, "rep", kind, column)
                if url not in seen:
                    seen.add(url)
                    yield url, ask.headers


def test_acc_4_and_6_what_is_not_seen_is_on_no_page() -> None:
    cache.clear()
    world = build()
    client = blind(world)
    found, asked = [], 0
    for url, headers in addresses(world):
        answer = client.get(url, headers=headers)
        text = answer.getvalue().decode("utf-8", "ignore")
        asked += answer.status_code == 200
        for secret in (*UNSEEN, *HIDDEN):
            if secret in text:
                at = text.index(secret)
                found.append(f"{url}: …{text[max(0, at - 100) : at + 30]!r}")
    assert not found, "\n".join(found)
    assert asked > 100
    # nor is it overwritten blindly
    own = f"/opportunities/{world.record('rep', 'opportunity', 'own').pk}"
    for path in ("next-step/", "step/done/"):
        assert client.post(f"{own}/{path}", {"next_step": "X"}).status_code == 403
