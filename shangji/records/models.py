"""Views that people save: a list's filters, sort, groups and columns under a name."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet
from shangji.foundation.access.scope import Scope
from shangji.foundation.audit.models import Record
from shangji.records.api.models import StoredAnswer
from shangji.records.custom.models import CustomField, SequenceNumber, UniqueTogether
from shangji.records.duplicates.models import DuplicateKey, DuplicatePair, DuplicateRule
from shangji.records.imports.models import Export, Import, ImportFailure
from shangji.records.merging.models import MergedRecord, MergeMove


class SavedViewQuerySet(RecordQuerySet["SavedView"]):
    """Own views, and those that somebody shares; only the owner changes one."""

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        own = Q(owner_id=actor.user_id)
        if verb != "read":
            return own
        team = actor.owner_ids(Scope.TEAM) or frozenset()
        return (
            own
            | Q(shared_with=SavedView.EVERYBODY)
            | Q(shared_with=SavedView.TEAM, owner_id__in=sorted(team))
        )

    def shown_to(self, actor: Actor) -> "list[SavedView]":
        """The same as `visible_to`, in order; asks for the team only where a view is for one."""
        near = Q(owner_id=actor.user_id) | Q(shared_with__in=[SavedView.TEAM, SavedView.EVERYBODY])
        return [row for row in self.alive().filter(near) if self.allows(actor, "read", row)]

    def allows(self, actor: Actor, verb: str, record: "SavedView") -> bool:
        if record.owner_id == actor.user_id:
            return True
        if verb != "read":
            return False
        team = actor.owner_ids(Scope.TEAM) or frozenset()
        return record.shared_with == SavedView.EVERYBODY or (
            record.shared_with == SavedView.TEAM and record.owner_id in team
        )


class SavedView(Record):
    """A named list. What it shows is always the reader's own rows (ACC-12)."""

    record_type = "saved_view"
    PRIVATE, TEAM, EVERYBODY = "private", "team", "all"
    SHARING: ClassVar = ((PRIVATE, _("Only me")), (TEAM, _("My team")), (EVERYBODY, _("Everybody")))

    of_type = models.CharField(max_length=40)
    name = models.CharField(_("Name"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    shared_with = models.CharField(max_length=7, choices=SHARING, default=PRIVATE)
    # {"version": 3, "where": [{"field": "stage", "op": "is", "value": "4"}], "sort": "-amount",
    #  "group": "", "columns": [], "shape": "board", "by": "kind",
    #  "colours": [{"tone": "warn", "where": {…}}]}; see records.saved_views
    definition = models.JSONField(default=dict)
    # {"amount": 140}: pixels of columns that its owner made wider or narrower; see records.grid
    widths = models.JSONField(_("Column widths"), default=dict, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["of_type", "owner"], name="view_of_owner")]

    def __str__(self) -> str:
        return self.name


class FirstViewQuerySet(RecordQuerySet["FirstView"]):
    """One's own choice is one's own; those of roles are read by everybody and belong to those
    who change the workspace."""

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        own = Q(person_id=actor.user_id)
        return own | Q(person=None) if verb == "read" or actor.can("settings.workspace") else own

    def allows(self, actor: Actor, verb: str, record: "FirstView") -> bool:
        if record.person_id is not None:
            return record.person_id == actor.user_id
        return verb == "read" or actor.can("settings.workspace")


class FirstView(Record):
    """The view with which a type's list opens, for a role or for one person."""

    record_type = "first_view"

    of_type = models.CharField(max_length=40)
    # "rep", "custom:12"; empty for a person's own choice
    role = models.CharField(_("Role"), max_length=40, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # key of a preset, or id of a saved view: one that is gone is passed over
    view = models.CharField(_("View"), max_length=40)

    objects = FirstViewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role="", person__isnull=False) | (~Q(role="") & Q(person=None)),
                name="first_view_role_or_person",
            ),
            models.UniqueConstraint(
                fields=["of_type", "role"],
                condition=Q(person=None, deleted_at=None),
                name="first_view_of_role",
            ),
            models.UniqueConstraint(
                fields=["of_type", "person"],
                condition=Q(role="", deleted_at=None),
                name="first_view_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_type} · {self.role or self.person_id}"


__all__ = [
    "CustomField",
    "DuplicateKey",
    "DuplicatePair",
    "DuplicateRule",
    "Export",
    "FirstView",
    "Import",
    "ImportFailure",
    "MergeMove",
    "MergedRecord",
    "SavedView",
    "SequenceNumber",
    "StoredAnswer",
    "UniqueTogether",
]
