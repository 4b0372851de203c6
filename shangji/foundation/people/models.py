"""People and the team tree."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.explain import Way
from shangji.foundation.access.querysets import RecordQuerySet
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.models import Record
from shangji.foundation.workspace.queries import today


class SettingsQuerySet(RecordQuerySet[Any]):
    """Rows everybody may read and only the right "settings.people" changes."""

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        return None if self._may(actor, verb) else Q(pk__in=[])

    def allows(self, actor: Actor, verb: str, record: models.Model) -> bool:
        return self._may(actor, verb)

    @staticmethod
    def _may(actor: Actor, verb: str) -> bool:
        return verb == "read" or actor.can("settings.people")


class Team(Record):
    """A team; teams form a tree. Members belong to one team."""

    record_type = "team"

    name = models.CharField(_("Name"), max_length=80)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    leader = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )

    objects = SettingsQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(deleted_at=None), name="team_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager.from_queryset(SettingsQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, *, email: str, password: str | None = None, **fields: object) -> "User":
        """A user row for tests, demo and commands; pages go through people.actions."""
        now = timezone.now()
        fields.setdefault("created_at", now)
        fields.setdefault("updated_at", now)
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, Record):
    """Somebody who signs in. Never deleted, only switched off: records keep their people."""

    record_type = "user"
    unlogged = frozenset({"password", "feed_key", "session_epoch", "last_login"})

    email = models.EmailField(_("Mail"), max_length=254)
    name = models.CharField(_("Name"), max_length=80)
    role = models.CharField(_("Role"), max_length=40, default="rep")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    # no person: acts through the API with tokens that administrators make, and never signs in
    is_program = models.BooleanField(default=False, editable=False)
    language = models.CharField(_("Language"), max_length=10, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=60, blank=True)
    signature = models.TextField(_("Signature"), max_length=2000, blank=True)
    deputy = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="deputises_for"
    )
    deputy_from = models.DateField(_("Deputy from"), null=True, blank=True)
    deputy_until = models.DateField(_("Deputy until"), null=True, blank=True)
    theme = models.CharField(max_length=5, default="auto")
    density = models.CharField(max_length=8, default="standard")
    # {"opportunity": {"amount": 140}}: pixels of columns by list; see records.grid
    list_widths = models.JSONField(_("Column widths"), default=dict, blank=True, editable=False)
    single_keys = models.BooleanField(default=True)
    mail_digest = models.BooleanField(default=True)
    # signed into private addresses (ICS feed); changing it ends them
    feed_key = models.CharField(max_length=64, blank=True, editable=False)
    # part of the session hash: changing it ends all sessions of this person
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    #: what was asked together with the person of a session (sessions.ask_along), by name
    along: dict[str, Any]
    #: rows by question, read with the session because the page asked them last time (foreseen)
    foreseen: dict[Any, list[Any]]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects = UserManager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Part of every session: a new password or epoch ends the sessions made before."""
        return salted_hmac(
            "shangji.people.session",
            f"{self.password}:{self.session_epoch}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @cached_property
    def principal_ids(self) -> frozenset[int]:
        """People this one stands in for today."""
        day = today()
        # every request of a program asks it: as text, the ORM would take ten times longer
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM people_user WHERE deputy_id = %s AND deputy_from <= %s"
                " AND (deputy_until IS NULL OR deputy_until >= %s)",
                [self.pk, day, day],
            )
            return frozenset(pk for (pk,) in cursor.fetchall())

    def owner_ids(self, scope: Scope) -> frozenset[int] | None:
        """Ids of the people whose rows a scope covers for this person (None: everybody)."""
        if scope is Scope.ALL:
            return None
        if scope is Scope.NONE:
            return frozenset()
        own = {self.pk, *self.principal_ids}
        if scope is Scope.OWN:
            return frozenset(own)
        if scope is Scope.TREE:
            members = User.objects.filter(team_id__in=self._teams(below=True))
        else:
            led = Team.objects.filter(leader_id=self.pk, deleted_at=None)
            mine = Team.objects.filter(pk=self.team_id or 0, deleted_at=None)
            members = User.objects.filter(
                Q(team__in=led.order_by().values("pk")) | Q(team__in=mine.order_by().values("pk"))
            )
        return frozenset(own | set(members.order_by().values_list("pk", flat=True)))

    def ways_to(self, owner_id: int, scope: Scope) -> list[Way]:
        """How a scope of this person reaches the rows of an owner."""
        ways = [Way("own")] if owner_id == self.pk else []
        owner = User.objects.filter(pk=owner_id).first()
        if owner is None or scope is Scope.NONE:
            return ways
        if owner_id in self.principal_ids:
            ways.append(Way("deputy", (owner.name,), owner.deputy_until))
        if scope >= Scope.TEAM and owner.team_id in self._teams(below=scope is Scope.TREE):
            ways.append(Way("team", self._team_path(owner.team_id)))
        return ways

    def _team_path(self, team_id: int | None) -> tuple[str, ...]:
        """Names of the teams from the first one of this person's down to a team."""
        mine = self._teams(below=False)
        teams = Team.objects.in_bulk()
        names: list[str] = []
        while team_id is not None and len(names) < len(teams):
            names.insert(0, teams[team_id].name)
            if team_id in mine:
                break
            team_id = teams[team_id].parent_id
        return tuple(names)

    def _teams(self, *, below: bool) -> set[int]:
        """Own team and teams led; with `below`, all teams under them."""
        parents: dict[int | None, list[int]] = {}
        mine: set[int] = set()
        rows = Team.objects.filter(deleted_at=None).order_by()
        for pk, parent_id, leader_id in rows.values_list("pk", "parent_id", "leader_id"):
            parents.setdefault(parent_id, []).append(pk)
            if pk == self.team_id or leader_id == self.pk:
                mine.add(pk)
        if below:
            queue = list(mine)
            while queue:
                for child in parents.get(queue.pop(), []):
                    if child not in mine:
                        mine.add(child)
                        queue.append(child)
        return mine


class Invitation(models.Model):
    """An open invitation; the link's token is stored hashed, works once and expires."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Invitation of {self.user_id}"


class ApiTokenQuerySet(RecordQuerySet["ApiToken"]):
    """Own tokens; those of programs for who holds the right "settings.people"."""

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        own = Q(user_id=actor.user_id)
        return own | Q(user__is_program=True) if actor.can("settings.people") else own

    def allows(self, actor: Actor, verb: str, record: "ApiToken") -> bool:
        if record.user_id == actor.user_id:
            return True
        return record.user.is_program and actor.can("settings.people")

    def working(self, now: datetime) -> "ApiTokenQuerySet":
        """Tokens that open the API now."""
        return self.alive().filter(Q(expires_at=None) | Q(expires_at__gt=now))


class ApiToken(Record):
    """The key of a program that acts for somebody, within its scopes. Only its hash is kept."""

    record_type = "token"
    unlogged = frozenset({"token_hash", "last_used_on"})

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(_("Name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # the last letters of the key, so that a person can tell which one a program holds
    ending = models.CharField(max_length=4, editable=False)
    # {"*": "read", "opportunity": "write"}: see foundation.access.scopes
    scopes = models.JSONField(default=dict)
    expires_at = models.DateTimeField(null=True, blank=True)
    # a day, so that reading costs a write once a day and no more
    last_used_on = models.DateField(null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name


class ApiUse(models.Model):
    """How many requests to the API somebody has taken in a minute (foundation.people.limits)."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    # minutes since 1970
    minute = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user_id} {self.used}"
