from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "shangji.insights"
    label = "insights"
