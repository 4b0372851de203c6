from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangji.ui.settings_nav import add_settings_page


class RecordsConfig(AppConfig):
    name = "shangji.records"
    label = "records"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import guard_restoring, track, undo_by
        from shangji.records.actions.circles import refuse_circles
        from shangji.records.merging.undo import UndoMerge
        from shangji.records.models import SavedView

        track(SavedView)
        guard_restoring(refuse_circles)
        undo_by("merge", UndoMerge())
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
            "bin", _("Recycle bin"), icon="trash", url_name="records:bin", group="records", order=90
        )
