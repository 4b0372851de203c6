"""One small company: a person for every role, and for each of them the same six records."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shangji.automation.models import TriggeredStep
from shangji.core.accounts.factories import make_account
from shangji.core.activities.factories import make_activity
from shangji.core.channels.models import Channel
from shangji.core.contacts.factories import make_contact
from shangji.core.opportunities.factories import make_opportunity, stage
from shangji.core.opportunities.models import Competitor, Reason
from shangji.core.opportunities.workflow_actions import STAGE_ENTERED
from shangji.core.products.factories import make_product
from shangji.foundation.access.definitions import role_to_json
from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.models import CustomRole
from shangji.foundation.access.roles import CATALOGUE
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.models import Operation
from shangji.foundation.files.models import StoredFile
from shangji.foundation.jobs.models import Job
from shangji.foundation.mail.models import OutgoingMail
from shangji.foundation.notices.models import Notice
from shangji.foundation.people.models import ApiToken, Team, User
from shangji.foundation.workspace.models import ExchangeRate
from shangji.phases.evaluate.models import Scorecard
from shangji.records.imports.models import Export, Import
from shangji.records.models import CustomField, SavedView, UniqueTogether

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ROLES = ("rep", "manager", "marketer", "service", "readonly", "admin", "custom")
#: those without a session that works
OUTSIDE = ("off", "visitor")
#: whose record it is, seen from the person who asks; the last two lie in the bin
RELATIONS = ("own", "team", "foreign", "pool", "bin", "foreign_bin")
VIEW = {"version": 1, "conditions": [], "sort": "-amount", "group": "", "columns": []}
TYPES = ("account", "contact", "opportunity", "activity")

#: reads the team's, changes own, deletes and exports nothing, does not know of the pool
CUSTOM = Role(
    key="custom",
    name="Inside sales",
    description="",
    default=Grant(read=Scope.TEAM, edit=Scope.OWN),
    grants={"product": CATALOGUE},
    rights=frozenset({"audit.read"}),
)
MAKERS = {
    "account": make_account,
    "contact": make_contact,
    "opportunity": make_opportunity,
    "activity": make_activity,
}


@dataclass
class World:
    """Everybody and everything. `records[type][relation]`; "own" is made per person."""

    people: dict[str, User]
    north: Team
    south: Team
    custom: CustomRole
    records: dict[str, dict[str, Any]]
    own: dict[str, dict[str, dict[str, Any]]]
    products: dict[str, Any]
    other: dict[str, Any] = field(default_factory=dict)

    def record(self, role: str, kind: str, relation: str) -> Any:
        """The record of a type that stands in this relation to the person of this role."""
        if kind == "product":
            return self.products["bin" if "bin" in relation else "alive"]
        if relation in ("own", "bin"):
            return self.own.get(role, self.own["rep"])[kind][relation]
        return self.records[kind][relation]


def _user(name: str, role: str, team: Team | None, **values: Any) -> User:
    user = User(
        email=f"{name.lower()}@example.com",
        name=name,
        role=role,
        team=team,
        language="en",
        created_at=NOW,
        updated_at=NOW,
        **values,
    )
    user.set_password("correct horse battery")
    user.save()
    return user


def build() -> World:
    """The company, in the test's own transaction."""
    north = Team.objects.create(name="North", created_at=NOW, updated_at=NOW)
    south = Team.objects.create(name="South", created_at=NOW, updated_at=NOW)
    custom = CustomRole.objects.create(
        name="Inside sales", definition=role_to_json(CUSTOM), created_at=NOW, updated_at=NOW
    )
    people = {
        "rep": _user("Alice", "rep", north),
        "manager": _user("Mei", "manager", north),
        "marketer": _user("Max", "marketer", north),
        "service": _user("Sue", "service", north),
        "readonly": _user("Vera", "readonly", north),
        "admin": _user("Dana", "admin", None),
        "custom": _user("Ines", f"custom:{custom.pk}", north),
        "off": _user("Otto", "rep", north, is_active=False),
        "mate": _user("Bob", "rep", north),
        "foreign": _user("Charlie", "rep", south),
        "other": _user("Cleo", "rep", south),
    }
    north.leader = people["manager"]
    north.save()
    records = {
        kind: {
            "team": make(people["mate"]),
            "foreign": make(people["foreign"]),
            "pool": make(None),
            "foreign_bin": make(people["foreign"], deleted_at=NOW),
        }
        for kind, make in MAKERS.items()
    }
    own = {
        role: {
            kind: {"own": make(people[role]), "bin": make(people[role], deleted_at=NOW)}
            for kind, make in MAKERS.items()
        }
        for role in ROLES
    }
    products = {"alive": make_product(), "bin": make_product(deleted_at=NOW)}
    world = World(people, north, south, custom, records, own, products)
    world.other = _other(world)
    return world


