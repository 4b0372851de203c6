from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "shangji.foundation.workspace"
    label = "workspace"
