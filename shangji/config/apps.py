from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "shangji.config"
    label = "config"
