from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentifyConfig(AppConfig):
    name = "shangji.phases.identify"
    label = "identify"

    def ready(self) -> None:
        from shangji.phases.identify import pages
        from shangji.records.panels import Panel, add_panel

        add_panel(
            "opportunity",
            Panel(
                "pool",
                _("Return to the open pool"),
                "identify/_return_line.html",
                lambda actor, record, now, query: {"pk": record.pk},
                slot="menu",
                right=lambda actor, record: (
                    record.owner_id is not None and pages.may_give_back(actor, record)
                ),
            ),
        )
