from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "shangji.records"
    label = "records"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import track
        from shangji.records.models import SavedView

        track(SavedView)
