from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "shangji.core.contacts"
    label = "contacts"

    def ready(self) -> None:
        from shangji.core.contacts.models import Contact
        from shangji.core.contacts.record import CONTACT
        from shangji.foundation.audit.registry import track
        from shangji.records.description import register

        track(Contact)
        register(CONTACT)
