from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangji.ui.settings_nav import add_settings_page


class MailConfig(AppConfig):
    name = "shangji.foundation.mail"
    label = "mail"

    def ready(self) -> None:
        add_settings_page(
            "mail",
            _("Mail"),
            icon="mail",
            url_name="mail:list",
            right="settings.jobs",
            group="system",
            order=20,
        )
