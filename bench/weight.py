"""What a page weighs on its way to the browser: the answer and all that it names, gzipped."""

import gzip
import re
from dataclasses import dataclass

from shangji.ui import assets

_NAMED = re.compile(r'(?:href|src)="(/static/ui/[^"#]+)')


@dataclass(frozen=True)
class Weight:
    """Bytes and requests: of a first visit, and of the next, when what is static is kept."""

    first: int
    first_requests: int
    again: int
    again_requests: int
    plain: int


def weigh(body: bytes) -> Weight:
    """The weight of a page, each part gzipped as a proxy would."""
    page = len(gzip.compress(body, 6))
    total, requests = page, 1
    for name in dict.fromkeys(_NAMED.findall(body.decode())):
        file = assets.DIST.parent / name.removeprefix("/static/ui/")
        total += len(gzip.compress(file.read_bytes(), 6))
        requests += 1
    return Weight(total, requests, page, 1, len(body))
