from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "shangji.core.contacts"
    label = "contacts"
