"""The description of the API: true, whole, and as much of it as the reader may know."""

import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings

from shangji.core.accounts.factories import make_account
from shangji.core.activities.factories import make_activity
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity
from shangji.core.products.factories import make_product
from shangji.foundation.access.definitions import role_to_json
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.scope import Scope
from shangji.foundation.people.models import User
from shangji.records.description import descriptions
from tests.api.client import program
from tests.api.compare import broken_promises
from tests.matrix.api import operations

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).parent / "openapi.json"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_nothing_promised_is_taken_back(dana: User, now: datetime) -> None:
    """The committed description is a promise to programs. Additions are fine; to promise them too,
    write it anew: `python -m tests.api.promise`."""
    promised = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert broken_promises(promised, program(dana, now).get("openapi.json").data) == []


def test_it_sees_a_broken_promise() -> None:
    promised = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert broken_promises(promised, promised) == []
    name = "/api/v1/opportunities"

    def without_address(doc: Any) -> None:
        del doc["paths"][name]

    def without_field(doc: Any) -> None:
        del doc["components"]["schemas"]["Opportunity"]["properties"]["amount"]

    def another_type(doc: Any) -> None:
        doc["components"]["schemas"]["Opportunity"]["properties"]["amount"]["type"] = "number"

    def needed(doc: Any) -> None:
        doc["components"]["schemas"]["OpportunityNew"]["required"].append("amount")

    def without_option(doc: Any) -> None:
        del doc["components"]["schemas"]["OpportunityNew"]["properties"]["kind"]["enum"][0]

    def without_parameter(doc: Any) -> None:
        found = doc["paths"][name]["get"]["parameters"]
        found[:] = [one for one in found if one["name"] != "cursor"]

    for change in (
        without_address, without_field, another_type, needed, without_option, without_parameter,
    ):  # fmt: skip
        now = json.loads(json.dumps(promised))
        change(now)
        assert broken_promises(promised, now) != [], change.__name__


def test_what_a_role_may_not_know_of_is_not_described(alice: User, now: datetime) -> None:
    """ACC-6, ACC-7."""
    role = Role(
        key="custom", name="No money", description="",
        default=Grant(read=Scope.OWN, edit=Scope.OWN, create=True,
                      hidden=frozenset({"amount", "weighted"})),
        grants={"product": Grant()},
    )  # fmt: skip
    row = CustomRole.objects.create(
        name="No money", definition=role_to_json(role), created_at=now, updated_at=now
    )
    User.objects.filter(pk=alice.pk).update(role=f"custom:{row.pk}")
    alice.refresh_from_db()
    record = make_opportunity(alice, amount="77123")
    api = program(alice, now)
    text = api.get("openapi.json").content.decode()
    document = json.loads(text)
    assert "/api/v1/products" not in document["paths"]
    assert "Product" not in document["components"]["schemas"]
    schemas = {
        name: one
        for name, one in document["components"]["schemas"].items()
        if name.startswith("Opportunity")
    }
    assert '"amount"' not in json.dumps(schemas) and '"weighted"' not in json.dumps(schemas)
    sorts = document["paths"]["/api/v1/opportunities"]["get"]["parameters"][1]["schema"]["enum"]
    assert "amount" not in sorts and "name" in sorts
    for path in (
        "opportunities",
        f"opportunities/{record.pk}",
        f"opportunities/{record.pk}/history",
    ):
        assert "77123" not in api.get(path).content.decode()
    assert "amount" not in api.get("opportunities?totals=1").data["totals"]
    answers = [
        api.get(f"opportunities?{query}").data["detail"].replace(word, "")
        for word in ("amount", "amuont")
        for query in (f"sort={word}", f"f={word}.gte.1", f"fields={word}")
    ]
    assert len(set(answers)) == 1
    told = api.patch(f"opportunities/{record.pk}", {"amount": "1"})
    assert told.status_code == 422


def test_a_key_is_described_what_it_may(alice: User, now: datetime) -> None:
    document = program(alice, now, {"contact": "read"}).get("openapi.json").data
    assert "/api/v1/contacts" in document["paths"]
    assert "/api/v1/opportunities" not in document["paths"]
    assert "/api/v1/opportunities/{pk}/move" not in document["paths"]
    contacts = [item for path, item in document["paths"].items() if "/contacts" in path]
    assert not any({"post", "patch", "put", "delete"} & set(item) - {"post"} for item in contacts)
    assert "post" not in document["paths"]["/api/v1/contacts"]


