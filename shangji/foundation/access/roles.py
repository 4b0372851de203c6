"""The roles that ship with Shangji. A person who does not program can review this page."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from shangji.foundation.access.grants import Grant, Role
from shangji.foundation.access.scope import Scope

#: Rights outside records, with the words shown where an admin makes a role.
RIGHTS = {
    "settings.workspace": _("Change the workspace: name, currency, rates, working calendar"),
    "settings.people": _("Invite people, change teams and roles"),
    "settings.pipelines": _("Change pipelines, stages and reasons"),
    "settings.fields": _("Add fields to records, change and delete them"),
    "settings.scoring": _("Change scorecards, scoring and the order of work"),
    "decisions.approve": _("Approve go / no-go decisions on what one may change"),
    "settings.jobs": _("See and retry jobs, see sent mail"),
    "audit.read": _("Read the whole audit log"),
    "audit.undo_all": _("Undo what somebody else did"),
}

REP_GRANT = Grant(
    read=Scope.OWN,
    edit=Scope.OWN,
    delete=Scope.OWN,
    export=Scope.OWN,
    assign=Scope.OWN,
    create=True,
    imports=True,
    pool=True,
)
# Reference data that everybody reads and only settings change.
CATALOGUE = Grant(read=Scope.ALL, export=Scope.ALL)
# Who delivers: read by everybody without what they cost, kept by managers.
STAFF = {
    "skill": CATALOGUE,
    "specialist": replace(CATALOGUE, hidden=frozenset({"cost_per_hour"})),
    "specialist_skill": CATALOGUE,
    "absence": CATALOGUE,
}
FULL = Grant(
    read=Scope.ALL,
    edit=Scope.ALL,
    delete=Scope.ALL,
    export=Scope.ALL,
    assign=Scope.ALL,
    create=True,
    imports=True,
    pool=True,
)

Rep = Role(
    key="rep",
    name=_("Salesperson"),
    description=_("Works own customers and opportunities, and may claim from the open pool."),
    default=REP_GRANT,
    grants={"product": CATALOGUE, **STAFF},
)
Manager = Role(
    key="manager",
    name=_("Manager"),
    description=_("Sees and changes everything of the own team and the teams below it."),
    default=replace(
        REP_GRANT,
        read=Scope.TREE,
        edit=Scope.TREE,
        delete=Scope.TREE,
        export=Scope.TREE,
        assign=Scope.TREE,
    ),
    grants={"product": replace(CATALOGUE, edit=Scope.ALL, create=True, imports=True)},
    rights=frozenset({"settings.pipelines", "settings.scoring", "decisions.approve"}),
)
Marketer = Role(
    key="marketer",
    name=_("Marketer"),
    description=_("Sees all customers and opportunities, and brings new ones in."),
    default=replace(REP_GRANT, read=Scope.ALL, export=Scope.ALL),
    grants={"product": CATALOGUE, **STAFF},
)
Service = Role(
    key="service",
    name=_("Service"),
    description=_("Sees all customers and opportunities, and logs own activities."),
    default=replace(REP_GRANT, read=Scope.ALL, export=Scope.NONE, imports=False, pool=False),
    grants={
        "product": CATALOGUE,
        **STAFF,
        "opportunity": replace(
            REP_GRANT, read=Scope.ALL, export=Scope.NONE, imports=False, pool=False
        ),
    },
)
ReadOnly = Role(
    key="readonly",
    name=_("Read-only"),
    description=_("Sees everything and changes nothing."),
    default=Grant(read=Scope.ALL, pool=True),
)
Admin = Role(
    key="admin",
    name=_("Administrator"),
    description=_("May do everything, settings included."),
    default=FULL,
    rights=frozenset(RIGHTS),
)
System = Role(
    key="system",
    name=_("Shangji itself"),
    description=_("Jobs and schedules."),
    default=FULL,
    rights=frozenset(RIGHTS),
)

BUILT_IN: dict[str, Role] = {
    role.key: role for role in (Rep, Manager, Marketer, Service, ReadOnly, Admin)
}
NOBODY = Role(key="nobody", name=_("No role"), description=_("May do nothing."))
