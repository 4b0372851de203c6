from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "shangji.core.activities"
    label = "activities"

    def ready(self) -> None:
        from shangji.automation.steps import add_step_kind
        from shangji.core.activities.events import PeopleMentioned
        from shangji.core.activities.models import Activity
        from shangji.core.activities.pages.follow_up import history_panel, timeline_panel
        from shangji.core.activities.record import ACTIVITY, activities
        from shangji.core.activities.subscriptions import tell_mentioned
        from shangji.core.activities.workflow_actions import MAKE_TASK
        from shangji.foundation.audit.registry import track
        from shangji.foundation.events.bus import subscribe
        from shangji.records.description import add_related, register
        from shangji.records.panels import FILES, Panel, add_panel
        from shangji.records.searching import make_searchable

        track(Activity)
        add_step_kind(MAKE_TASK)
        register(ACTIVITY)
        make_searchable(ACTIVITY, body=("body",))
        subscribe(PeopleMentioned, tell_mentioned, name="activities.tell_mentioned")
        timeline = Panel(
            "timeline", _("Timeline"), "activities/timeline.html", timeline_panel, order=10
        )
        history = Panel("history", _("History"), "activities/history.html", history_panel, order=90)
        for kind in ("opportunity", "account", "contact"):
            add_related(kind, activities(f"{kind}_id"))
            for panel in (timeline, FILES, history):
                add_panel(kind, panel)