def test_every_door_says_what_it_asks_and_has_a_name_of_its_own() -> None:
    names: dict[str, Any] = {}
    for name, method, operation in operations():
        said = operation.openapi_extra or {}
        assert said.get("x-verb"), f"{method} {name} goes without records.api.doors.door()"
        assert operation.description, f"{method} {name} has no docstring"
        told = said["x-returns"] or said["x-bytes"] or operation.response_models.get(200)
        assert told or said["x-status"] == (204,), f"{method} {name} does not say what it answers"
        for model in (*operation.models, *operation.response_models.values()):
            for annotation in _schemas(model):
                known = names.setdefault(annotation.__name__, annotation)
                assert known is annotation, f"two schemas are called {annotation.__name__}"


def _schemas(model: Any) -> Iterator[Any]:
    fields = getattr(model, "model_fields", {})
    for one in fields.values():
        for found in (one.annotation, *getattr(one.annotation, "__args__", ())):
            if hasattr(found, "model_fields"):
                yield found
                yield from _schemas(found)


def test_no_field_is_called_like_what_every_record_has() -> None:
    for described in descriptions():
        keys = {one.key for one in described.fields}
        assert not keys & {"id", "version", "delete"}, described.type


def test_the_page_shows_every_door_and_obeys_the_policy(alice: User, now: datetime) -> None:
    browser = Client()
    browser.force_login(alice, backend="shangji.foundation.people.backends.PeopleBackend")
    response = browser.get("/api/v1/")
    page = response.content.decode()
    document = program(alice, now).get("openapi.json").data
    for path, item in document["paths"].items():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page, path
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert '<script src="http' not in page and " style=" not in page
    User.objects.filter(pk=alice.pk).update(language="zh-hans")
    chinese = browser.get("/api/v1/").content.decode()
    assert "如何开始" in chinese and "How to begin" not in chinese


class Keyed:
    """The product as a WSGI application, asked with a key."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.inner = get_wsgi_application()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {self.key}"
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the client here does not unpack
        return self.inner(environ, start)


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests of a server close old connections; the test's own is to stay."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
def test_it_answers_what_it_describes(dana: User, now: datetime, settings: Any) -> None:
    """schemathesis over every door: no 500, no status, type or body that is not described."""
    settings.API_LIMIT = 0
    settings.ALLOWED_HOSTS = ["*"]
    with warnings.catch_warnings(), ExitStack() as stack:
        warnings.simplefilter("ignore")
        import schemathesis  # noqa: PLC0415 - half a second, for this test only
        from schemathesis import GenerationMode  # noqa: PLC0415 - the same
        from schemathesis.checks import not_a_server_error  # noqa: PLC0415 - the same
        from schemathesis.specs.openapi.checks import (  # noqa: PLC0415 - the same
            content_type_conformance,
            response_schema_conformance,
            status_code_conformance,
        )

        account = make_account(dana)
        ids = {
            "accounts": account.pk,
            "contacts": make_contact(dana, account=account).pk,
            "opportunities": make_opportunity(dana, account=account).pk,
            "activities": make_activity(dana).pk,
            "products": make_product().pk,
        }
        document = program(dana, now).get("openapi.json").data
        app = Keyed(program(dana, now).key)
        stack.enter_context(one_connection())
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        checks = [
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ]
        asked, wrong = 0, []
        for result in schema.get_all_operations():
            operation = result.ok()
            kept = ids.get(operation.path.split("/")[3])
            # doors of every type are the same code: more requests where there is a record
            most = 3 if kept is not None else 1
            for mode, examples in ((GenerationMode.POSITIVE, most), (GenerationMode.NEGATIVE, 1)):
                try:
                    strategy = operation.as_strategy(generation_mode=mode)
                except Exception:  # noqa: BLE001 - nothing about this door can be wrong
                    continue
                try:
                    asked += _ask(strategy, examples, kept, checks)
                except BaseExceptionGroup as found:
                    wrong.append(f"{operation.label}: {_told(found)}")
        assert not wrong, "\n".join(["", *wrong])
        assert asked > len(document["paths"]) * 2


def _told(found: BaseExceptionGroup) -> str:
    """The failures and the request that shows them."""
    curl = [line.strip() for line in str(found.message).splitlines() if "curl " in line]
    return "; ".join([*(str(one) for one in found.exceptions), *curl])[:1500]


def _ask(strategy: Any, examples: int, kept: int | None, checks: list[Any]) -> int:
    count = 0

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def every(case: Any) -> None:
        nonlocal count
        count += 1
        # every second time the record is there
        if kept is not None and count % 2 and "pk" in (case.path_parameters or {}):
            case.path_parameters["pk"] = kept
        case.call_and_validate(checks=checks)

    every()
    return count
