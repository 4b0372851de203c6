"""What the frame around every page shows."""

from django.http import HttpRequest

from shangji.foundation.access.actor import Actor


def build_shell(request: HttpRequest, actor: Actor) -> dict[str, object]:
    return {}
