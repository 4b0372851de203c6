from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    name = "shangji.core.opportunities"
    label = "opportunities"
