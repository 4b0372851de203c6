from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "shangji.foundation.search"
    label = "search"

    def ready(self) -> None:
        # jobs have models, and those need the app registry, which is full only now
        from shangji.foundation.search import upkeep

        # the full-text index is not Django's, so each migrate looks after it
        post_migrate.connect(upkeep.after_migrate, sender=self)
