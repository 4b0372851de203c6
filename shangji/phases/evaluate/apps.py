from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluateConfig(AppConfig):
    name = "shangji.phases.evaluate"
    label = "evaluate"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import track
        from shangji.foundation.audit.words import name_actions
        from shangji.phases.evaluate.models import WorkOrder
        from shangji.phases.evaluate.record import STANDING_FIELDS
        from shangji.records.description import add_fields
        from shangji.ui.phase_nav import add_phase_page
        from shangji.ui.settings_nav import add_settings_page

        add_fields("opportunity", STANDING_FIELDS)
        track(WorkOrder)
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
