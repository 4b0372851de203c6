"""The divisions of China, for the input of addresses."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from shangji.lib.addresses import read_address
from shangji.lib.divisions import below, full_name


@login_required
@require_GET
def divisions(request: HttpRequest) -> JsonResponse:
    """What lies below `of` (nothing: the provinces) as JSON; or with `read` the parts of a text."""
    text = request.GET.get("read", "")[:1000]
    if text:
        found = read_address(text)
        parts = {"country": "", "code": "", "area": "", "street": text, "postcode": ""}
        if found is not None:
            parts |= {
                "country": found.country,
                "code": found.division,
                "area": full_name(found.division),
                "street": found.street,
                "postcode": found.postcode,
            }
        return JsonResponse(parts)
    chinese = (get_language() or "").startswith("zh")
    answer = JsonResponse(
        [
            {
                "code": one.code,
                "name": one.name,
                "label": one.name if chinese or not one.english else f"{one.english} {one.name}",
                "group": one.is_group,
            }
            for one in below(request.GET.get("of", "")[:6])
        ],
        safe=False,
    )
    answer.headers["Cache-Control"] = "private, max-age=86400"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    return answer
