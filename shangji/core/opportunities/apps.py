from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

#: fields of the opportunities listed on a customer's or contact's page
_SHOWN = ("name", "stage", "amount", "expected_close_on", "next_step", "owner")


class OpportunitiesConfig(AppConfig):
    name = "shangji.core.opportunities"
    label = "opportunities"

    def ready(self) -> None:
        from shangji.automation.steps import add_step_kind, add_trigger
        from shangji.core.opportunities.actions.move import MOVED_TOGETHER, after_undo
        from shangji.core.opportunities.actions.undo_parts import STEPS
        from shangji.core.opportunities.events import (
            OpportunityAssigned,
            OpportunityMoved,
            OpportunityWon,
        )
        from shangji.core.opportunities.imports import UndoParts
        from shangji.core.opportunities.models import (
            Competitor,
            Opportunity,
            Pipeline,
            Reason,
            Stage,
        )
        from shangji.core.opportunities.queries.exits import add_exit_check
        from shangji.core.opportunities.queries.needed import needed_fields
        from shangji.core.opportunities.queries.noted import NOTED
        from shangji.core.opportunities.queries.pipelines import forget_pipelines
        from shangji.core.opportunities.queries.touched import opportunities, touches
        from shangji.core.opportunities.record import OPPORTUNITY
        from shangji.core.opportunities.subscriptions import tell_leader_of_win, tell_new_owner
        from shangji.core.opportunities.workflow_actions import (
            SET_NEXT_STEP,
            STAGE_ENTERED,
            stage_entered,
        )
        from shangji.foundation.audit.registry import on_restored, track, undo_by
        from shangji.foundation.audit.words import name_notes
        from shangji.foundation.events.bus import subscribe
        from shangji.records.description import add_related, register
        from shangji.records.panels import add_panel
        from shangji.records.related import files_panel, related_panel
        from shangji.records.searching import make_searchable
        from shangji.ui.settings_nav import add_settings_page

        for model in (Opportunity, Pipeline, Stage, Reason, Competitor):
            track(model)
        register(OPPORTUNITY)
        name_notes("opportunity", NOTED)
        subscribe(OpportunityAssigned, tell_new_owner, name="opportunities.tell_new_owner")
        subscribe(OpportunityWon, tell_leader_of_win, name="opportunities.tell_leader_of_win")
        make_searchable(OPPORTUNITY, body=("description",))
        for link in ("account", "contact"):
            add_panel(link, related_panel("opportunity", link, order=20, columns=_SHOWN))
            add_related(link, opportunities(f"{link}_id"), touches(f"{link}_id"))
        add_panel("opportunity", files_panel())
        on_restored("opportunity", after_undo, together=MOVED_TOGETHER)
        undo_by("import_parts", UndoParts())
        for verb, step in STEPS.items():
            undo_by(verb, step)
        on_restored("stage", lambda _op, _row, _fields: forget_pipelines())
        add_exit_check("fields", needed_fields)
        add_trigger(STAGE_ENTERED)
        add_step_kind(SET_NEXT_STEP)
        subscribe(OpportunityMoved, stage_entered, name="automation.steps")
        for order, (key, label, icon, url_name) in enumerate(
            (
                ("pipelines", _("Pipelines and stages"), "git-branch", "opportunities:pipelines"),
                ("reasons", _("Reasons"), "help-circle", "opportunities:reasons"),
                (
                    "competitors",
                    _("Competitors"),
                    "swords",
                    "opportunities:competitors_settings",
                ),
                ("channels", _("Channels"), "route", "opportunities:channels"),
            )
        ):
            add_settings_page(
                key,
                label,
                icon=icon,
                url_name=url_name,
                group="records",
                order=order,
                right="settings.pipelines",
            )
        pre_migrate.connect(_before_migrate, sender=self)
        post_migrate.connect(_after_migrate, sender=self)


def _before_migrate(**kwargs: object) -> None:
    from shangji.core.opportunities.actions.rollup import put_away

    put_away()


def _after_migrate(**kwargs: object) -> None:
    """Triggers live outside Django's schema, and a new workspace needs its pipeline."""
    from django.utils import timezone

    from shangji.core.opportunities.actions.rollup import ensure
    from shangji.core.opportunities.defaults import install_defaults

    ensure()
    install_defaults(timezone.now())
