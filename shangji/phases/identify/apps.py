from django.apps import AppConfig


class IdentifyConfig(AppConfig):
    name = "shangji.phases.identify"
    label = "identify"
