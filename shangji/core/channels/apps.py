from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "shangji.core.channels"
    label = "channels"
