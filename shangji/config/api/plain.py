"""Lists and records of every type under /api/v1/, which a web process loads before it forks.

What programs ask most needs none of the other doors; those are loaded with the first request for
one of them (whole.py).
"""

from shangji.config.api.frame import addresses, api_of
from shangji.records.api.records import router as records

ADDRESSES = addresses(api_of("api-plain", [records]))
urlpatterns = list(ADDRESSES.values())
