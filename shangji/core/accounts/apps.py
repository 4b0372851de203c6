from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shangji.core.accounts"
    label = "accounts"
