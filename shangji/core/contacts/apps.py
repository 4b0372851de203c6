from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "shangji.core.contacts"
    label = "contacts"

    def ready(self) -> None:
        from shangji.core.contacts.models import Contact
        from shangji.core.contacts.queries import NOTED
        from shangji.core.contacts.record import CONTACT
        from shangji.foundation.audit.registry import never_undo, track
        from shangji.foundation.audit.words import name_notes
        from shangji.records.description import register
        from shangji.records.panels import add_panel
        from shangji.records.related import files_panel, related_panel
        from shangji.records.searching import make_searchable

        track(Contact)
        register(CONTACT)
        name_notes("contact", NOTED)
        never_undo("contact.consent")  # a statement of a day; the next one says otherwise
        make_searchable(CONTACT, body=("phone", "email", "wechat", "description"), person=True)
        add_panel(
            "account",
            related_panel(
                "contact", "account", slot="aside", order=20, columns=("name", "job_title")
            ),
        )
        add_panel("contact", files_panel())
