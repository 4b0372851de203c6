from django.apps import AppConfig

from shangji.config.words import ACTIONS
from shangji.foundation.audit.words import name_actions


class ConfigConfig(AppConfig):
    name = "shangji.config"
    label = "config"

    def ready(self) -> None:
        name_actions(ACTIONS)
