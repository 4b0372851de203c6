from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shangji.core.accounts"
    label = "accounts"

    def ready(self) -> None:
        from shangji.core.accounts.models import Account
        from shangji.core.accounts.record import ACCOUNT
        from shangji.foundation.audit.registry import track
        from shangji.records.description import register
        from shangji.records.panels import add_panel
        from shangji.records.related import files_panel
        from shangji.records.searching import make_searchable

        track(Account)
        register(ACCOUNT)
        make_searchable(ACCOUNT, body=("phone", "credit_code", "website", "description"))
        add_panel("account", files_panel())
