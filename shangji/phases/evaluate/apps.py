from django.apps import AppConfig


class EvaluateConfig(AppConfig):
    name = "shangji.phases.evaluate"
    label = "evaluate"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import track
        from shangji.phases.evaluate import models
        from shangji.phases.evaluate.record import STANDING_FIELDS
        from shangji.records.description import add_fields

        add_fields("opportunity", STANDING_FIELDS)
        for model in (
            models.Scorecard,
            models.Assessment,
            models.IntentRule,
            models.WinModel,
            models.Market,
            models.MarketInput,
            models.MarketChoice,
            models.Battlecard,
            models.RivalCriterion,
            models.RivalFinding,
            models.RivalPrice,
            models.Skill,
            models.Specialist,
            models.SpecialistSkill,
            models.Absence,
            models.Demand,
            models.Booking,
        ):
            track(model)
