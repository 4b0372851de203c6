from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "shangji.foundation.mail"
    label = "mail"
