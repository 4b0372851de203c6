"""People and their teams from a sheet: made switched off, with addresses nobody can write to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models.functions import Lower
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.checks import require_right
from shangji.foundation.access.queries import role_for
from shangji.foundation.access.roles import NOBODY
from shangji.foundation.audit.models import Record
from shangji.foundation.audit.recorder import Recorder
from shangji.foundation.people.models import Team, User
from shangji.lib.text import pinyin_syllables
from shangji.records.description import Field, RecordDescription
from shangji.records.imports.rows import ImportRows
from shangji.records.kinds import Mail, Text

#: a top-level name that can never be registered
PLACE = "import.invalid"
#: between a team and the one below it
_STEP = re.compile(r"[/／>]")

PERSON = RecordDescription(
    type="user",
    slug="people",
    model=User,
    name=_("Person"),
    plural=_("People"),
    icon="users",
    fields=(
        Field(
            "name",
            _("Name"),
            Text(80),
            required=True,
            also=("姓名", "人员", "员工", "sales_agent", "user", "full name"),
        ),
        Field("email", _("Mail"), Mail(), also=("邮箱", "email", "e-mail")),
        Field("role", _("Role"), Text(40), also=("角色",)),
        Field("team", _("Team"), Text(80), also=("团队", "部门", "sales team", "department")),
        Field("manager", _("Leader of the team"), Text(80), also=("主管", "经理", "manager")),
        Field(
            "region",
            _("Team above"),
            Text(80),
            also=("区域", "大区", "regional_office", "region"),
        ),
    ),
    columns=("name", "email", "role", "team"),
    sort="name",
    match_keys=("email", "name"),
)
_MADE_HERE = frozenset({"team", "manager", "region"})


def make_person(op: Recorder, word: str, *, role: str = "rep", team: Team | None = None) -> User:
    """A switched-off person of whom only a name or mail address is known."""
    mail = word.strip().casefold() if "@" in word else free_mail(word)
    name = (word.split("@")[0] if "@" in word else word).strip()[:80]
    user = User(email=mail[:254], name=name, role=role, team=team, is_active=False)
    user.set_unusable_password()
    return op.created(user)


def free_mail(name: str) -> str:
    """A placeholder address for a name that nobody has yet: moses.frase@import.invalid."""
    latin = " ".join(pinyin_syllables(name, person=True))
    stem = ".".join(re.findall(r"[a-z0-9]+", latin.casefold()))[:50] or "person"
    taken = set(
        User.objects.filter(email__startswith=stem, email__endswith=f"@{PLACE}").values_list(
            "email", flat=True
        )
    )
    mail, number = f"{stem}@{PLACE}", 2
    while mail in taken:
        mail, number = f"{stem}.{number}@{PLACE}", number + 1
    return mail


class PeopleRows(ImportRows):
    """Rows of people; teams and leaders named by a row are made when they are missing."""

    one_by_one: ClassVar[bool] = True

    def require(self, actor: Actor) -> None:
        require_right(actor, "settings.people")

    def find(self, key: str, wanted: Sequence[str]) -> dict[str, list[int]]:
        rows = User.objects.filter(deleted_at=None).annotate(import_key=Lower(key))
        found: dict[str, list[int]] = {}
        for pk, value in rows.filter(import_key__in=list(wanted)).values_list("pk", "import_key"):
            found.setdefault(value, []).append(pk)
        return found

    def check(self, actor: Actor, values: Mapping[str, Any], record: Any) -> dict[str, list[str]]:
        key = values.get("role") or "rep"
        role = role_for(key)
        if role is NOBODY or not actor.role.covers(role):
            return {"role": [_now("There is no such role, or it goes beyond your own.")]}
        if record is not None and not actor.role.covers(role_for(record.role)):
            return {"": [_now("This person's role may do more than your own.")]}
        return {}

    def current(self, record: Any, key: str) -> Any:
        if key not in _MADE_HERE:
            return getattr(record, key)
        team = record.team
        if key == "team":
            return team.name if team else None
        if key == "manager":
            return team.leader.name if team and team.leader else None
        return team.parent.name if team and team.parent else None

    def insert_one(self, op: Recorder, values: Mapping[str, Any]) -> int:
        """Make one person with the teams above."""
        team = self._team(op, values)
        word = values.get("email") or values["name"]
        user = make_person(op, word, role=values.get("role") or "rep", team=team)
        if values.get("email"):
            op.update(user, {"name": values["name"]})
        return user.pk

    def update(self, op: Recorder, record: Record, values: Mapping[str, Any]) -> Record:
        given = {key: value for key, value in values.items() if key not in _MADE_HERE}
        named = {key: values.get(key) or self.current(record, key) for key in _MADE_HERE}
        if _MADE_HERE & set(values):
            given["team"] = self._team(op, named)
        return op.update(record, given)

    def _team(self, op: Recorder, values: Mapping[str, Any]) -> Team | None:
        """Region, and below it the team (named itself or after its leader)."""
        above = self._named(op, values["region"], None) if values.get("region") else None
        leader_name = values.get("manager")
        name = values.get("team")
        if not name and leader_name:
            name = _now("Team of %(name)s") % {"name": leader_name}
        if not name:
            return above
        above, name = self._below(op, name, above)
        team = self._named(op, name, above)
        if leader_name and team.leader_id is None:
            leader = User.objects.filter(name__iexact=leader_name, deleted_at=None).first()
            if leader is None:
                leader = make_person(op, leader_name, role="manager", team=team)
            team = op.update(team, {"leader": leader})
        return team

    def _below(self, op: Recorder, name: str, above: Team | None) -> tuple[Team | None, str]:
        """Of "Company/Sales/East" the last one, and the team that the others lead to."""
        parts = [part.strip() for part in _STEP.split(name) if part.strip()]
        if len(parts) < 2 or Team.objects.filter(name__iexact=name[:80], deleted_at=None).exists():
            return above, name
        for part in parts[:-1]:
            above = self._named(op, part, above)
        return above, parts[-1]

    @staticmethod
    def _named(op: Recorder, name: str, parent: Team | None) -> Team:
        team = Team.objects.filter(name__iexact=name[:80], deleted_at=None).first()
        return team or op.created(Team(name=name[:80], parent=parent))
