"""First start, invitation, profile, settings of people and workspace, "why may I see this"."""

from django.urls import path

from shangji.foundation.people.pages import start
from shangji.lib.later import pages_of

# loaded with their first request: a start does not pay for them
access, calendar, people, profile, programs, roles, teams, tokens, workspace = pages_of(
    "shangji.foundation.people.pages",
    "access calendar people profile programs roles teams tokens workspace",
)
app_name = "people"
urlpatterns = [
    path("welcome/", start.welcome, name="welcome"),
    path("join/<str:token>/", start.join, name="join"),
    path("demo/<str:role>/", start.demo_sign_in, name="demo"),
    path("profile/", profile.profile, name="profile"),
    path("profile/looks/", profile.looks, name="looks"),
    path("profile/deputy/", profile.deputy, name="deputy"),
    path("profile/sessions/end/", profile.end_sessions, name="end_sessions"),
    path("profile/keys/", tokens.token_list, name="tokens"),
    path("profile/keys/new/", tokens.token_new, name="token_new"),
    path("profile/keys/<int:pk>/", tokens.token_edit, name="token_edit"),
    path("profile/keys/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("why/<str:record_type>/<int:pk>/", access.why, name="why"),
    path("settings/", workspace.first, name="settings"),
    path("settings/people/", people.people_list, name="list"),
    path("settings/people/invite/", people.invite, name="invite"),
    path("settings/people/<int:pk>/", people.person_edit, name="edit"),
    path("settings/people/<int:pk>/invite/", people.invite_once_more, name="invite_again"),
    path("settings/people/<int:pk>/off/", people.off, name="off"),
    path("settings/people/<int:pk>/on/", people.on, name="on"),
    path("settings/people/<int:pk>/second-step/", people.second_step, name="second_step"),
    path("settings/programs/", programs.program_list, name="programs"),
    path("settings/programs/new/", programs.program_new, name="program_new"),
    path("settings/programs/<int:pk>/key/", programs.program_key, name="program_key"),
    path("settings/teams/", teams.team_list, name="teams"),
    path("settings/teams/new/", teams.team_new, name="team_new"),
    path("settings/teams/<int:pk>/", teams.team_edit, name="team_edit"),
    path("settings/teams/<int:pk>/delete/", teams.team_delete, name="team_delete"),
    path("settings/roles/", roles.role_list, name="roles"),
    path("settings/roles/new/", roles.role_new, name="role_new"),
    path("settings/roles/<int:pk>/edit/", roles.role_edit, name="role_edit"),
    path("settings/roles/<int:pk>/delete/", roles.role_delete, name="role_delete"),
    path("settings/roles/<str:key>/", roles.role_page, name="role"),
    path("settings/workspace/", workspace.workspace_edit, name="workspace"),
    path("settings/currencies/", workspace.currencies, name="currencies"),
    path("settings/currencies/<int:pk>/delete/", workspace.rate_delete, name="rate_delete"),
    path("settings/calendar/", calendar.calendar, name="calendar"),
    path("settings/calendar/day/", calendar.day_set, name="day_set"),
    path("settings/calendar/<str:on>/delete/", calendar.day_delete, name="day_delete"),
]
