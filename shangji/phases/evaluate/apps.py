from django.apps import AppConfig


class EvaluateConfig(AppConfig):
    name = "shangji.phases.evaluate"
    label = "evaluate"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import track
        from shangji.phases.evaluate.models import Assessment, IntentRule, Scorecard, WinModel
        from shangji.phases.evaluate.record import STANDING_FIELDS
        from shangji.records.description import add_fields

        for model in (Scorecard, Assessment, IntentRule, WinModel):
            track(model)
        add_fields("opportunity", STANDING_FIELDS)
        self._risks()

    @staticmethod
    def _risks() -> None:
        from django.utils.translation import gettext_lazy as _

        from shangji.core.opportunities.actions.exits import add_exit_check
        from shangji.foundation.audit.registry import after_change, track
        from shangji.phases.evaluate.actions.risk import fold_risks
        from shangji.phases.evaluate.models import Risk
        from shangji.phases.evaluate.pages.risk import aside_context
        from shangji.phases.evaluate.queries.policy import register_gaps_before
        from shangji.phases.evaluate.record.risk import RISK
        from shangji.records.description import register
        from shangji.records.panels import Panel, add_panel
        from shangji.ui.phase_nav import add_phase_page

        track(Risk)
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
