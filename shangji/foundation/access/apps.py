from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "shangji.foundation.access"
    label = "access"
