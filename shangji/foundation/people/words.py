"""What our actions and notes are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from shangji.foundation.audit.words import Noted, ticked

ACTIONS = {
    "workspace.start": _("Set the workspace up"),
    "workspace.edit": _("Changed the workspace"),
    "workspace.calendar": _("Changed the working calendar"),
    "workspace.day": _("Changed a day of the working calendar"),
    "workspace.rate": _("Changed an exchange rate"),
    "person.invite": _("Invited somebody"),
    "person.invite_again": _("Invited somebody again"),
    "person.join": _("Joined"),
    "person.edit": _("Changed a person"),
    "person.switch_off": _("Switched somebody off"),
    "person.switch_on": _("Switched somebody on"),
    "person.second_step": _("Removed somebody's second step"),
    "person.password_link": _("Made a link to a new password"),
    "team.create": _("Made a team"),
    "team.edit": _("Changed a team"),
    "team.delete": _("Deleted a team"),
    "role.create": _("Made a role"),
    "role.edit": _("Changed a role"),
    "role.delete": _("Deleted a role"),
    "profile.edit": _("Changed their own profile"),
    "profile.preference": _("Changed their own profile"),
    "person.link": _("Signed in by OpenID Connect for the first time"),
    "profile.feed": _("Changed the calendar feed"),
    "profile.deputy": _("Changed the own deputy"),
    "profile.password": _("Chose a new password"),
    "program.make": _("Made a program"),
    "token.make": _("Made a key for a program"),
    "token.rename": _("Renamed a key of a program"),
    "token.revoke": _("Revoked a key of a program"),
    "profile.end_sessions": _("Signed out everywhere else"),
}

#: what we note on people beside their columns
NOTES = {
    "identity": Noted(_("Signs in by")),
    "invitation": Noted(_("Invitation"), ticked),
    "joined": Noted(_("Joined"), ticked),
    "password": Noted(_("Password"), ticked),
    "password_link": Noted(_("Link to a new password"), ticked),
    "second_step": Noted(_("Second step removed"), ticked),
}
