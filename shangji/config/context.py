"""What every page knows: the shell."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from shangji.config.shell import build_shell
from shangji.foundation.workspace.queries import current_workspace


def shell(request: HttpRequest) -> dict[str, object]:
    """`shell` and `company` (asked for when a template first names them), `language`, `demo`."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "shell": SimpleLazyObject(lambda: build_shell(request, actor)) if actor else None,
        "company": SimpleLazyObject(lambda: current_workspace().name),
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "demo": settings.DEMO,
        "debug_pages": settings.DEBUG or settings.DEMO,
    }
