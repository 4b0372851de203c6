from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shangji.foundation.audit"
    label = "audit"
