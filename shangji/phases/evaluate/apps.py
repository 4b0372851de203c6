from django.apps import AppConfig


class EvaluateConfig(AppConfig):
    name = "shangji.phases.evaluate"
    label = "evaluate"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import track
        from shangji.phases.evaluate.models import IntentRule, WinModel
        from shangji.phases.evaluate.record import STANDING_FIELDS
        from shangji.records.description import add_fields

        track(IntentRule)
        track(WinModel)
        add_fields("opportunity", STANDING_FIELDS)
