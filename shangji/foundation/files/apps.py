from django.apps import AppConfig

from shangji.foundation.audit import registry


class FilesConfig(AppConfig):
    name = "shangji.foundation.files"
    label = "files"

    def ready(self) -> None:
        # models need the app registry, which is full only now
        from shangji.foundation.files.models import StoredFile

        registry.track(StoredFile)
