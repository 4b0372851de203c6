from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "shangji.core.activities"
    label = "activities"
