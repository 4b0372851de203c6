from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "shangji.foundation.notices"
    label = "notices"
