from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "shangji.foundation.events"
    label = "events"
