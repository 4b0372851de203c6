"""One signed-in browser over one kept connection; medians of repeated requests."""

import http.client
import re
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlencode

#: an address and, for a POST, its form
Ask = tuple[str, dict[str, str] | None]
#: the first asks warm caches and are not counted
WARM = 5


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one operation over the wire."""

    median: float
    p95: float
    n: int
    size: int


class Browser:
    def __init__(self, port: int, cookie: str, key: str = "") -> None:
        self.port = port
        self.key = key
        self.cookie = cookie
        self.csrf = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(
        self, path: str, data: dict[str, str] | None = None, *, htmx: bool = False
    ) -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie, "Accept-Language": "en"}
        if self.key:
            headers = {"Authorization": f"Bearer {self.key}", "Accept-Language": "en"}
        body = None
        if htmx:
            headers["HX-Request"] = "true"
        if data is not None:
            body = urlencode(data)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.csrf
            headers["Referer"] = f"http://127.0.0.1:{self.port}/"
        self.connection.request("POST" if data is not None else "GET", path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("sj_csrf="):
                self.cookie += "; " + value.split(";")[0]
        if not self.csrf and (found := re.search(rb'"X-CSRFToken": "([^"]+)"', text)):
            self.csrf = found.group(1).decode()
        return answer.status, text

    def time(self, asks: list[Ask], *, warm: int = WARM) -> Timing:
        """Each of the asks in turn; the first ones warm caches and are not counted."""
        took = [self.once(one) for one in asks]
        return _timing(took[warm:])

    def time_beside(self, asks: list[Ask], twin: Ask, *, warm: int = WARM) -> tuple[Timing, Timing]:
        """Each of the asks after its bare twin, by turns: both meet the same noise."""
        took, bare = [], []
        for one in asks:
            bare.append(self.once(twin))
            took.append(self.once(one))
        return _timing(took[warm:]), _timing(bare[warm:])

    def once(self, ask: Ask) -> tuple[float, int]:
        path, data = ask
        began = time.perf_counter()
        status, body = self.ask(path, data, htmx=data is not None)
        spent = (time.perf_counter() - began) * 1000
        if status >= 400:
            raise RuntimeError(f"{path}: {status} {body[:300]!r}")
        return spent, len(body)


def _timing(took: list[tuple[float, int]]) -> Timing:
    spent = sorted(one for one, _size in took)
    place = max(0, int(len(spent) * 0.95) - 1)
    return Timing(statistics.median(spent), spent[place], len(spent), took[-1][1])
