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
