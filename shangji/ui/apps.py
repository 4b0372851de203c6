from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "shangji.ui"
    label = "ui"
