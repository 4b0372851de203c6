from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangji.foundation.audit import registry
from shangji.foundation.audit.words import name_actions, name_notes
from shangji.foundation.people.words import ACTIONS, NOTES
from shangji.ui.settings_nav import add_settings_page


class PeopleConfig(AppConfig):
    name = "shangji.foundation.people"
    label = "people"

    def ready(self) -> None:
        # models need the app registry, which is full only now: hence lazily
        from shangji.foundation.people.actions.users import keep_binned_people_out
        from shangji.foundation.people.models import Team, User

        name_actions(ACTIONS)
        name_notes("user", NOTES)
        registry.track(Team)
        registry.track(User)
        registry.after_change("user", keep_binned_people_out)
        # roles and the workspace are no records; the own profile is set back on its own page
        registry.never_undo(
            *(f"role.{verb}" for verb in ("create", "edit", "delete")),
            *(f"workspace.{verb}" for verb in ("start", "edit", "calendar", "day", "rate")),
            *(f"token.{verb}" for verb in ("make", "rename", "revoke")),
            *(f"person.{verb}" for verb in ("invite_again", "join", "link")),
            *(f"profile.{verb}" for verb in ("edit", "preference", "deputy", "feed")),
            *(f"profile.{verb}" for verb in ("password", "end_sessions")),
        )
        for order, (key, label, icon, url_name) in enumerate(
            (
                ("people", _("People"), "users", "people:list"),
                ("teams", _("Teams"), "sitemap", "people:teams"),
                ("roles", _("Roles"), "shield-check", "people:roles"),
                ("programs", _("Programs"), "plug", "people:programs"),
            )
        ):
            add_settings_page(
                key, label, icon=icon, url_name=url_name, group="people", order=order,
                right="settings.people",
            )  # fmt: skip
        for order, (key, label, icon, url_name) in enumerate(
            (
                ("workspace", _("Workspace"), "building", "people:workspace"),
                ("currencies", _("Currencies"), "coins", "people:currencies"),
                ("calendar", _("Working calendar"), "calendar", "people:calendar"),
            )
        ):
            add_settings_page(
                key, label, icon=icon, url_name=url_name, group="workspace", order=order,
                right="settings.workspace",
            )  # fmt: skip
