from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluateConfig(AppConfig):
    name = "shangji.phases.evaluate"
    label = "evaluate"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import track
        from shangji.phases.evaluate import models
        from shangji.phases.evaluate.record import STANDING_FIELDS
        from shangji.records.description import add_fields

        add_fields("opportunity", STANDING_FIELDS)
        for model in (
            models.Scorecard,
            models.Assessment,
            models.IntentRule,
            models.WinModel,
            models.Market,
            models.MarketInput,
            models.MarketChoice,
            models.Battlecard,
            models.RivalCriterion,
            models.RivalFinding,
            models.RivalPrice,
            models.Skill,
            models.Specialist,
            models.SpecialistSkill,
            models.Absence,
            models.Demand,
            models.Booking,
            models.WorkOrder,
            models.Risk,
            models.ProfitForecast,
            models.Decision,
            models.DecisionPolicy,
        ):
            track(model)
        _work()
        _risks()


# ---------------------------------------------------------------- what each noun hands down


def _work() -> None:
    from shangji.foundation.audit.words import name_actions
    from shangji.ui.phase_nav import add_phase_page
    from shangji.ui.settings_nav import add_settings_page

    name_actions({"work_order.set": _("Changed the order of work")})
    add_phase_page("evaluate", "queue", _("Work queue"), url_name="evaluate:queue", order=10)
    add_settings_page(
        "work_order",
        _("Order of work"),
        icon="list-numbers",
        url_name="evaluate:work_settings",
        group="records",
        order=20,
        right="settings.scoring",
    )


def _risks() -> None:
    from shangji.core.opportunities.queries.exits import add_exit_check
    from shangji.foundation.audit.registry import after_change
    from shangji.phases.evaluate.actions.risk import fold_risks
    from shangji.phases.evaluate.pages.risk import aside_context
    from shangji.phases.evaluate.queries.policy import register_gaps_before
    from shangji.phases.evaluate.record.risk import RISK
    from shangji.records.description import register
    from shangji.records.panels import Panel, add_panel
    from shangji.ui.phase_nav import add_phase_page

    register(RISK)
    after_change("risk", fold_risks)
    add_exit_check("evaluate.register", register_gaps_before)
    add_panel(
        "opportunity",
        Panel(
            "risks",
            _("Risks"),
            "evaluate/_risks_aside.html",
            aside_context,
            slot="aside",
            order=60,
        ),
    )
    add_phase_page("evaluate", "risks", _("Risks"), url_name="evaluate:risks", order=60)
