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
            keep_used,
            never_undo,
            track,
            undo_by,
        )
        from shangji.foundation.audit.words import Noted, name_actions, name_notes
        from shangji.foundation.events.bus import subscribe
        from shangji.records.actions.circles import refuse_circles
        from shangji.records.boards.shape import SHAPE as BOARD
        from shangji.records.commands import record_commands
        from shangji.records.custom import live, numbers, reverse, upkeep
        from shangji.records.description import complete_with
        from shangji.records.events import RecordsImported, RecordsMerged
        from shangji.records.in_use import used_since
        from shangji.records.listing.calendar import CALENDAR
        from shangji.records.listing.shapes import register_shape
        from shangji.records.listing.sheet import SHEET
        from shangji.records.listing.timeline import TIMELINE
        from shangji.records.merging.models import NOTE
        from shangji.records.merging.undo import UndoMerge
        from shangji.records.models import (
            CustomField,
            DuplicatePair,
            DuplicateRule,
            FirstView,
            SavedView,
            UniqueTogether,
        )
        from shangji.records.panels import more_panels
        from shangji.records.searching import after_files
        from shangji.records.subscriptions import carry_late, compare_imported
        from shangji.ui.commands import add_commands

        for model in (
            *(SavedView, FirstView, CustomField, UniqueTogether),
            *(DuplicatePair, DuplicateRule),
        ):
            track(model)
        for shape in (BOARD, SHEET, CALENDAR, TIMELINE):
            register_shape(shape)
        complete_with(live.complete)
        subscribe(RecordsImported, compare_imported, name="records.compare_imported")
        subscribe(RecordsMerged, carry_late, name="records.carry_late")
        name_actions(
            {
                "duplicate_pair.judge": _("Judged a suspected pair"),
                "duplicate_rule.set": _("Set what counts as a duplicate"),
            }
        )
        name_notes("", {NOTE: Noted(_("Merged with"))})
        name_notes("custom_field", {"values": Noted(_("Values"))})
        post_migrate.connect(_after_migrate, sender=self)
        add_settings_page(
            "duplicates",
            _("Duplicates"),
            icon="copy",
            url_name="records:duplicate_rules",
            right="settings.workspace",
            group="records",
            order=80,
        )
        after_change(CustomField.record_type, upkeep.after_change)
        after_change(UniqueTogether.record_type, upkeep.after_rule)
        before_creation(numbers.give)
        more_panels(reverse.panels_of)
        post_migrate.connect(upkeep.after_migrate, sender=self)
        add_commands(record_commands)
        after_change("file", after_files)
        guard_restoring(refuse_circles)
        keep_used(used_since)
        undo_by("merge", UndoMerge())
        never_undo("field.purge")
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


def _after_migrate(**_sent: object) -> None:
    """Records that were there before keys were kept are looked through by a job."""
    from shangji.records.duplicates.actions import look_at_first

    look_at_first()