def _other(world: World) -> dict[str, Any]:
    """What is no record: jobs, mails, notices, operations, views, files, a rate."""
    stranger = world.people["foreign"]
    person = world.people
    made: dict[str, Any] = {
        "rate": ExchangeRate.objects.create(base="CNY", currency="USD", on=NOW.date(), rate="7.1"),
        "empty_team": Team.objects.create(name="Empty", created_at=NOW, updated_at=NOW),
        "mail": OutgoingMail.objects.create(
            to="x@example.com", subject="x", text="x", message_id="<1@x>", state="failed",
            created_at=NOW, asked_at=NOW,
        ),
        "failed_job": Job.objects.create(
            kind="jobs.sweep", run_at=NOW, state="failed", created_at=NOW
        ),
    }  # fmt: skip
    for role in (*ROLES, "foreign"):
        user = person[role]
        made[role] = {
            "job": Job.objects.create(
                kind="jobs.sweep", run_at=NOW, created_at=NOW, created_by=user
            ),
            "export": Export.objects.create(
                record_type="account", created_by=user, created_at=NOW
            ),
            "import": Import.objects.create(
                record_type="account",
                file_key="none",
                file_name="a.csv",
                file_size=1,
                sha256="0" * 64,
                mapping={"version": 1, "type": "account"},
                state=Import.State.DONE,
                created_by=user,
                created_at=NOW,
            ),
            "notice": Notice.objects.create(
                user=user, kind="x", title_id="Mentioned", created_at=NOW, url="/"
            ),
            "operation": Operation.objects.create(
                actor=user, action="account.edit", door="page", at=NOW, change_count=1
            ),
            "token": ApiToken.objects.create(
                user=user, name="Sync", token_hash=f"{role}", ending="abcd", scopes={"*": "read"},
                created_at=NOW, updated_at=NOW,
            ),
            "view": SavedView.objects.create(
                of_type="opportunity", name="V", owner=user, created_at=NOW, updated_at=NOW,
                definition=VIEW,
            ),
        }  # fmt: skip
        made[role]["report"] = Operation.objects.create(
            actor=user, action="undo", door="page", at=NOW, change_count=1, undo_report=[]
        )
    made["stranger"] = stranger
    made["program"] = _user("Sync", "rep", None, is_program=True)
    made["operation"] = made["foreign"]["operation"]
    made["stage"] = stage("qualified")
    made["pipeline"] = made["stage"].pipeline
    made["reason"] = Reason.objects.filter(outcome="lost").first()
    made["channel"] = Channel.objects.first()
    made["scorecard"] = Scorecard.objects.get()
    made["competitor"] = Competitor.objects.create(name="Rival", created_at=NOW, updated_at=NOW)
    made["step"] = TriggeredStep.objects.create(
        trigger=STAGE_ENTERED.key, subject_id=made["stage"].pk, kind="activity.make_task",
        params={"version": 1, "values": {}}, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    made["together"] = UniqueTogether.objects.create(
        of_type="opportunity", keys=["name", "account"], created_at=NOW, updated_at=NOW
    )
    made["field"] = CustomField.objects.create(
        of_type="opportunity", key="t2345678", kind="longtext", settings={"version": 1},
        label_zh="字段", label_en="Field", created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    made["role"] = CustomRole.objects.create(
        name="Unused", definition=role_to_json(CUSTOM), created_at=NOW, updated_at=NOW
    )
    return made


def hang_file(kind: str, record: Any) -> StoredFile:
    """A file row on a record; its bytes are not on the disk."""
    key = f"{kind}{record.pk:020d}"
    kept = StoredFile.objects.filter(key=key).first()
    return kept or StoredFile.objects.create(
        key=key, name="note.txt", size=1, sha256="0" * 64,
        media_type="text/plain", on_type=kind, on_id=record.pk, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
