from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EvaluateConfig(AppConfig):
    name = "shangji.phases.evaluate"
    label = "evaluate"

    def ready(self) -> None:
        from shangji.foundation.audit.registry import after_change, track
        from shangji.foundation.audit.words import name_actions
        from shangji.phases.evaluate.actions.assessments import fold_after
        from shangji.phases.evaluate.actions.scoring import fold_later
        from shangji.phases.evaluate.choices.scorecards import ACTION_NAMES
        from shangji.phases.evaluate.models import Assessment, IntentRule, Scorecard, WinModel
        from shangji.phases.evaluate.queries.scorecards import forget_scorecards
        from shangji.phases.evaluate.record import STANDING_FIELDS
        from shangji.records.description import add_fields

        for model in (Scorecard, Assessment, IntentRule, WinModel):
            track(model)
        add_fields("opportunity", STANDING_FIELDS)
        name_actions(ACTION_NAMES)
        # an assessment counts at once; fields and touches are read again by a job
        after_change("assessment", fold_after)
        after_change("opportunity", fold_later)
        after_change("scorecard", lambda _op, _rows: forget_scorecards())
        post_migrate.connect(_after_migrate, sender=self)


def _after_migrate(**kwargs: object) -> None:
    """A new workspace begins with the textbook scorecard."""
    from django.utils import timezone

    from shangji.phases.evaluate.defaults.scorecards import install_scorecard
    from shangji.phases.evaluate.queries.scorecards import forget_scorecards

    install_scorecard(timezone.now())
    forget_scorecards()
