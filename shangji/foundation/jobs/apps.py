from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from shangji.ui.settings_nav import add_settings_page


class JobsConfig(AppConfig):
    name = "shangji.foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        autodiscover_modules("jobs")
        add_settings_page(
            "jobs",
            _("Jobs"),
            icon="robot",
            url_name="jobs:overview",
            right="settings.jobs",
            group="system",
            order=30,
        )
