from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from shangji.ui.settings_nav import add_settings_page


class RecordsConfig(AppConfig):
    name = "shangji.records"
    label = "records"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import (
            after_change,
            before_creation,
            guard_restoring,
            track,
            undo_by,
        )
        from shangji.records.actions.circles import refuse_circles
        from shangji.records.custom import live, numbers, upkeep
        from shangji.records.description import complete_with
        from shangji.records.merging.undo import UndoMerge
        from shangji.records.models import CustomField, SavedView

        track(SavedView)
        track(CustomField)
        complete_with(live.complete)
        after_change(CustomField.record_type, upkeep.after_change)
        before_creation(numbers.give)
        post_migrate.connect(upkeep.after_migrate, sender=self)
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
            "whole",
            _("Whole export"),
            icon="database",
            url_name="records:whole",
            right="settings.workspace",
            group="system",
            order=20,
        )
        add_settings_page(
            "fields",
            _("Fields"),
            icon="forms",
            url_name="records:custom_fields",
            right="settings.fields",
            group="records",
            order=5,
        )
        add_settings_page(
            "bin", _("Recycle bin"), icon="trash", url_name="records:bin", group="records", order=90
        )
