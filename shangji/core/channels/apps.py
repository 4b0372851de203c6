from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ChannelsConfig(AppConfig):
    name = "shangji.core.channels"
    label = "channels"

    def ready(self) -> None:
        from shangji.core.channels.models import Channel
        from shangji.foundation.audit.registry import track

        track(Channel)
        post_migrate.connect(_after_migrate, sender=self)


def _after_migrate(**kwargs: object) -> None:
    from django.utils import timezone

    from shangji.core.channels.defaults import install_defaults

    install_defaults(timezone.now())
