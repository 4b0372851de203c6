from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangji.ui.settings_nav import add_settings_page


class RecordsConfig(AppConfig):
    name = "shangji.records"
    label = "records"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import guard_restoring, track
        from shangji.records.actions.circles import refuse_circles
        from shangji.records.models import SavedView

        track(SavedView)
        guard_restoring(refuse_circles)
        add_settings_page(
            "audit",
            _("Audit log"),
            icon="history",
            url_name="records:audit",
            right="audit.read",
            group="system",
            order=10,
        )
        add_settings_page(
            "whole",
            _("Whole export"),
            icon="database",
            url_name="records:whole",
            right="settings.workspace",
            group="system",
            order=20,
        )
        add_settings_page(
            "bin", _("Recycle bin"), icon="trash", url_name="records:bin", group="records", order=90
        )
