from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "shangji.records"
    label = "records"
