from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shangji.core.accounts"
    label = "accounts"

    def ready(self) -> None:
        from shangji.core.accounts.models import Account
        from shangji.core.accounts.record import ACCOUNT
        from shangji.foundation.audit.registry import track
        from shangji.records.description import register

        track(Account)
        register(ACCOUNT)
