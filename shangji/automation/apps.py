from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutomationConfig(AppConfig):
    name = "shangji.automation"
    label = "automation"

    def ready(self) -> None:
        from shangji.automation.kinds.tell import TELL
        from shangji.automation.models import TriggeredStep
        from shangji.automation.steps import add_step_kind
        from shangji.foundation.audit.registry import track
        from shangji.foundation.audit.words import name_actions
        from shangji.ui.settings_nav import add_settings_page

        track(TriggeredStep)
        name_actions(
            {
                "step.add": _("Added an automatic step"),
                "step.edit": _("Changed an automatic step"),
                "step.switch": _("Switched an automatic step"),
                "step.reorder": _("Reordered automatic steps"),
                "step.delete": _("Deleted an automatic step"),
            }
        )
        add_step_kind(TELL)
        add_settings_page(
            "steps",
            _("Automatic steps"),
            icon="bolt",
            url_name="automation:steps",
            right="settings.pipelines",
            group="records",
            order=40,
        )
