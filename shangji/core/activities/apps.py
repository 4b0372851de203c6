from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "shangji.core.activities"
    label = "activities"

    def ready(self) -> None:
        from shangji.core.activities.models import Activity
        from shangji.core.activities.record import ACTIVITY
        from shangji.foundation.audit.registry import track
        from shangji.records.description import register

        track(Activity)
        register(ACTIVITY)
