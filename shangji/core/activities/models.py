"""Activities 跟进: calls, meetings, visits, mails, WeChat notes, tasks, notes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangji.core.accounts.models import Account
from shangji.core.contacts.models import Contact
from shangji.core.opportunities.models import Opportunity
from shangji.foundation.access.actor import Actor
from shangji.foundation.access.querysets import RecordQuerySet, model_queryset
from shangji.foundation.audit.models import OwnedRecord, WithCustomValues


class ActivityQuerySet(RecordQuerySet["Activity"]):
    """Who sees what an activity is about sees the activity; one about nothing is its owner's."""

    owner_path = "owner_id"

    def row_condition(self, actor: Actor, verb: str) -> Q | None:
        if verb != "read":
            return super().row_condition(actor, verb)
        types = ("opportunity", "account", "contact", self.record_type)
        if all(actor.owner_ids(actor.scope("read", one)) is None for one in types):
            return None
        if not actor.may("read", self.record_type):
            return Q(pk__in=[])
        opportunities = model_queryset(Opportunity).visible_to(actor)
        accounts = model_queryset(Account).visible_to(actor)
        contacts = model_queryset(Contact).visible_to(actor)
        loose = Q(opportunity=None, account=None, contact=None)
        return (
            Q(opportunity__in=opportunities)
            | Q(opportunity=None, account__in=accounts)
            | Q(opportunity=None, account=None, contact__in=contacts)
            | (loose & (super().row_condition(actor, verb) or Q()))
        )


class Activity(WithCustomValues, OwnedRecord):
    record_type = "activity"
    CALL, MEETING, VISIT, MAIL, WECHAT = "call", "meeting", "visit", "mail", "wechat"
    TASK, NOTE = "task", "note"
    #: kinds in which the customer takes part
    WITH_CUSTOMER = (CALL, MEETING, VISIT, MAIL, WECHAT)

    kind = models.CharField(_("Kind"), max_length=8)
    subject = models.CharField(_("Subject"), max_length=200)
    body = models.TextField(_("Notes"), max_length=20000, blank=True)
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    # a day, with a time when it has one
    due_on = models.DateField(_("Due"), null=True, blank=True)
    due_time = models.TimeField(_("Time"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("Minutes"), null=True, blank=True)
    done_at = models.DateTimeField(_("Done"), null=True, blank=True)
    outcome = models.CharField(_("Outcome"), max_length=200, blank=True)
    # ids of people named with @ in the body
    mentions = models.JSONField(default=list, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_on"],
                name="activity_open",
                condition=Q(done_at=None, deleted_at=None),
            ),
            models.Index(fields=["opportunity", "-id"], name="activity_opportunity"),
            models.Index(fields=["due_on"], name="activity_due"),
            models.Index(
                fields=["external_system", "external_id"],
                name="activity_external",
                condition=~Q(external_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
